"""Six-digit codes: each bound to one browser, tried five times and used once."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.entry import CODE_TRIES
from issuer.records.base import Identifier, Instant, Record


class EntryCodeRecord(Record):
    """A six-digit code, bound to the browser that asked for it.

    `proof_sha256` is over the browser's token and the code, so the row alone tells
    neither.
    """

    __tablename__ = "entry_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    browser_sha256: Mapped[str] = mapped_column(Identifier, index=True)
    proof_sha256: Mapped[str] = mapped_column(Identifier)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("entry_link.id"))
    channel: Mapped[str] = mapped_column(Identifier)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def find_code(session: Session, *, browser_sha256: str) -> EntryCodeRecord | None:
    """Return the newest code that this browser asked for, or None."""
    return session.scalar(
        select(EntryCodeRecord)
        .where(EntryCodeRecord.browser_sha256 == browser_sha256)
        .order_by(EntryCodeRecord.id.desc())
        .limit(1)
    )


def take_code_try(session: Session, code_id: int, *, at: datetime) -> int | None:
    """Count one try of a code that may still be tried; return how many are left.

    None where it may not: used, expired, or tried five times. The count is taken
    before anybody compares, so that many at once get five tries together.
    """
    found = session.execute(
        update(EntryCodeRecord)
        .where(
            EntryCodeRecord.id == code_id,
            EntryCodeRecord.used_at.is_(None),
            EntryCodeRecord.expires_at > at,
            EntryCodeRecord.tries < CODE_TRIES,
        )
        .values(tries=EntryCodeRecord.tries + 1)
        .returning(EntryCodeRecord.tries)
    ).first()
    return None if found is None else CODE_TRIES - found[0]


def use_code(session: Session, code_id: int, *, at: datetime) -> bool:
    """Use a code; of several at once only one is told True."""
    found = session.execute(
        update(EntryCodeRecord)
        .where(EntryCodeRecord.id == code_id, EntryCodeRecord.used_at.is_(None))
        .values(used_at=at)
        .returning(EntryCodeRecord.id)
    )
    return found.first() is not None


def end_codes(
    session: Session,
    *,
    person_id: int,
    link_id: int | None,
    at: datetime,
) -> None:
    """Let a person's codes that wait open nothing any more, or those of one link."""
    ended = update(EntryCodeRecord).where(
        EntryCodeRecord.person_id == person_id, EntryCodeRecord.expires_at > at
    )
    if link_id is not None:
        ended = ended.where(EntryCodeRecord.link_id == link_id)
    session.execute(ended.values(expires_at=at))


def remove_past_codes(session: Session, *, before: datetime) -> None:
    """Forget codes that expired before an instant; till then a page tells of them."""
    session.execute(delete(EntryCodeRecord).where(EntryCodeRecord.expires_at < before))
