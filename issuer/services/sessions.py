"""Who is signed in: server-side rows under the hash of a browser's token.

A session ends when it was not used for a while, when its longest time is up, when its
person closes it here or from another browser, and when it steps up: then it goes on
under a new token, and the old one is dead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from issuer.domain.entry import FRESH_PROOF, Proof, ProofNeeded, limits_of, opens
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor
from issuer.records import people
from issuer.records import sessions as rows
from issuer.records.audit import add_audit_line, add_deed

# How exactly the last use is remembered: a page that reads does not always write.
SEEN_STEP: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in person, and how and when they last showed who they are."""

    session_id: int
    actor: Actor
    proof: Proof
    proved_at: datetime
    seen_at: datetime

    def has_fresh_proof(self, *, at: datetime) -> bool:
        """Tell whether the proof is at most ten minutes old."""
        return at - self.proved_at <= FRESH_PROOF


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A signed-in browser as its person sees it."""

    id: int
    browser: str
    proof: Proof
    opened_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(
    session: Session,
    person_id: int,
    *,
    token: str,
    at: datetime,
    proof: Proof = Proof.NONE,
    browser: str = "",
) -> None:
    """Sign a person in under a fresh random `token` of at least 128 bits."""
    add_session(session, person_id, token=token, proof=proof, browser=browser, at=at)
    session.commit()


def add_session(
    session: Session,
    person_id: int,
    *,
    token: str,
    proof: Proof,
    browser: str,
    at: datetime,
) -> None:
    """Sign a person in within the caller's transaction; nobody there is no error."""
    actor = people.find_actor(session, person_id)
    if actor is None:
        return
    rows.remove_expired_sessions(session, at=at)
    session.add(
        rows.SessionRecord(
            token_sha256=hash_of(token),
            person_id=person_id,
            browser=browser,
            proof=proof.value,
            proved_at=at,
            opened_at=at,
            seen_at=at,
            expires_at=at + limits_of(actor, proof).absolute,
        )
    )
    add_deed(session, actor, f"session.opened.{proof}", f"person:{person_id}", at=at)


def find_signed_in(session: Session, *, token: str, at: datetime) -> SignedIn | None:
    """Return who is signed in under `token`, or None where that is over."""
    row = rows.find_session(session, token_sha256=hash_of(token))
    if row is None or row.expires_at <= at:
        return None
    actor = people.find_actor(session, row.person_id)
    if actor is None:
        return None
    proof = Proof(row.proof)
    limits = limits_of(actor, proof)
    if row.seen_at + limits.idle <= at or row.opened_at + limits.absolute <= at:
        return None
    if not opens(actor, proof):
        return None
    return SignedIn(row.id, actor, proof, row.proved_at, row.seen_at)


def find_actor(session: Session, *, token: str, at: datetime) -> Actor | None:
    """Return the person signed in under `token`, or None."""
    found = find_signed_in(session, token=token, at=at)
    return found.actor if found else None


def needs_marking(found: SignedIn, *, at: datetime) -> bool:
    """Tell whether the last use is to be written down again."""
    return at - found.seen_at >= SEEN_STEP


def mark_seen(session: Session, session_id: int, *, at: datetime) -> None:
    """Remember that the session was used now."""
    rows.mark_seen(session, session_id, at=at)
    session.commit()


def step_up(
    session: Session, *, token: str, new_token: str, proof: Proof, at: datetime
) -> None:
    """Let a session go on with a newer proof, under a new token; raises NotFound.

    Runs in the caller's transaction.
    """
    row = rows.find_session(session, token_sha256=hash_of(token))
    if row is None:
        raise NotFound
    row.token_sha256 = hash_of(new_token)
    row.proof = proof.value
    row.proved_at = at
    row.seen_at = at
    add_audit_line(
        session,
        f"session.stepped_up.{proof}",
        f"person:{row.person_id}",
        at=at,
        actor_id=row.person_id,
    )


def require_fresh(found: SignedIn, *, at: datetime) -> None:
    """Raise ProofNeeded unless the person has shown who they are just now.

    The demo's people, who prove nothing, are let through.
    """
    if found.proof is not Proof.NONE and not found.has_fresh_proof(at=at):
        raise ProofNeeded


def close_session(session: Session, *, token: str) -> None:
    """Sign the browser out; a token nobody knows is no error."""
    rows.remove_session(session, token_sha256=hash_of(token))
    session.commit()


def list_own_sessions(
    session: Session, found: SignedIn, *, at: datetime
) -> list[SessionLine]:
    """Return the person's browsers that are signed in now, the latest used first."""
    return [
        SessionLine(
            row.id,
            row.browser,
            Proof(row.proof),
            row.opened_at,
            row.seen_at,
            row.id == found.session_id,
        )
        for row in rows.list_sessions(session, person_id=found.actor.person_id)
        if row.expires_at > at
        and row.seen_at + limits_of(found.actor, Proof(row.proof)).idle > at
    ]


def close_own_session(
    session: Session, actor: Actor, *, session_id: int, at: datetime
) -> None:
    """Sign one of the person's browsers out; raises NotFound for anyone else's."""
    if not rows.remove_session_of(session, session_id, person_id=actor.person_id):
        raise NotFound
    add_deed(session, actor, "session.closed", f"person:{actor.person_id}", at=at)
    session.commit()


def close_every_session(session: Session, actor: Actor, *, at: datetime) -> None:
    """Sign the person out everywhere, in this browser too."""
    rows.remove_sessions_of(session, person_id=actor.person_id)
    add_deed(session, actor, "session.closed_all", f"person:{actor.person_id}", at=at)
    session.commit()


def hash_of(token: str) -> str:
    """Return the SHA-256 under which a random token is kept."""
    return sha256(token.encode()).hexdigest()
