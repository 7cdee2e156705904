"""How often something may be tried; counted in the database, so for all processes.

The count is committed before anything else happens, so that a refusal counts too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from issuer.domain.entry import TooManyTries
from issuer.records.attempts import count_attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` times in each `window`, for each subject."""

    deed: str
    count: int
    window: timedelta


_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
CODES_OF_PERSON: Final = Limit("code.person", 6, _HOUR)
# Five tries each: who has a stolen link for 14 days guesses right once in 700 times.
CODES_OF_LINK: Final = Limit("code.link", 20, _DAY)
CODES_OF_CALLER: Final = Limit("code.caller", 100, _HOUR)
CODE_TRIES_OF_CALLER: Final = Limit("code_try.caller", 200, _HOUR)
PIN_TRIES_OF_CALLER: Final = Limit("pin_try.caller", 200, _HOUR)
LINKS_OF_ADDRESS: Final = Limit("link.address", 3, _HOUR)
LINKS_OF_PERSON: Final = Limit("link.person", 3, _HOUR)
LINKS_OF_CALLER: Final = Limit("link.caller", 30, _HOUR)
CHALLENGES_OF_CALLER: Final = Limit("challenge.caller", 300, _HOUR)


def require_attempt(
    session: Session, limit: Limit, subject: str | int, *, at: datetime
) -> None:
    """Count one attempt and commit; raises TooManyTries where it is one too many.

    Call it before anything else is written in the session.
    """
    counted = count_attempt(
        session, deed=limit.deed, subject=str(subject), window=limit.window, at=at
    )
    session.commit()
    if counted > limit.count:
        raise TooManyTries(minutes=int(limit.window.total_seconds() // 60))
