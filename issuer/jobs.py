"""Background work of the serving process.

One thread seals and draws what is due; another sends messages, which wait for no page.

`wake` only says that it may be worth a look; what is due is read from the rows.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from secrets import token_urlsafe

from issuer.clock import now
from issuer.services.due_work import Step, finish_due_work
from issuer.services.giving_up import list_barred
from issuer.services.link_requests import answer_link_requests
from issuer.services.messages import send_due_messages
from issuer.services.page_extension import extend_due_pages
from issuer.services.status import publish_due_lists
from issuer.services.x509_lists import publish_due_lists as publish_due_crls
from issuer.wiring import Wiring

log = logging.getLogger(__name__)

LOOK_SECONDS = 600
POST_SECONDS = 20
# Long-term data wait for whatever else is due.
EXTENDED_AT_A_LOOK = 20
# So few at a time that who is told "in a moment" amid hundreds waits for a moment.
AT_MOST = 16


class DueWork:
    """Does one kind of due work in a thread: when woken, and now and then anyway.

    The thread starts with the first `wake`, so that a process that serves nobody, such
    as a command, does no work of its own.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], None],
        *,
        seconds: float,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._look = look
        self._seconds = seconds
        self._begin = begin
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Say that something may be due; returns at once."""
        self._woken.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name=self._name, daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        if self._begin is not None:
            self._begin()
        while True:
            self._woken.wait(timeout=self._seconds)
            self._woken.clear()
            try:
                self._look()
            except Exception:
                log.exception("due work stopped")


def list_works(house: Wiring) -> tuple[DueWork, ...]:
    """Return all that the serving process does beside its answers."""
    return (
        DueWork(
            "due-work",
            partial(look, house, Failures()),
            seconds=LOOK_SECONDS,
            begin=partial(warm_up, house),
        ),
        DueWork("post", partial(post, house), seconds=POST_SECONDS),
    )


def warm_up(house: Wiring) -> None:
    """Start the processes that draw pages, before the first page is due."""
    try:
        house.renderer.warm_up()
    except OSError:
        log.exception("the processes that draw pages could not be started")


@dataclass(slots=True)
class Failures:
    """Certificates that could not be finished, left alone for a while, then longer.

    A template that hangs would otherwise take the time of all others at every look.
    Those that no key may seal are not tried at all; `barred` were told of in the log.
    """

    counts: dict[int, int] = field(default_factory=dict)
    until: dict[int, float] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)

    def note(self, step: Step) -> None:
        """Remember a step that failed; forget the failures of one that did not."""
        id_ = step.certificate_id
        if not step.has_failed:
            self.counts.pop(id_, None)
            self.until.pop(id_, None)
            return
        self.counts[id_] = self.counts.get(id_, 0) + 1
        pause = LOOK_SECONDS * 2 ** min(self.counts[id_] - 1, 6)
        self.until[id_] = time.monotonic() + pause

    def list_left_alone(self) -> set[int]:
        """Return the certificates whose time has not come."""
        instant = time.monotonic()
        return {id_ for id_, until in self.until.items() if until > instant}


def look(house: Wiring, failures: Failures | None = None) -> None:
    """Do all that is due: public lists, certificates, pages, their long-term data."""
    failures = failures or Failures()
    publish_due_lists(house.sessions, house.sealing.publishing, at=now())
    _tell_of_barred(house, failures)
    while any(
        finish_due_work(
            house.sessions,
            house.sealing,
            house.making,
            at=now(),
            threads=house.settings.render_workers + 1,
            tell=failures.note,
            leaves=failures.list_left_alone(),
            at_most=AT_MOST,
        )
    ):
        pass
    publish_due_crls(house.seals, at=now())
    if house.extending.sealing.timestamp is not None:
        extend_due_pages(
            house.sessions, house.extending, at=now(), at_most=EXTENDED_AT_A_LOOK
        )


def _tell_of_barred(house: Wiring, failures: Failures) -> None:
    """Say once of each certificate that no key may seal that it is to be given up."""
    with house.reading() as session:
        found = list_barred(session, house.keys)
    for line in found:
        if line.id not in failures.barred:
            failures.barred.add(line.id)
            log.warning(
                "certificate %s cannot be sealed, for want of the key %s: give it up",
                line.id,
                line.barrier.key_id,
            )


def post(house: Wiring) -> None:
    """Send the messages that are due, after those that somebody asked for by address.

    A code is of use for minutes: this runs apart from the slow work above.
    """
    answer_link_requests(house.sessions, lambda: token_urlsafe(24), at=now())
    send_due_messages(house.sessions, house.posting, at=now())
