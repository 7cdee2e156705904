"""How a draft differs from the version in force, for who draws it and who checks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.people import Actor, Role
from issuer.domain.texts import LocalText
from issuer.records import catalogue
from issuer.records import reports as rows
from issuer.services.authority import require_role_of
from issuer.services.environment_views import (
    EnvironmentLine,
    EnvironmentView,
    TaskLine,
    draft_of,
    list_sites,
    view_environment,
)


@dataclass(frozen=True, slots=True)
class DraftTask:
    """A task of the draft beside the version in force."""

    line: TaskLine
    is_new: bool
    is_reworded: bool
    added: frozenset[int]
    removed: tuple[LocalText, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """An environment's draft with all that publishing it would change.

    A task without requirements is in the draft but is not published.
    """

    environment: EnvironmentView
    tasks: tuple[DraftTask, ...]
    removed_tasks: tuple[str, ...]
    has_changes: bool

    @property
    def publishable(self) -> tuple[DraftTask, ...]:
        """The tasks that the next version would hold."""
        return tuple(task for task in self.tasks if task.line.task.requirements)

    @property
    def unmapped(self) -> tuple[DraftTask, ...]:
        """The tasks that would be left out, for they map to nothing yet."""
        return tuple(task for task in self.tasks if not task.line.task.requirements)

    @property
    def can_be_published(self) -> bool:
        """Tell whether a checker could publish the draft now."""
        return self.has_changes and bool(self.publishable)

    @property
    def next_version(self) -> int:
        """The number that the next version gets."""
        return (self.environment.line.version or 0) + 1


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A task as the version in force has it."""

    name: str
    description: str
    requirements: frozenset[int]


def view_draft(session: Session, actor: Actor, *, environment_id: int) -> DraftView:
    """Return an environment's draft beside the version in force; raises NotFound."""
    environment = view_environment(session, actor, environment_id=environment_id)
    in_force = _tasks_in_force(session, environment_id)
    tasks = tuple(
        _draft_task(session, line, in_force.get(line.task.pseudonym))
        for line in environment.tasks
    )
    mapped = {t.line.task.pseudonym for t in tasks if t.line.task.requirements}
    return DraftView(
        environment=environment,
        tasks=tasks,
        removed_tasks=tuple(
            task.name for pseudonym, task in in_force.items() if pseudonym not in mapped
        ),
        has_changes=_differs(environment.tasks, in_force),
    )


def list_unpublished(session: Session, actor: Actor) -> list[EnvironmentLine]:
    """Return the environments whose draft a checker could publish now."""
    require_role_of(actor, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)
    waiting = []
    for site in list_sites(session, actor):
        for line in site.environments:
            draft = draft_of(session, line.id)
            is_mapped = any(task.task.requirements for task in draft)
            if is_mapped and _differs(draft, _tasks_in_force(session, line.id)):
                waiting.append(line)
    return waiting


def _tasks_in_force(session: Session, environment_id: int) -> Mapping[str, _Frozen]:
    report = rows.find_latest_report(session, environment_id=environment_id)
    if report is None:
        return {}
    mapped: dict[int, set[int]] = {}
    for mapping in rows.list_reported_mappings(session, report_ids=[report.id]):
        mapped.setdefault(mapping.reported_task_id, set()).add(mapping.requirement_id)
    return {
        task.pseudonym: _Frozen(
            task.name, task.description, frozenset(mapped.get(task.id, ()))
        )
        for task in rows.list_reported_tasks(session, report_ids=[report.id])
    }


def _differs(draft: Sequence[TaskLine], in_force: Mapping[str, _Frozen]) -> bool:
    drawn = [
        (
            line.task.pseudonym,
            _Frozen(line.task.name, line.task.description, _ids(line)),
        )
        for line in draft
        if line.task.requirements
    ]
    return drawn != list(in_force.items())


def _draft_task(session: Session, line: TaskLine, frozen: _Frozen | None) -> DraftTask:
    if frozen is None:
        return DraftTask(
            line, is_new=True, is_reworded=False, added=_ids(line), removed=()
        )
    gone = sorted(frozen.requirements - _ids(line))
    places = catalogue.list_requirement_places(session, gone)
    words = (frozen.name, frozen.description)
    return DraftTask(
        line,
        is_new=False,
        is_reworded=words != (line.task.name, line.task.description),
        added=_ids(line) - frozen.requirements,
        removed=tuple(places[id_].text for id_ in gone),
    )


def _ids(line: TaskLine) -> frozenset[int]:
    return frozenset(r.requirement_id for r in line.task.requirements)
