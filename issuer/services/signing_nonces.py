"""Nonces of pages to be signed: a row each, for one browser, person and signature.

They make the challenge of a signature fresh, though the browser computes it. A page
that was refused may be sent again; only what is recorded uses its nonce up.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.domain.people import Actor
from issuer.domain.signing import SIGNING_LIFETIME, SigningPageSpent
from issuer.records import passkeys
from issuer.records import signatures as rows
from issuer.services.entry_codes import Caller
from issuer.services.passkey_challenges import Purpose
from issuer.services.sessions import hash_of


def give_nonce(
    session: Session, caller: Caller, actor: Actor, nonce: str, *, at: datetime
) -> None:
    """Keep a nonce for this browser and person, in the caller's transaction."""
    session.add(
        passkeys.PasskeyChallengeRecord(
            challenge_sha256=_nonce_hash(nonce),
            browser_sha256=hash_of(caller.token),
            purpose=Purpose.SIGN_OFF.value,
            person_id=actor.person_id,
            expires_at=at + SIGNING_LIFETIME,
        )
    )


def issued_at(
    session: Session, caller: Caller, actor: Actor, nonce: str, *, at: datetime
) -> datetime:
    """Return when this browser was given the nonce; raises SigningPageSpent."""
    row = rows.find_open_challenge(
        session,
        challenge_sha256=_nonce_hash(nonce),
        browser_sha256=hash_of(caller.token),
        purpose=Purpose.SIGN_OFF.value,
        person_id=actor.person_id,
        at=at,
    )
    if row is None:
        raise SigningPageSpent
    return row.expires_at - SIGNING_LIFETIME


def use_nonce(
    session: Session, caller: Caller, actor: Actor, nonce: str, *, at: datetime
) -> None:
    """Use the nonce up in the caller's transaction; raises SigningPageSpent."""
    if not passkeys.use_challenge(
        session,
        challenge_sha256=_nonce_hash(nonce),
        browser_sha256=hash_of(caller.token),
        purpose=Purpose.SIGN_OFF.value,
        person_id=actor.person_id,
        at=at,
    ):
        raise SigningPageSpent


def _nonce_hash(nonce: str) -> str:
    return sha256(f"sign_off/{nonce}".encode()).hexdigest()
