"""Audit lines: who did what to which row, and when. No names, no contents."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.people import Actor
from issuer.records.base import Identifier, Instant, Record


class AuditLineRecord(Record):
    """One deed; ids are row ids, so that a line outlives a name."""

    __tablename__ = "audit_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    deed: Mapped[str] = mapped_column(Identifier)
    subject: Mapped[str] = mapped_column(Identifier)


def add_audit_line(
    session: Session,
    deed: str,
    subject: str,
    *,
    at: datetime,
    actor_id: int | None = None,
    organisation_id: int | None = None,
) -> None:
    """Write one line in the transaction of the deed it tells of."""
    session.add(
        AuditLineRecord(
            at=at,
            actor_id=actor_id,
            organisation_id=organisation_id,
            deed=deed,
            subject=subject,
        )
    )


def add_deed(
    session: Session, actor: Actor, deed: str, subject: str, *, at: datetime
) -> None:
    """Write the line of what a signed-in person did; as `add_audit_line`."""
    add_audit_line(
        session,
        deed,
        subject,
        at=at,
        actor_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )


def list_deeds(session: Session, *, prefix: str) -> set[tuple[str, str]]:
    """Return deed and subject of the lines whose subject begins with `prefix`."""
    rows = session.execute(
        select(AuditLineRecord.deed, AuditLineRecord.subject).where(
            AuditLineRecord.subject.startswith(prefix, autoescape=True)
        )
    )
    return {(row[0], row[1]) for row in rows}
