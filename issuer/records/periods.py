"""Work periods: a participant at a site, with a coach and instructors."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import Identifier, Instant, Record
from issuer.records.people import PersonRecord


class WorkPeriodRecord(Record):
    """A participant's time at a site; the kind of service is never recorded."""

    __tablename__ = "work_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    pseudonym: Mapped[str] = mapped_column(Identifier, unique=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class PeriodInstructorRecord(Record):
    """An instructor who may sign off in this period, named by whom and when."""

    __tablename__ = "period_instructor"
    __table_args__ = (UniqueConstraint("period_id", "instructor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("work_period.id"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(Instant)


def get_period(
    session: Session, period_id: int, *, organisation_id: int
) -> WorkPeriodRecord:
    """Return a work period of this organisation; raises NotFound."""
    row = session.scalar(
        select(WorkPeriodRecord).where(
            WorkPeriodRecord.id == period_id,
            WorkPeriodRecord.organisation_id == organisation_id,
        )
    )
    if row is None:
        raise NotFound
    return row


def list_periods(
    session: Session, *, organisation_id: int, participant_id: int | None = None
) -> list[WorkPeriodRecord]:
    """Return the organisation's periods, the newest first; one person's if named."""
    query = select(WorkPeriodRecord).where(
        WorkPeriodRecord.organisation_id == organisation_id
    )
    if participant_id is not None:
        query = query.where(WorkPeriodRecord.participant_id == participant_id)
    return list(
        session.scalars(
            query.order_by(
                WorkPeriodRecord.starts_on.desc(), WorkPeriodRecord.id.desc()
            )
        )
    )


def list_periods_of_instructor(
    session: Session, *, instructor_id: int, organisation_id: int
) -> list[WorkPeriodRecord]:
    """Return the periods in which this instructor may sign off, newest first."""
    return list(
        session.scalars(
            select(WorkPeriodRecord)
            .join(
                PeriodInstructorRecord,
                PeriodInstructorRecord.period_id == WorkPeriodRecord.id,
            )
            .where(
                PeriodInstructorRecord.instructor_id == instructor_id,
                WorkPeriodRecord.organisation_id == organisation_id,
            )
            .order_by(WorkPeriodRecord.starts_on.desc(), WorkPeriodRecord.id.desc())
        )
    )


def list_instructors(session: Session, *, period_id: int) -> list[PersonRecord]:
    """Return the period's instructors by name."""
    return list(
        session.scalars(
            select(PersonRecord)
            .join(
                PeriodInstructorRecord,
                PeriodInstructorRecord.instructor_id == PersonRecord.id,
            )
            .where(PeriodInstructorRecord.period_id == period_id)
            .order_by(PersonRecord.name)
        )
    )
