"""Mapping: sites, environments, tasks and which requirements each task can show.

What the office sees of them is in `environment_views`; callers need this module only.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from issuer.domain.mapping import (
    EnvironmentExists,
    RequirementOfAnotherEdition,
)
from issuer.domain.people import Actor, Role
from issuer.domain.texts import clean_line, clean_paragraphs
from issuer.records import catalogue
from issuer.records import mapping as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of
from issuer.services.environment_views import (
    EnvironmentLine,
    EnvironmentView,
    SiteView,
    TaskLine,
    draft_of,
    list_sites,
    view_environment,
    view_site,
    view_task,
)

__all__ = [
    "EnvironmentLine",
    "EnvironmentView",
    "SiteView",
    "TaskLine",
    "add_site",
    "add_task",
    "draft_of",
    "list_sites",
    "map_task",
    "open_environment",
    "remove_task",
    "view_environment",
    "view_site",
    "view_task",
]


def add_site(
    session: Session,
    actor: Actor,
    *,
    name: str,
    town: str,
    pseudonym: UUID,
    at: datetime,
) -> int:
    """Add a place of work and return its id; raises NotAllowed and text errors."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    row = rows.SiteRecord(
        organisation_id=actor.organisation_id,
        pseudonym=pseudonym.urn,
        name=clean_line(name, field="name", limit=120),
        town=clean_line(town, field="town", limit=80),
        created_by=actor.person_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    add_deed(session, actor, "site.added", f"site:{row.id}", at=at)
    session.commit()
    return row.id


def open_environment(
    session: Session, actor: Actor, *, site_id: int, edition_id: int, at: datetime
) -> int:
    """Start mapping a site against an edition; raises EnvironmentExists, NotFound."""
    require_role_of(actor, Role.COACH)
    site = rows.get_site(session, site_id, organisation_id=actor.organisation_id)
    edition = catalogue.get_edition_line(session, edition_id)
    known = {e.edition_id for e in rows.list_environments(session, site_id=site.id)}
    if edition.id in known:
        raise EnvironmentExists
    row = rows.EnvironmentRecord(
        site_id=site.id,
        edition_id=edition.id,
        created_by=actor.person_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    add_deed(session, actor, "environment.opened", f"environment:{row.id}", at=at)
    session.commit()
    return row.id


def add_task(
    session: Session,
    actor: Actor,
    *,
    environment_id: int,
    name: str,
    description: str,
    pseudonym: UUID,
    at: datetime,
) -> int:
    """Add a task to the draft and return its id; raises NotFound and text errors."""
    require_role_of(actor, Role.COACH)
    environment, _ = rows.get_environment(
        session, environment_id, organisation_id=actor.organisation_id
    )
    row = rows.WorkplaceTaskRecord(
        environment_id=environment.id,
        pseudonym=pseudonym.urn,
        name=clean_line(name, field="name", limit=120),
        description=clean_paragraphs(description, field="description", limit=500),
        created_by=actor.person_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    add_deed(session, actor, "task.added", f"task:{row.id}", at=at)
    session.commit()
    return row.id


def remove_task(session: Session, actor: Actor, *, task_id: int, at: datetime) -> int:
    """Take a task off the draft and return its environment's id; raises NotFound."""
    require_role_of(actor, Role.COACH)
    task = rows.get_task(session, task_id, organisation_id=actor.organisation_id)
    environment_id = task.environment_id
    rows.remove_task(session, task)
    add_deed(session, actor, "task.removed", f"task:{task_id}", at=at)
    session.commit()
    return environment_id


def map_task(
    session: Session,
    actor: Actor,
    *,
    task_id: int,
    unit_id: int,
    requirement_ids: Collection[int],
    at: datetime,
) -> None:
    """Make the task map to exactly these requirements of one unit.

    Mappings to other units stay as they are; who drew an unchanged one stays too.
    Raises RequirementOfAnotherEdition and NotFound.
    """
    require_role_of(actor, Role.COACH)
    task = rows.get_task(session, task_id, organisation_id=actor.organisation_id)
    environment, _ = rows.get_environment(
        session, task.environment_id, organisation_id=actor.organisation_id
    )
    of_edition = {u.id for u in catalogue.list_units(session, environment.edition_id)}
    if unit_id not in of_edition:
        raise RequirementOfAnotherEdition
    outline = catalogue.get_unit_outline(session, unit_id)
    of_unit = {id_ for _, area in outline.areas for id_, _, _, _ in area}
    wanted = set(requirement_ids)
    if not wanted <= of_unit:
        raise RequirementOfAnotherEdition
    present = rows.mapped_requirements(session, task_id=task.id) & of_unit
    rows.remove_mappings(session, task_id=task.id, requirement_ids=present - wanted)
    for requirement_id in sorted(wanted - present):
        session.add(
            rows.TaskMappingRecord(
                task_id=task.id,
                requirement_id=requirement_id,
                mapped_by=actor.person_id,
                mapped_at=at,
            )
        )
    add_deed(session, actor, "task.mapped", f"task:{task.id}", at=at)
    session.commit()
