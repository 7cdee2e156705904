"""Many pages at a time: as many threads as keep every drawing child busy.

A thread takes a certificate, lets a child draw its page, seals and stores it; while it
does the latter, the child draws the next thread's page. What is done is in the rows, so
a batch that is interrupted goes on where it was, and two of them share the work.
"""

import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from issuer.domain.errors import IssuerError
from issuer.services.pages import PageMaking, store_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What became of one page; `code` says why it was not made, else it is empty."""

    certificate_id: int
    is_drawn: bool
    code: str = ""


class PageBatch:
    """Draws the pages it is given, in the background, until it is closed.

    Two batches of one store, in two processes as well, never draw the same page.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        making: PageMaking,
        *,
        threads: int,
    ) -> None:
        self._sessions = sessions
        self._making = making
        self._claims = making.blobs.claims
        self._given: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[PageOutcome] = queue.SimpleQueue()
        self._is_closed = threading.Event()
        self._put_off: set[int] = set()
        self._open = 0
        # Daemons, so that a process which is told to stop does not finish them first.
        self._threads = [
            threading.Thread(target=self._run, name=f"page-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def give(self, certificate_id: int) -> None:
        """Add a page to be drawn; returns at once."""
        self._open += 1
        self._given.put(certificate_id)

    def list_finished(self) -> Iterator[PageOutcome]:
        """Yield what has been finished since the last time; does not wait."""
        while not self._done.empty():
            self._open -= 1
            yield self._done.get()

    def wait(self) -> Iterator[PageOutcome]:
        """Yield the outcome of every page that was given, as each is finished."""
        while self._open:
            self._open -= 1
            yield self._done.get()

    def close(self) -> None:
        """Begin no further page; what is being drawn is stored or left pending."""
        self._is_closed.set()
        for _ in self._threads:
            self._given.put(None)

    def _run(self) -> None:
        while (id_ := self._given.get()) is not None and not self._is_closed.is_set():
            outcome = self._draw(id_)
            if outcome is None:  # somebody else is at it: look again after all others
                self._put_off.add(id_)
                self._given.put(id_)
            else:
                self._done.put(outcome)

    def _draw(self, certificate_id: int) -> PageOutcome | None:
        """Draw and store the page; None if somebody else does it just now."""
        name, waits = f"page-{certificate_id}", certificate_id in self._put_off
        try:
            with self._claims.hold(name, waits=waits) as is_ours:
                if not is_ours:
                    return None
                with self._sessions() as session:
                    drawn = store_page(
                        session, self._making, certificate_id=certificate_id
                    )
        except Exception as error:
            code = error.code if isinstance(error, IssuerError) else ""
            log.warning(
                "could not draw certificate %s: %s",
                certificate_id,
                code or type(error).__name__,
                exc_info=not code,
            )
            return PageOutcome(certificate_id, False, code or type(error).__name__)
        return PageOutcome(certificate_id, drawn)


@contextmanager
def page_batch(
    sessions: sessionmaker[Session],
    making: PageMaking,
    *,
    threads: int,
) -> Iterator[PageBatch]:
    """Open a batch; leaving it, also by Ctrl-C, begins no further page."""
    batch = PageBatch(sessions, making, threads=threads)
    try:
        yield batch
    finally:
        batch.close()
