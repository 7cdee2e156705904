"""How often something was tried: counted in the database, for every process at once."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.records.base import Identifier, Instant, Record


class AttemptCountRecord(Record):
    """How often one subject tried one thing in one window of time.

    `subject` is a row id or a keyed hash, never an address.
    """

    __tablename__ = "attempt_count"
    __table_args__ = (UniqueConstraint("deed", "subject", "begins_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[str] = mapped_column(Identifier)
    subject: Mapped[str] = mapped_column(Identifier)
    begins_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int]


def count_attempt(
    session: Session, *, deed: str, subject: str, window: timedelta, at: datetime
) -> int:
    """Count one attempt and return how many there are in this window, this one too.

    Windows lie end to end from the epoch on; the row is found or added atomically.
    """
    seconds = int(window.total_seconds())
    begins_at = at - timedelta(seconds=at.timestamp() % seconds if seconds else 0)
    begins_at = begins_at.replace(microsecond=0)
    counted = (
        update(AttemptCountRecord)
        .where(
            AttemptCountRecord.deed == deed,
            AttemptCountRecord.subject == subject,
            AttemptCountRecord.begins_at == begins_at,
        )
        .values(count=AttemptCountRecord.count + 1)
        .returning(AttemptCountRecord.count)
    )
    if found := session.execute(counted).first():
        return int(found[0])
    row = AttemptCountRecord(
        deed=deed,
        subject=subject,
        begins_at=begins_at,
        ends_at=begins_at + window,
        count=1,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process added it in between
        return int(session.execute(counted).scalar_one())
    return 1


def remove_past_attempts(session: Session, *, at: datetime) -> None:
    """Forget the counts of windows that have ended."""
    session.execute(delete(AttemptCountRecord).where(AttemptCountRecord.ends_at <= at))
