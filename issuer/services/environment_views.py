"""Sites, environments and drafts of mappings, as the office sees them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.mapping import MappedRequirement, MappedTask
from issuer.domain.people import Actor, Role
from issuer.domain.texts import LocalText
from issuer.records import catalogue, reports
from issuer.records import mapping as rows
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class EnvironmentLine:
    """An environment as a site's list shows it; `version` is None before a report."""

    id: int
    site: str
    qualification: LocalText
    record_number: str
    is_official: bool
    tasks: int
    version: int | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site with its environments."""

    id: int
    name: str
    town: str
    environments: tuple[EnvironmentLine, ...]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the draft with its mapped requirements."""

    id: int
    task: MappedTask


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """An environment with its draft; reports are listed by `services.reports`."""

    line: EnvironmentLine
    site_id: int
    edition_id: int
    tasks: tuple[TaskLine, ...]


def list_sites(session: Session, actor: Actor) -> list[SiteView]:
    """Return the organisation's sites with their environments; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)
    sites = rows.list_sites(session, organisation_id=actor.organisation_id)
    return [_site_view(session, site) for site in sites]


def view_site(session: Session, actor: Actor, *, site_id: int) -> SiteView:
    """Return one site with its environments; raises NotFound, NotAllowed."""
    require_role_of(actor, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)
    site = rows.get_site(session, site_id, organisation_id=actor.organisation_id)
    return _site_view(session, site)


def view_environment(
    session: Session, actor: Actor, *, environment_id: int
) -> EnvironmentView:
    """Return an environment with its draft; raises NotFound, NotAllowed."""
    require_role_of(actor, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)
    environment, site = rows.get_environment(
        session, environment_id, organisation_id=actor.organisation_id
    )
    return EnvironmentView(
        line=_environment_line(session, environment, site),
        site_id=site.id,
        edition_id=environment.edition_id,
        tasks=tuple(draft_of(session, environment.id)),
    )


def view_task(
    session: Session, actor: Actor, *, task_id: int
) -> tuple[TaskLine, EnvironmentView]:
    """Return a task of the draft with its environment; raises NotFound."""
    require_role_of(actor, Role.COACH, Role.CHECKER)
    task = rows.get_task(session, task_id, organisation_id=actor.organisation_id)
    view = view_environment(session, actor, environment_id=task.environment_id)
    return next(line for line in view.tasks if line.id == task.id), view


def draft_of(session: Session, environment_id: int) -> list[TaskLine]:
    """Return the environment's draft: its tasks with what they map to."""
    mappings = rows.list_mappings(session, environment_id=environment_id)
    places = catalogue.list_requirement_places(
        session, [m.requirement_id for m in mappings]
    )
    by_task: dict[int, list[int]] = {}
    for mapping in mappings:
        by_task.setdefault(mapping.task_id, []).append(mapping.requirement_id)
    return [
        TaskLine(
            task.id,
            MappedTask(
                task.pseudonym,
                task.name,
                task.description,
                tuple(
                    MappedRequirement(
                        requirement_id=id_,
                        key=places[id_].key,
                        code=places[id_].code,
                        text=places[id_].text,
                        unit_id=places[id_].unit_id,
                        unit_code=places[id_].unit_code,
                    )
                    for id_ in sorted(by_task.get(task.id, []))
                ),
            ),
        )
        for task in rows.list_tasks(session, environment_id=environment_id)
    ]


def _site_view(session: Session, site: rows.SiteRecord) -> SiteView:
    lines = tuple(
        _environment_line(session, environment, site)
        for environment in rows.list_environments(session, site_id=site.id)
    )
    return SiteView(site.id, site.name, site.town, lines)


def _environment_line(
    session: Session, environment: rows.EnvironmentRecord, site: rows.SiteRecord
) -> EnvironmentLine:
    edition = catalogue.get_edition_line(session, environment.edition_id)
    report = reports.find_latest_report(session, environment_id=environment.id)
    return EnvironmentLine(
        id=environment.id,
        site=site.name,
        qualification=edition.name,
        record_number=edition.record_number,
        is_official=edition.is_official,
        tasks=rows.count_tasks(session, environment_id=environment.id),
        version=report.version if report else None,
        published_at=report.published_at if report else None,
    )
