"""Challenges that browsers are given for passkeys: a row each, answered once.

A challenge belongs to one browser, one purpose and, where it is known, one person; it
is used up by the first answer, whatever becomes of that (WebAuthn Level 3 §13.4.3).
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.credentials.passkeys import peek_challenge
from issuer.domain.entry import CHALLENGE_LIFETIME, PasskeyRefused
from issuer.records import passkeys as rows
from issuer.services.attempts import CHALLENGES_OF_CALLER, require_attempt
from issuer.services.entry_codes import Caller
from issuer.services.sessions import hash_of


class Purpose(StrEnum):
    """What a challenge was given for; it answers for nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    SIGN_OFF = "sign_off"


def keep_challenge(
    session: Session,
    caller: Caller,
    purpose: Purpose,
    challenge: bytes,
    *,
    person_id: int | None,
    at: datetime,
) -> None:
    """Keep a challenge for this browser, and commit; raises TooManyTries."""
    require_attempt(session, CHALLENGES_OF_CALLER, caller.address, at=at)
    session.add(
        rows.PasskeyChallengeRecord(
            challenge_sha256=sha256(challenge).hexdigest(),
            browser_sha256=hash_of(caller.token),
            purpose=purpose.value,
            person_id=person_id,
            expires_at=at + CHALLENGE_LIFETIME,
        )
    )
    session.commit()


def spend_challenge(
    session: Session,
    caller: Caller,
    purpose: Purpose,
    answer: str,
    *,
    person_id: int | None,
    at: datetime,
) -> bytes:
    """Return the challenge that an answer answers, used up; raises PasskeyRefused."""
    challenge = peek_challenge(answer)
    is_ours = rows.use_challenge(
        session,
        challenge_sha256=sha256(challenge).hexdigest(),
        browser_sha256=hash_of(caller.token),
        purpose=purpose.value,
        person_id=person_id,
        at=at,
    )
    session.commit()
    if not is_ours:
        raise PasskeyRefused
    return challenge
