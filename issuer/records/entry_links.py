"""Links that say who is meant; only the hash of a link is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.entry import LinkEnd
from issuer.domain.errors import NotFound
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.people import PersonRecord


class EntryLinkRecord(Record):
    """A link that says who is meant, with who made it and how it ended."""

    __tablename__ = "entry_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(Identifier, unique=True)
    kind: Mapped[str] = mapped_column(Identifier)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(Identifier)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("work_period.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_as: Mapped[str | None] = mapped_column(Identifier)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class LinkRequestRecord(Record):
    """Somebody typed an address to get a link; answered in the background, then gone.

    The row is written whether the address is known or not, so that nobody can tell.
    """

    __tablename__ = "link_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(FreeText)
    language: Mapped[str] = mapped_column(Identifier)
    made_at: Mapped[datetime] = mapped_column(Instant)


def take_link_requests(session: Session) -> list[tuple[str, str]]:
    """Take every waiting request out: the address and the language of each."""
    taken = session.execute(
        delete(LinkRequestRecord).returning(
            LinkRequestRecord.address, LinkRequestRecord.language
        )
    )
    return [(row.address, row.language) for row in taken]


def find_link(session: Session, *, token_sha256: str) -> EntryLinkRecord | None:
    """Return the link with this token's hash, or None."""
    return session.scalar(
        select(EntryLinkRecord).where(EntryLinkRecord.token_sha256 == token_sha256)
    )


def get_link(
    session: Session, link_id: int, *, organisation_id: int
) -> EntryLinkRecord:
    """Return a link to a person of this organisation; raises NotFound."""
    row = session.scalar(
        select(EntryLinkRecord)
        .join(PersonRecord, PersonRecord.id == EntryLinkRecord.person_id)
        .where(
            EntryLinkRecord.id == link_id,
            PersonRecord.organisation_id == organisation_id,
        )
    )
    if row is None:
        raise NotFound
    return row


def list_links(session: Session, *, person_id: int) -> list[EntryLinkRecord]:
    """Return the links to a person, the newest first."""
    return list(
        session.scalars(
            select(EntryLinkRecord)
            .where(EntryLinkRecord.person_id == person_id)
            .order_by(EntryLinkRecord.id.desc())
        )
    )


def list_misdirected_links(
    session: Session, *, organisation_id: int
) -> list[EntryLinkRecord]:
    """Return links that reached somebody else and that nobody has settled yet."""
    return list(
        session.scalars(
            select(EntryLinkRecord)
            .join(PersonRecord, PersonRecord.id == EntryLinkRecord.person_id)
            .where(
                PersonRecord.organisation_id == organisation_id,
                EntryLinkRecord.ended_as == LinkEnd.NOT_THIS_PERSON.value,
                EntryLinkRecord.settled_at.is_(None),
            )
            .order_by(EntryLinkRecord.ended_at)
        )
    )


def end_link(session: Session, link_id: int, *, ended_as: str, at: datetime) -> bool:
    """End a link that is open; of several at once only one is told True."""
    found = session.execute(
        update(EntryLinkRecord)
        .where(EntryLinkRecord.id == link_id, EntryLinkRecord.ended_as.is_(None))
        .values(ended_as=ended_as, ended_at=at)
        .returning(EntryLinkRecord.id)
    )
    return found.first() is not None


def use_link(session: Session, link_id: int, *, at: datetime) -> bool:
    """Use a link that may be used once and is in time; tell whether this was it."""
    found = session.execute(
        update(EntryLinkRecord)
        .where(
            EntryLinkRecord.id == link_id,
            EntryLinkRecord.ended_as.is_(None),
            EntryLinkRecord.expires_at > at,
        )
        .values(ended_as=LinkEnd.USED.value, ended_at=at, seen_at=at)
        .returning(EntryLinkRecord.id)
    )
    return found.first() is not None


def end_links_of(
    session: Session, *, person_id: int, kind: str, ended_as: str, at: datetime
) -> None:
    """End every open link of one kind to a person."""
    session.execute(
        update(EntryLinkRecord)
        .where(
            EntryLinkRecord.person_id == person_id,
            EntryLinkRecord.kind == kind,
            EntryLinkRecord.ended_as.is_(None),
        )
        .values(ended_as=ended_as, ended_at=at)
    )
