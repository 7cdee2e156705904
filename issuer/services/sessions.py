"""Who is signed in: server-side rows under the hash of a browser's token."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.domain.people import Actor
from issuer.records import people as rows
from issuer.records.audit import add_audit_line

LIFETIME = timedelta(hours=12)


def open_session(session: Session, person_id: int, *, token: str, at: datetime) -> None:
    """Sign a person in under a fresh random `token` of at least 128 bits."""
    actor = rows.find_actor(session, person_id)
    if actor is None:
        return
    rows.remove_expired_sessions(session, at=at)
    session.add(
        rows.SessionRecord(
            token_sha256=_hash(token),
            person_id=person_id,
            opened_at=at,
            expires_at=at + LIFETIME,
        )
    )
    add_audit_line(
        session,
        "session.opened",
        f"person:{person_id}",
        at=at,
        actor_id=person_id,
        organisation_id=actor.organisation_id,
    )
    session.commit()


def find_actor(session: Session, *, token: str, at: datetime) -> Actor | None:
    """Return the person signed in under `token`, or None."""
    row = rows.find_session(session, token_sha256=_hash(token))
    if row is None or row.expires_at <= at:
        return None
    return rows.find_actor(session, row.person_id)


def close_session(session: Session, *, token: str) -> None:
    """Sign the browser out; a token nobody knows is no error."""
    rows.remove_session(session, token_sha256=_hash(token))
    session.commit()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
