"""Licence cards of participants, as a coach saw them, and those a proposal lists.

A card is written down once and never changed; one written down wrongly is removed from
sight, and what was proposed with it stays as it was.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import FreeText, Instant, Record
from issuer.records.people import PersonRecord
from issuer.records.proposals import ProposalLicenceCardRecord


class LicenceCardRecord(Record):
    """A card that somebody else issued; we know that it was seen, by whom and when."""

    __tablename__ = "licence_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(FreeText)
    issuer: Mapped[str] = mapped_column(FreeText)
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    seen_on: Mapped[date] = mapped_column(Date)
    seen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


def get_card(
    session: Session, card_id: int, *, organisation_id: int
) -> LicenceCardRecord:
    """Return a card of this organisation that is not removed; raises NotFound."""
    row = session.scalar(
        select(LicenceCardRecord).where(
            LicenceCardRecord.id == card_id,
            LicenceCardRecord.organisation_id == organisation_id,
            LicenceCardRecord.removed_at.is_(None),
        )
    )
    if row is None:
        raise NotFound
    return row


def list_cards(
    session: Session, *, organisation_id: int, person_id: int
) -> list[tuple[LicenceCardRecord, str]]:
    """Return a person's cards with the names of those who saw them, newest first."""
    return _with_names(
        session,
        LicenceCardRecord.organisation_id == organisation_id,
        LicenceCardRecord.person_id == person_id,
        LicenceCardRecord.removed_at.is_(None),
    )


def list_cards_of_proposal(
    session: Session, *, proposal_id: int
) -> list[tuple[LicenceCardRecord, str]]:
    """Return the cards a proposal lists, removed ones too, with who saw them."""
    listed = select(ProposalLicenceCardRecord.licence_card_id).where(
        ProposalLicenceCardRecord.proposal_id == proposal_id
    )
    return _with_names(session, LicenceCardRecord.id.in_(listed))


def add_to_proposal(
    session: Session, card_ids: Collection[int], *, proposal_id: int
) -> None:
    """List these cards in a proposal."""
    session.add_all(
        ProposalLicenceCardRecord(proposal_id=proposal_id, licence_card_id=id_)
        for id_ in sorted(set(card_ids))
    )


def _with_names(
    session: Session, *conditions: object
) -> list[tuple[LicenceCardRecord, str]]:
    rows = session.execute(
        select(LicenceCardRecord, PersonRecord.name)
        .join(PersonRecord, PersonRecord.id == LicenceCardRecord.seen_by)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(LicenceCardRecord.issued_on.desc(), LicenceCardRecord.id.desc())
    )
    return [(row[0], row[1]) for row in rows]
