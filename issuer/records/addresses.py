"""E-mail addresses and phone numbers of people, for messages alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.entry import AddressMissing
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.people import PersonRecord


class PersonAddressRecord(Record):
    """An e-mail address or phone number of a person: one of each at most."""

    __tablename__ = "person_address"
    __table_args__ = (UniqueConstraint("person_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(Identifier)
    address: Mapped[str] = mapped_column(FreeText, index=True)
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)


def find_address(session: Session, *, person_id: int, channel: str) -> str | None:
    """Return the person's address for this channel, or None."""
    return session.scalar(
        select(PersonAddressRecord.address).where(
            PersonAddressRecord.person_id == person_id,
            PersonAddressRecord.channel == channel,
        )
    )


def find_address_row(
    session: Session, *, person_id: int, channel: str
) -> PersonAddressRecord | None:
    """Return the row of the person's address for this channel, or None."""
    return session.scalar(
        select(PersonAddressRecord).where(
            PersonAddressRecord.person_id == person_id,
            PersonAddressRecord.channel == channel,
        )
    )


def list_people_at(session: Session, address: str) -> list[PersonRecord]:
    """Return everyone whose address this is, of any organisation."""
    return list(
        session.scalars(
            select(PersonRecord)
            .join(PersonAddressRecord, PersonAddressRecord.person_id == PersonRecord.id)
            .where(PersonAddressRecord.address == address)
            .order_by(PersonRecord.id)
        )
    )


def require_address(session: Session, *, person_id: int, channel: str) -> str:
    """Return the person's address for this channel; raises AddressMissing."""
    address = find_address(session, person_id=person_id, channel=channel)
    if address is None:
        raise AddressMissing
    return address
