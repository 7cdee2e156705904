"""Environment reports: publishing freezes a version; only published mappings count."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.jcs import canonical_bytes
from issuer.domain.mapping import NothingChanged, build_report
from issuer.domain.people import Actor, Role
from issuer.records import catalogue, mapping, people
from issuer.records import reports as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of
from issuer.services.mapping import draft_of


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A published version as lists show it."""

    public_id: str
    version: int
    checker: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ReportView:
    """A published version as anyone may read it; `content` is what was frozen."""

    line: ReportLine
    content: dict[str, Any]
    sha256: str
    is_in_force: bool


def publish_report(
    session: Session,
    actor: Actor,
    *,
    environment_id: int,
    public_id: str,
    at: datetime,
) -> ReportLine:
    """Freeze the draft as the next version and put it in force.

    Raises NotAllowed unless the actor is a checker, NothingToPublish, NothingChanged.
    """
    require_role_of(actor, Role.CHECKER)
    environment, site = mapping.get_environment(
        session, environment_id, organisation_id=actor.organisation_id
    )
    edition = catalogue.get_edition_line(session, environment.edition_id)
    organisation = people.get_organisation(session, actor.organisation_id)
    latest = rows.find_latest_report(session, environment_id=environment.id)
    draft = draft_of(session, environment.id)
    content = build_report(
        site=site.name,
        town=site.town,
        organisation=organisation.name,
        qualification=edition.name,
        record_number=edition.record_number,
        edition_sha256=edition.sha256,
        tasks=tuple(line.task for line in draft),
        version=latest.version + 1 if latest else 1,
        checker=actor.name,
        published_at=at,
    )
    if latest and json.loads(latest.content)["tasks"] == content["tasks"]:
        raise NothingChanged
    data = canonical_bytes(content)
    report = rows.EnvironmentReportRecord(
        environment_id=environment.id,
        public_id=public_id,
        version=content["version"],
        published_by=actor.person_id,
        published_at=at,
        content=data,
        sha256=sha256(data).hexdigest(),
    )
    session.add(report)
    session.flush()
    _freeze_tasks(session, report.id, environment_id=environment.id)
    add_deed(session, actor, "report.published", f"report:{report.id}", at=at)
    session.commit()
    return ReportLine(public_id, report.version, actor.name, at)


def _freeze_tasks(session: Session, report_id: int, *, environment_id: int) -> None:
    for position, line in enumerate(draft_of(session, environment_id)):
        if not line.task.requirements:
            continue
        task = rows.ReportedTaskRecord(
            report_id=report_id,
            pseudonym=line.task.pseudonym,
            position=position,
            name=line.task.name,
            description=line.task.description,
        )
        session.add(task)
        session.flush()
        session.add_all(
            rows.ReportedMappingRecord(
                reported_task_id=task.id, requirement_id=requirement.requirement_id
            )
            for requirement in line.task.requirements
        )
    session.flush()


def list_reports(
    session: Session, actor: Actor, *, environment_id: int
) -> list[ReportLine]:
    """Return an environment's published versions, newest first; raises NotFound."""
    require_role_of(actor, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)
    environment, _ = mapping.get_environment(
        session, environment_id, organisation_id=actor.organisation_id
    )
    return [
        _line(row) for row in rows.list_reports(session, environment_id=environment.id)
    ]


def view_report(session: Session, *, public_id: str) -> ReportView:
    """Return a published version for anyone to read; raises NotFound."""
    row = rows.get_report_by_public_id(session, public_id)
    latest = rows.find_latest_report(session, environment_id=row.environment_id)
    return ReportView(
        line=_line(row),
        content=json.loads(row.content),
        sha256=row.sha256,
        is_in_force=latest is not None and latest.id == row.id,
    )


def _line(row: rows.EnvironmentReportRecord) -> ReportLine:
    checker = json.loads(row.content)["checker"]
    return ReportLine(row.public_id, row.version, checker, row.published_at)
