"""Background work of the serving process: one thread that finishes what is due.

`wake` only says that it may be worth a look; what is due is read from the rows.
"""

import logging
import threading

from issuer.clock import now
from issuer.services.due_work import finish_due_work
from issuer.services.status import publish_due_lists
from issuer.wiring import Wiring

log = logging.getLogger(__name__)

LOOK_SECONDS = 600


class DueWork:
    """Finishes due work in one thread: when woken, and every ten minutes anyway.

    The thread starts with the first `wake`, so that a process that serves nobody, such
    as a command, does no work of its own.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Say that something may be due; returns at once."""
        self._woken.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="due-work", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._woken.wait(timeout=LOOK_SECONDS)
            self._woken.clear()
            try:
                look(self._wiring)
            except Exception:
                log.exception("due work stopped")


def look(house: Wiring) -> None:
    """Do all that is due: certificates, pages, status lists and public files."""
    finish_due_work(house.sessions, house.sealing, house.making, at=now())
    publish_due_lists(house.sessions, house.sealing.publishing, at=now())
