"""Sites, environments, workplace tasks and their mappings, still being drawn up."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import FreeText, Identifier, Instant, Record


class SiteRecord(Record):
    """A place of work: a firm, a workshop or a unit of the municipality."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    pseudonym: Mapped[str] = mapped_column(Identifier, unique=True)
    name: Mapped[str] = mapped_column(FreeText)
    town: Mapped[str] = mapped_column(FreeText)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class EnvironmentRecord(Record):
    """A learning environment: a site mapped against one catalogue edition."""

    __tablename__ = "environment"
    __table_args__ = (UniqueConstraint("site_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("catalogue_edition.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class WorkplaceTaskRecord(Record):
    """A task done at the site, in the words of the workplace."""

    __tablename__ = "workplace_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(
        ForeignKey("environment.id"), index=True
    )
    pseudonym: Mapped[str] = mapped_column(Identifier, unique=True)
    name: Mapped[str] = mapped_column(FreeText)
    description: Mapped[str] = mapped_column(FreeText, default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class TaskMappingRecord(Record):
    """The task can show this requirement; drawn by whom and when."""

    __tablename__ = "task_mapping"
    __table_args__ = (UniqueConstraint("task_id", "requirement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("workplace_task.id"), index=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    mapped_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mapped_at: Mapped[datetime] = mapped_column(Instant)


def get_site(session: Session, site_id: int, *, organisation_id: int) -> SiteRecord:
    """Return a site of this organisation; raises NotFound."""
    row = session.scalar(
        select(SiteRecord).where(
            SiteRecord.id == site_id, SiteRecord.organisation_id == organisation_id
        )
    )
    if row is None:
        raise NotFound
    return row


def list_sites(session: Session, *, organisation_id: int) -> list[SiteRecord]:
    """Return the organisation's sites by name."""
    return list(
        session.scalars(
            select(SiteRecord)
            .where(SiteRecord.organisation_id == organisation_id)
            .order_by(SiteRecord.name, SiteRecord.id)
        )
    )


def get_environment(
    session: Session, environment_id: int, *, organisation_id: int
) -> tuple[EnvironmentRecord, SiteRecord]:
    """Return an environment of this organisation with its site; raises NotFound."""
    row = session.execute(
        select(EnvironmentRecord, SiteRecord)
        .join(SiteRecord, SiteRecord.id == EnvironmentRecord.site_id)
        .where(
            EnvironmentRecord.id == environment_id,
            SiteRecord.organisation_id == organisation_id,
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_environments(session: Session, *, site_id: int) -> list[EnvironmentRecord]:
    """Return the site's environments, oldest first."""
    return list(
        session.scalars(
            select(EnvironmentRecord)
            .where(EnvironmentRecord.site_id == site_id)
            .order_by(EnvironmentRecord.id)
        )
    )


def get_task(
    session: Session, task_id: int, *, organisation_id: int
) -> WorkplaceTaskRecord:
    """Return a task of this organisation; raises NotFound."""
    row = session.scalar(
        select(WorkplaceTaskRecord)
        .join(
            EnvironmentRecord,
            EnvironmentRecord.id == WorkplaceTaskRecord.environment_id,
        )
        .join(SiteRecord, SiteRecord.id == EnvironmentRecord.site_id)
        .where(
            WorkplaceTaskRecord.id == task_id,
            SiteRecord.organisation_id == organisation_id,
        )
    )
    if row is None:
        raise NotFound
    return row


def list_tasks(session: Session, *, environment_id: int) -> list[WorkplaceTaskRecord]:
    """Return the environment's tasks in the order they were written."""
    return list(
        session.scalars(
            select(WorkplaceTaskRecord)
            .where(WorkplaceTaskRecord.environment_id == environment_id)
            .order_by(WorkplaceTaskRecord.id)
        )
    )


def list_mappings(session: Session, *, environment_id: int) -> list[TaskMappingRecord]:
    """Return every mapping of the environment's tasks."""
    return list(
        session.scalars(
            select(TaskMappingRecord)
            .join(
                WorkplaceTaskRecord, WorkplaceTaskRecord.id == TaskMappingRecord.task_id
            )
            .where(WorkplaceTaskRecord.environment_id == environment_id)
            .order_by(TaskMappingRecord.task_id, TaskMappingRecord.id)
        )
    )


def mapped_requirements(session: Session, *, task_id: int) -> set[int]:
    """Return the ids of the requirements this task maps to."""
    return set(
        session.scalars(
            select(TaskMappingRecord.requirement_id).where(
                TaskMappingRecord.task_id == task_id
            )
        )
    )


def remove_mappings(
    session: Session, *, task_id: int, requirement_ids: set[int]
) -> None:
    """Take these mappings off the task's draft."""
    session.execute(
        delete(TaskMappingRecord).where(
            TaskMappingRecord.task_id == task_id,
            TaskMappingRecord.requirement_id.in_(requirement_ids),
        )
    )


def remove_task(session: Session, task: WorkplaceTaskRecord) -> None:
    """Take a task off the draft; published versions keep their own copy."""
    session.execute(
        delete(TaskMappingRecord).where(TaskMappingRecord.task_id == task.id)
    )
    session.delete(task)


def count_tasks(session: Session, *, environment_id: int) -> int:
    """Return how many tasks the environment's draft has."""
    return (
        session.scalar(
            select(func.count())
            .select_from(WorkplaceTaskRecord)
            .where(WorkplaceTaskRecord.environment_id == environment_id)
        )
        or 0
    )
