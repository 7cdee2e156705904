"""Sign-offs, withdrawals and resolutions. Append-only: rows are never rewritten."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, LargeBinary, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.domain.signoffs import Assurance, Mark, Resolution, SignOff
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.mapping import EnvironmentRecord, SiteRecord
from issuer.records.people import PersonRecord
from issuer.records.reports import (
    EnvironmentReportRecord,
    ReportedMappingRecord,
    ReportedTaskRecord,
)


class SignOffRecord(Record):
    """An instructor's statement on one requirement; `id` orders what was received.

    `statement` holds the canonical bytes (JCS) of the statement in its version (2 is a
    leaf of what a device signed), `signed_at` the device's time and `received_at` the
    server's.
    """

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("work_period.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    instructor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reported_mapping_id: Mapped[int] = mapped_column(ForeignKey("reported_mapping.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    mark: Mapped[str] = mapped_column(Identifier)
    remark: Mapped[str] = mapped_column(FreeText)
    observed_on: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    nonce: Mapped[str] = mapped_column(Identifier, unique=True)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    statement_version: Mapped[int]
    assurance: Mapped[str] = mapped_column(Identifier)


class WithdrawalRecord(Record):
    """The undoing of one sign-off, by whom, when and why.

    `is_return` where a coach gave it back to its instructor, to be looked at anew.
    """

    __tablename__ = "sign_off_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), unique=True)
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(FreeText)
    is_return: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )


class ResolutionRecord(Record):
    """Which of differing sign-offs stands, as the coach recorded it, and why."""

    __tablename__ = "sign_off_resolution"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("work_period.id"), index=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"))
    considered: Mapped[list[int]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(FreeText)
    resolved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[datetime] = mapped_column(Instant)


def list_sign_offs(session: Session, *, period_id: int) -> list[SignOff]:
    """Return the period's sign-offs as values, in the order received."""
    return list(_sign_offs(session, SignOffRecord.period_id == period_id))


def list_sign_offs_by_ids(session: Session, ids: Iterable[int]) -> list[SignOff]:
    """Return these sign-offs as values, in the order received."""
    return list(_sign_offs(session, SignOffRecord.id.in_(list(ids))))


def list_sign_offs_of_instructor(
    session: Session, *, instructor_id: int
) -> list[SignOff]:
    """Return the instructor's own sign-offs, the newest first."""
    own = _sign_offs(session, SignOffRecord.instructor_id == instructor_id)
    return list(own)[::-1]


def get_sign_off(
    session: Session, sign_off_id: int, *, organisation_id: int
) -> SignOffRecord:
    """Return a sign-off's row of this organisation; raises NotFound."""
    row = session.get(SignOffRecord, sign_off_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound
    return row


def find_sign_offs_by_nonce(
    session: Session, nonces: Iterable[str]
) -> list[SignOffRecord]:
    """Return the rows that already carry one of these one-time ids."""
    return list(
        session.scalars(
            select(SignOffRecord).where(SignOffRecord.nonce.in_(list(nonces)))
        )
    )


def find_withdrawal(session: Session, *, sign_off_id: int) -> WithdrawalRecord | None:
    """Return the sign-off's withdrawal, or None."""
    return session.scalar(
        select(WithdrawalRecord).where(WithdrawalRecord.sign_off_id == sign_off_id)
    )


def list_resolutions(session: Session, *, period_id: int) -> list[Resolution]:
    """Return the coach's resolutions in this period, oldest first."""
    rows = session.scalars(
        select(ResolutionRecord)
        .where(ResolutionRecord.period_id == period_id)
        .order_by(ResolutionRecord.id)
    )
    return [
        Resolution(
            row.requirement_id,
            row.sign_off_id,
            frozenset(row.considered),
            row.why,
            row.id,
        )
        for row in rows
    ]


def list_reports_behind(session: Session, sign_off_ids: Iterable[int]) -> list[int]:
    """Return the ids of the published reports that these sign-offs rest on."""
    return list(
        session.scalars(
            select(EnvironmentReportRecord.id)
            .join(
                ReportedTaskRecord,
                ReportedTaskRecord.report_id == EnvironmentReportRecord.id,
            )
            .join(
                ReportedMappingRecord,
                ReportedMappingRecord.reported_task_id == ReportedTaskRecord.id,
            )
            .join(
                SignOffRecord,
                SignOffRecord.reported_mapping_id == ReportedMappingRecord.id,
            )
            .where(SignOffRecord.id.in_(list(sign_off_ids)))
            .distinct()
            .order_by(EnvironmentReportRecord.id)
        )
    )


def _sign_offs(session: Session, condition: object) -> Iterable[SignOff]:
    rows = session.execute(
        select(
            SignOffRecord,
            PersonRecord.name,
            ReportedTaskRecord.name,
            SiteRecord.name,
            WithdrawalRecord.id,
            WithdrawalRecord.is_return,
            WithdrawalRecord.reason,
        )
        .join(PersonRecord, PersonRecord.id == SignOffRecord.instructor_id)
        .join(
            ReportedMappingRecord,
            ReportedMappingRecord.id == SignOffRecord.reported_mapping_id,
        )
        .join(
            ReportedTaskRecord,
            ReportedTaskRecord.id == ReportedMappingRecord.reported_task_id,
        )
        .join(
            EnvironmentReportRecord,
            EnvironmentReportRecord.id == ReportedTaskRecord.report_id,
        )
        .join(
            EnvironmentRecord,
            EnvironmentRecord.id == EnvironmentReportRecord.environment_id,
        )
        .join(SiteRecord, SiteRecord.id == EnvironmentRecord.site_id)
        .outerjoin(WithdrawalRecord, WithdrawalRecord.sign_off_id == SignOffRecord.id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(SignOffRecord.id)
    )
    for row, instructor, task, site, withdrawal, is_return, reason in rows:
        yield SignOff(
            id=row.id,
            sequence=row.id,
            requirement_id=row.requirement_id,
            instructor_id=row.instructor_id,
            instructor_name=instructor,
            task_name=task,
            site_name=site,
            mark=Mark(row.mark),
            remark=row.remark,
            observed_on=row.observed_on.isoformat(),
            signed_at=row.signed_at,
            received_at=row.received_at,
            assurance=Assurance(row.assurance),
            is_withdrawn=withdrawal is not None,
            return_reason=reason if is_return else None,
        )
