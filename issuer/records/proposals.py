"""Proposals a coach makes from sign-offs, and the participant's answer."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.periods import WorkPeriodRecord


class ProposalRecord(Record):
    """What the coach proposes to certify; its items are frozen with it.

    `hides_site` is the coach's choice. From `shows_levels` on stand the organisation's
    policy and language as they were when this was proposed: what the participant reads
    is what the certificate follows, whatever the organisation decides later.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("work_period.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("catalogue_edition.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    summary: Mapped[str] = mapped_column(FreeText)
    hours: Mapped[int | None]
    hides_site: Mapped[bool] = mapped_column(default=False)
    shows_levels: Mapped[bool] = mapped_column(default=False)
    policy_hides_site: Mapped[bool] = mapped_column(default=False)
    names_instructors: Mapped[bool] = mapped_column(default=True)
    valid_for_months: Mapped[int | None]
    language: Mapped[str] = mapped_column(Identifier, default="fi")
    second_language: Mapped[str | None] = mapped_column(Identifier)


class ProposalUnitRecord(Record):
    """A unit the proposal speaks of, or one target area of it."""

    __tablename__ = "proposal_unit"
    __table_args__ = (UniqueConstraint("proposal_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    target_area_id: Mapped[int | None] = mapped_column(ForeignKey("target_area.id"))


class ProposalItemRecord(Record):
    """A standing sign-off that the proposal rests on."""

    __tablename__ = "proposal_item"
    __table_args__ = (UniqueConstraint("proposal_id", "requirement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"))


class ProposalLicenceCardRecord(Record):
    """A licence card that the certificate is to list."""

    __tablename__ = "proposal_licence_card"
    __table_args__ = (UniqueConstraint("proposal_id", "licence_card_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    licence_card_id: Mapped[int] = mapped_column(ForeignKey("licence_card.id"))


class ProposalAnswerRecord(Record):
    """The participant's acceptance or dispute; one answer to one proposal."""

    __tablename__ = "proposal_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    answer: Mapped[str] = mapped_column(Identifier)
    reason: Mapped[str] = mapped_column(FreeText)
    shows_birth_date: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(Instant)


def get_proposal(
    session: Session, proposal_id: int, *, organisation_id: int
) -> tuple[ProposalRecord, WorkPeriodRecord]:
    """Return a proposal of this organisation with its period; raises NotFound."""
    row = session.execute(
        select(ProposalRecord, WorkPeriodRecord)
        .join(WorkPeriodRecord, WorkPeriodRecord.id == ProposalRecord.period_id)
        .where(
            ProposalRecord.id == proposal_id,
            WorkPeriodRecord.organisation_id == organisation_id,
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_proposals(
    session: Session,
    *,
    organisation_id: int,
    period_id: int | None = None,
    participant_id: int | None = None,
) -> list[tuple[ProposalRecord, WorkPeriodRecord]]:
    """Return proposals with their periods, the newest first."""
    query = (
        select(ProposalRecord, WorkPeriodRecord)
        .join(WorkPeriodRecord, WorkPeriodRecord.id == ProposalRecord.period_id)
        .where(WorkPeriodRecord.organisation_id == organisation_id)
    )
    if period_id is not None:
        query = query.where(WorkPeriodRecord.id == period_id)
    if participant_id is not None:
        query = query.where(WorkPeriodRecord.participant_id == participant_id)
    rows = session.execute(query.order_by(ProposalRecord.id.desc()))
    return [(row[0], row[1]) for row in rows]


def find_latest_proposal(session: Session, *, period_id: int) -> ProposalRecord | None:
    """Return the period's newest proposal, or None."""
    return session.scalar(
        select(ProposalRecord)
        .where(ProposalRecord.period_id == period_id)
        .order_by(ProposalRecord.id.desc())
        .limit(1)
    )


def find_answer(session: Session, *, proposal_id: int) -> ProposalAnswerRecord | None:
    """Return the participant's answer, or None."""
    return session.scalar(
        select(ProposalAnswerRecord).where(
            ProposalAnswerRecord.proposal_id == proposal_id
        )
    )


def list_units_of(session: Session, *, proposal_id: int) -> list[int]:
    """Return the ids of the units the proposal speaks of."""
    return list(
        session.scalars(
            select(ProposalUnitRecord.unit_id)
            .where(ProposalUnitRecord.proposal_id == proposal_id)
            .order_by(ProposalUnitRecord.id)
        )
    )


def list_areas_of(session: Session, *, proposal_id: int) -> dict[int, int]:
    """Return the target area that each limited unit is limited to, by unit."""
    rows = session.execute(
        select(ProposalUnitRecord.unit_id, ProposalUnitRecord.target_area_id).where(
            ProposalUnitRecord.proposal_id == proposal_id,
            ProposalUnitRecord.target_area_id.is_not(None),
        )
    )
    return {unit_id: area_id for unit_id, area_id in rows if area_id is not None}


def list_items(session: Session, *, proposal_id: int) -> list[ProposalItemRecord]:
    """Return the sign-offs the proposal rests on."""
    return list(
        session.scalars(
            select(ProposalItemRecord)
            .where(ProposalItemRecord.proposal_id == proposal_id)
            .order_by(ProposalItemRecord.id)
        )
    )
