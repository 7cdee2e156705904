"""Published environment reports: frozen versions of a mapping. Only these count."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.mapping import EnvironmentRecord, SiteRecord


class EnvironmentReportRecord(Record):
    """One published version; `content` is its canonical JSON, never changed."""

    __tablename__ = "environment_report"
    __table_args__ = (UniqueConstraint("environment_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(
        ForeignKey("environment.id"), index=True
    )
    public_id: Mapped[str] = mapped_column(Identifier, unique=True)
    version: Mapped[int]
    published_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Identifier)


class ReportedTaskRecord(Record):
    """A task as it stood when the report was published."""

    __tablename__ = "reported_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(
        ForeignKey("environment_report.id"), index=True
    )
    pseudonym: Mapped[str] = mapped_column(Identifier)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(FreeText)
    description: Mapped[str] = mapped_column(FreeText)


class ReportedMappingRecord(Record):
    """A requirement the published task can show; a sign-off points here."""

    __tablename__ = "reported_mapping"
    __table_args__ = (UniqueConstraint("reported_task_id", "requirement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reported_task_id: Mapped[int] = mapped_column(
        ForeignKey("reported_task.id"), index=True
    )
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))


def list_reports(
    session: Session, *, environment_id: int
) -> list[EnvironmentReportRecord]:
    """Return the environment's published versions, newest first."""
    return list(
        session.scalars(
            select(EnvironmentReportRecord)
            .where(EnvironmentReportRecord.environment_id == environment_id)
            .order_by(EnvironmentReportRecord.version.desc())
        )
    )


def find_latest_report(
    session: Session, *, environment_id: int
) -> EnvironmentReportRecord | None:
    """Return the version in force, or None if nothing was published."""
    return session.scalar(
        select(EnvironmentReportRecord)
        .where(EnvironmentReportRecord.environment_id == environment_id)
        .order_by(EnvironmentReportRecord.version.desc())
        .limit(1)
    )


def get_report(session: Session, report_id: int) -> EnvironmentReportRecord:
    """Return a published version by its row id; raises NotFound."""
    row = session.get(EnvironmentReportRecord, report_id)
    if row is None:
        raise NotFound
    return row


def get_report_by_public_id(
    session: Session, public_id: str
) -> EnvironmentReportRecord:
    """Return a published version by the id in its public address; raises NotFound."""
    row = session.scalar(
        select(EnvironmentReportRecord).where(
            EnvironmentReportRecord.public_id == public_id
        )
    )
    if row is None:
        raise NotFound
    return row


def list_reports_in_force(
    session: Session, *, site_id: int
) -> list[EnvironmentReportRecord]:
    """Return the latest published version of each environment of the site."""
    rows = session.scalars(
        select(EnvironmentReportRecord)
        .join(
            EnvironmentRecord,
            EnvironmentRecord.id == EnvironmentReportRecord.environment_id,
        )
        .where(EnvironmentRecord.site_id == site_id)
        .order_by(EnvironmentReportRecord.environment_id, EnvironmentReportRecord.id)
    )
    return list({row.environment_id: row for row in rows}.values())


def list_reported_tasks(
    session: Session, *, report_ids: list[int]
) -> list[ReportedTaskRecord]:
    """Return the tasks of these published versions in their order."""
    return list(
        session.scalars(
            select(ReportedTaskRecord)
            .where(ReportedTaskRecord.report_id.in_(report_ids))
            .order_by(ReportedTaskRecord.report_id, ReportedTaskRecord.position)
        )
    )


def list_reported_mappings(
    session: Session, *, report_ids: list[int]
) -> list[ReportedMappingRecord]:
    """Return the mappings of these published versions."""
    return list(
        session.scalars(
            select(ReportedMappingRecord)
            .join(
                ReportedTaskRecord,
                ReportedTaskRecord.id == ReportedMappingRecord.reported_task_id,
            )
            .where(ReportedTaskRecord.report_id.in_(report_ids))
            .order_by(ReportedMappingRecord.id)
        )
    )


def find_mapping_in_force(
    session: Session, mapping_id: int, *, site_id: int
) -> tuple[ReportedMappingRecord, ReportedTaskRecord, EnvironmentReportRecord] | None:
    """Return a published mapping of this site, or None if it is not in force."""
    in_force = [report.id for report in list_reports_in_force(session, site_id=site_id)]
    row = session.execute(
        select(ReportedMappingRecord, ReportedTaskRecord, EnvironmentReportRecord)
        .join(
            ReportedTaskRecord,
            ReportedTaskRecord.id == ReportedMappingRecord.reported_task_id,
        )
        .join(
            EnvironmentReportRecord,
            EnvironmentReportRecord.id == ReportedTaskRecord.report_id,
        )
        .where(
            ReportedMappingRecord.id == mapping_id,
            EnvironmentReportRecord.id.in_(in_force),
        )
    ).first()
    return (row[0], row[1], row[2]) if row else None


def environment_site(session: Session, environment_id: int) -> SiteRecord:
    """Return the site of an environment; raises NotFound."""
    row = session.scalar(
        select(SiteRecord)
        .join(EnvironmentRecord, EnvironmentRecord.site_id == SiteRecord.id)
        .where(EnvironmentRecord.id == environment_id)
    )
    if row is None:
        raise NotFound
    return row
