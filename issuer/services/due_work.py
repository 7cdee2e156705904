"""Due work: finishing what business rows say is unfinished.

There is no queue. Reserved certificates and pending pages are found in the rows, so
work survives any crash, and doing it twice does it once. Certificates that no key may
seal any more are not due: they wait to be given up.
"""

import logging
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session, sessionmaker

from issuer.domain.errors import IssuerError
from issuer.services.giving_up import list_barred
from issuer.services.issuance import Sealing, complete_certificate
from issuer.services.page_batches import PageOutcome, page_batch
from issuer.services.pages import PageMaking, UnfinishedLine, list_unfinished

log = logging.getLogger(__name__)


class Finished(NamedTuple):
    """How many certificates were sealed, how many pages drawn, and what failed."""

    sealed: int
    drawn: int
    failed: int


@dataclass(frozen=True, slots=True)
class Step:
    """One certificate sealed or one page drawn, or not; `left` counts what follows."""

    certificate_id: int
    is_page: bool
    is_done: bool
    has_failed: bool
    left: int


def finish_due_work(
    sessions: sessionmaker[Session],
    sealing: Sealing,
    making: PageMaking,
    *,
    at: datetime,
    threads: int = 1,
    tell: Callable[[Step], None] = lambda _: None,
    leaves: Container[int] = (),
    at_most: int | None = None,
) -> Finished:
    """Finish what is unfinished; return how many were sealed, drawn and failed.

    Sealing goes on here while `threads` draw the pages. `tell` hears of every step,
    in the thread that calls. The certificates in `leaves` are left alone, and so are
    those that no key may seal (`list_barred`) and pages that wait for a seal; of more
    than `at_most`, the oldest and the newest are taken. Raises what `tell` raises.
    """
    with sessions() as session:
        idle = {
            *making.sealing.list_waiting(session),
            *(line.id for line in list_barred(session, sealing.keys)),
        }
        found = [
            line
            for line in list_unfinished(session)
            if line.id not in leaves and line.id not in idle
        ]
    lines = _oldest_and_newest(found, at_most)
    count = _Count(lines, tell)
    with page_batch(sessions, making, threads=min(threads, len(lines) or 1)) as batch:
        for line in lines:
            if not line.is_reserved:
                batch.give(line.id)
        for line in lines:
            if line.is_reserved:
                is_sealed = _seal(sessions, sealing, line.id, at)
                count.add_seal(line.id, is_sealed=is_sealed)
                if is_sealed:
                    batch.give(line.id)
            count.add_pages(batch.list_finished())
        count.add_pages(batch.wait())
    return Finished(count.sealed, count.drawn, count.failed)


def _oldest_and_newest(
    found: list[UnfinishedLine], at_most: int | None
) -> list[UnfinishedLine]:
    """Return at most so many: who has waited longest, and who has just been told."""
    if at_most is None or len(found) <= at_most:
        return found
    newest = at_most // 2
    return found[: at_most - newest] + found[len(found) - newest :]


def _seal(
    sessions: sessionmaker[Session],
    sealing: Sealing,
    certificate_id: int,
    at: datetime,
) -> bool:
    with sessions() as session:
        try:
            complete_certificate(session, sealing, certificate_id=certificate_id, at=at)
        except IssuerError as error:
            log.warning("could not seal certificate %s: %s", certificate_id, error.code)
            return False
    return True


class _Count:
    """What has been done of the lines, told step by step."""

    def __init__(
        self, lines: list[UnfinishedLine], tell: Callable[[Step], None]
    ) -> None:
        self.sealed = self.drawn = self.failed = 0
        self._left = sum(2 if line.is_reserved else 1 for line in lines)
        self._tell = tell

    def add_seal(self, certificate_id: int, *, is_sealed: bool) -> None:
        self.sealed += is_sealed
        self.failed += not is_sealed
        self._left -= 1 if is_sealed else 2
        self._tell(Step(certificate_id, False, is_sealed, not is_sealed, self._left))

    def add_pages(self, outcomes: Iterable[PageOutcome]) -> None:
        for outcome in outcomes:
            has_failed = bool(outcome.code)
            self.drawn += outcome.is_drawn
            self.failed += has_failed
            self._left -= 1
            self._tell(
                Step(
                    outcome.certificate_id,
                    True,
                    outcome.is_drawn,
                    has_failed,
                    self._left,
                )
            )
