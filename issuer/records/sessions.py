"""Who is signed in: one row for each browser, under the hash of its token."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.records.base import Identifier, Instant, Record


class SessionRecord(Record):
    """A signed-in browser; only the hash of its token is kept.

    `proof` is how the person showed who they are and `proved_at` when: a step up
    changes both, and the token with them.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(Identifier, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[str] = mapped_column(Identifier)
    proof: Mapped[str] = mapped_column(Identifier)
    proved_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


def find_session(session: Session, *, token_sha256: str) -> SessionRecord | None:
    """Return the signed-in browser with this token's hash, or None."""
    return session.scalar(
        select(SessionRecord).where(SessionRecord.token_sha256 == token_sha256)
    )


def list_sessions(session: Session, *, person_id: int) -> list[SessionRecord]:
    """Return the person's signed-in browsers, the one used last first."""
    return list(
        session.scalars(
            select(SessionRecord)
            .where(SessionRecord.person_id == person_id)
            .order_by(SessionRecord.seen_at.desc(), SessionRecord.id.desc())
        )
    )


def mark_seen(session: Session, session_id: int, *, at: datetime) -> None:
    """Remember that the browser was used; a row that is gone is no error."""
    session.execute(
        update(SessionRecord).where(SessionRecord.id == session_id).values(seen_at=at)
    )


def remove_session(session: Session, *, token_sha256: str) -> None:
    """Forget the signed-in browser with this token's hash."""
    session.execute(
        delete(SessionRecord).where(SessionRecord.token_sha256 == token_sha256)
    )


def remove_session_of(session: Session, session_id: int, *, person_id: int) -> bool:
    """Forget one of the person's browsers; tell whether there was one."""
    found = session.execute(
        delete(SessionRecord)
        .where(SessionRecord.id == session_id, SessionRecord.person_id == person_id)
        .returning(SessionRecord.id)
    )
    return found.first() is not None


def remove_sessions_of(session: Session, *, person_id: int) -> None:
    """Forget every browser of the person."""
    session.execute(delete(SessionRecord).where(SessionRecord.person_id == person_id))


def remove_expired_sessions(session: Session, *, at: datetime) -> None:
    """Forget browsers whose time is up."""
    session.execute(delete(SessionRecord).where(SessionRecord.expires_at <= at))
