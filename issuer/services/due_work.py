"""Due work: finishing what business rows say is unfinished.

There is no queue. Reserved certificates and pending pages are found in the rows, so
work survives any crash, and doing it twice does it once.
"""

import logging
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session, sessionmaker

from issuer.domain.errors import IssuerError
from issuer.services.issuance import Sealing, complete_certificate
from issuer.services.pages import PageMaking, list_unfinished, store_page

log = logging.getLogger(__name__)


def finish_due_work(
    sessions: sessionmaker[Session],
    sealing: Sealing,
    making: PageMaking,
    *,
    at: datetime,
) -> tuple[int, int, int]:
    """Finish everything unfinished; return how many were sealed, drawn and failed."""
    sealed = drawn = failed = 0
    with sessions() as session:
        for line in list_unfinished(session):
            if line.is_reserved:
                seal = partial(
                    complete_certificate,
                    session,
                    sealing,
                    certificate_id=line.id,
                    at=at,
                )
                done = _attempt("seal", line.id, seal, session)
                sealed, failed = sealed + done, failed + (not done)
        for line in list_unfinished(session):
            if not line.is_reserved:
                draw = partial(store_page, session, making, certificate_id=line.id)
                done = _attempt("draw", line.id, draw, session)
                drawn, failed = drawn + done, failed + (not done)
    return sealed, drawn, failed


def _attempt(
    deed: str, certificate_id: int, work: Callable[[], object], session: Session
) -> bool:
    try:
        work()
    except (IssuerError, BrokenProcessPool, TimeoutError) as error:
        session.rollback()
        code = error.code if isinstance(error, IssuerError) else type(error).__name__
        log.warning("could not %s certificate %s: %s", deed, certificate_id, code)
        return False
    return True
