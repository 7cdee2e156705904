"""Passkeys: registered by people who are signed in or enrolled, used to come in.

Removed ones open nothing, and stay for whoever checks what they signed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.passkeys import (
    NewPasskey,
    RelyingParty,
    build_registration_options,
    build_sign_in_options,
    inspect_registration,
    inspect_sign_in,
    peek_credential_id,
)
from issuer.domain.entry import (
    PasskeyExists,
    PasskeyUnknown,
    Proof,
)
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor
from issuer.domain.texts import clean_line
from issuer.records import passkeys as rows
from issuer.records import people
from issuer.records.audit import add_deed
from issuer.services.entry_codes import Caller
from issuer.services.passkey_challenges import Purpose, keep_challenge, spend_challenge
from issuer.services.sessions import add_session


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One of a person's passkeys, as they see it."""

    id: int
    name: str
    browser: str
    is_synced: bool
    made_at: datetime
    used_at: datetime | None


def begin_registration(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    person_id: int,
    challenge: bytes,
    at: datetime,
) -> str:
    """Return the options with which a browser makes a passkey for a person, as JSON.

    Raises NotFound, TooManyTries.
    """
    keep_challenge(
        session, caller, Purpose.REGISTER, challenge, person_id=person_id, at=at
    )
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise NotFound
    return build_registration_options(
        party,
        user_id=_user_id(session, actor),
        name=actor.name,
        challenge=challenge,
        known=_known(session, person_id),
    )


def add_passkey(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    person_id: int,
    answer: str,
    name: str,
    proof: Proof,
    enrolled_by: int | None,
    at: datetime,
) -> int:
    """Keep the passkey a browser made, in the caller's transaction; return its id.

    `proof` is how the person had shown who they are. Raises PasskeyRefused,
    PasskeyExists and the errors of texts.
    """
    name = clean_line(name, field="name", limit=60, required=False)
    challenge = spend_challenge(
        session, caller, Purpose.REGISTER, answer, person_id=person_id, at=at
    )
    made = inspect_registration(party, answer, challenge=challenge)
    row = _row(made, person_id=person_id, name=name, caller=caller, at=at)
    row.proof_at_enrolment = proof.value
    row.enrolled_by = enrolled_by
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise PasskeyExists from None
    return row.id


def register_own_passkey(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    actor: Actor,
    *,
    answer: str,
    name: str,
    proof: Proof,
    at: datetime,
) -> None:
    """Keep a passkey of the person who is signed in; raises as `add_passkey`."""
    add_passkey(
        session,
        party,
        caller,
        person_id=actor.person_id,
        answer=answer,
        name=name,
        proof=proof,
        enrolled_by=None,
        at=at,
    )
    add_deed(session, actor, "passkey.added", f"person:{actor.person_id}", at=at)
    session.commit()


def begin_sign_in(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    challenge: bytes,
    at: datetime,
    actor: Actor | None = None,
) -> str:
    """Return the options with which a browser uses a passkey, as JSON.

    With an `actor`, one of theirs is to confirm who they are. Raises TooManyTries.
    """
    purpose = Purpose.CONFIRM if actor else Purpose.SIGN_IN
    person_id = actor.person_id if actor else None
    keep_challenge(session, caller, purpose, challenge, person_id=person_id, at=at)
    known = _known(session, actor.person_id) if actor else []
    return build_sign_in_options(party, challenge=challenge, known=known)


def require_passkey(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    answer: str,
    at: datetime,
    actor: Actor | None = None,
) -> int:
    """Return whose passkey answered, and write that it was used; the caller commits.

    With an `actor`, only one of theirs will do. Raises PasskeyRefused, PasskeyUnknown.
    """
    challenge = spend_challenge(
        session,
        caller,
        Purpose.CONFIRM if actor else Purpose.SIGN_IN,
        answer,
        person_id=actor.person_id if actor else None,
        at=at,
    )
    row = rows.find_passkey(session, credential_id=peek_credential_id(answer))
    if row is None or row.removed_at is not None:
        raise PasskeyUnknown
    if actor is not None and row.person_id != actor.person_id:
        raise PasskeyUnknown
    used = inspect_sign_in(
        party,
        answer,
        challenge=challenge,
        public_key=row.public_key,
        sign_count=row.sign_count,
    )
    row.sign_count = used.sign_count
    row.is_backed_up = used.is_backed_up
    row.used_at = at
    return row.person_id


def enter_with_passkey(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    answer: str,
    session_token: str,
    at: datetime,
) -> Actor:
    """Sign in whoever's passkey answered; raises as `require_passkey`."""
    person_id = require_passkey(session, party, caller, answer=answer, at=at)
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise PasskeyUnknown
    add_session(
        session,
        person_id,
        token=session_token,
        proof=Proof.PASSKEY,
        browser=caller.browser,
        at=at,
    )
    session.commit()
    return actor


def list_own_passkeys(session: Session, actor: Actor) -> list[PasskeyLine]:
    """Return the person's passkeys, the newest first."""
    return [
        PasskeyLine(
            row.id,
            row.name,
            row.browser,
            row.is_backup_eligible,
            row.made_at,
            row.used_at,
        )
        for row in rows.list_passkeys(session, person_id=actor.person_id)
    ]


def remove_own_passkey(
    session: Session, actor: Actor, *, passkey_id: int, at: datetime
) -> None:
    """Let a passkey open nothing from now on; raises NotFound.

    What it signed before stands, and its public key is kept for whoever checks that.
    """
    if not rows.remove_passkey(session, passkey_id, person_id=actor.person_id, at=at):
        raise NotFound
    add_deed(session, actor, "passkey.removed", f"person:{actor.person_id}", at=at)
    session.commit()


def _user_id(session: Session, actor: Actor) -> bytes:
    row = people.get_person(
        session, actor.person_id, organisation_id=actor.organisation_id
    )
    return UUID(row.pseudonym).bytes


def _known(session: Session, person_id: int) -> list[bytes]:
    found = rows.list_passkeys(session, person_id=person_id)
    return [row.credential_id for row in found]


def _row(
    made: NewPasskey, *, person_id: int, name: str, caller: Caller, at: datetime
) -> rows.PasskeyRecord:
    return rows.PasskeyRecord(
        person_id=person_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        algorithm=made.algorithm,
        sign_count=made.sign_count,
        is_backup_eligible=made.is_backup_eligible,
        is_backed_up=made.is_backed_up,
        aaguid=made.aaguid,
        name=name,
        browser=caller.browser,
        made_at=at,
    )
