"""Confirming who one is, inside a session: a newer proof, and a new token with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.passkeys import RelyingParty
from issuer.domain.entry import Proof
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor
from issuer.services.devices import require_pin
from issuer.services.entry_codes import Caller
from issuer.services.passkeys import require_passkey
from issuer.services.sessions import step_up


def confirm_with_pin(
    session: Session,
    caller: Caller,
    actor: Actor,
    *,
    device_id: int,
    pin: str,
    token: str,
    new_token: str,
    at: datetime,
) -> None:
    """Raise the session's proof by the PIN of this browser; raises as `require_pin`."""
    person_id = require_pin(session, caller, device_id=device_id, pin=pin, at=at)
    if person_id != actor.person_id:
        session.rollback()
        raise NotFound
    step_up(session, token=token, new_token=new_token, proof=Proof.PIN, at=at)
    session.commit()


def confirm_with_passkey(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    actor: Actor,
    *,
    answer: str,
    token: str,
    new_token: str,
    at: datetime,
) -> None:
    """Raise the session's proof by a passkey; raises as `require_passkey`."""
    require_passkey(session, party, caller, answer=answer, at=at, actor=actor)
    step_up(session, token=token, new_token=new_token, proof=Proof.PASSKEY, at=at)
    session.commit()
