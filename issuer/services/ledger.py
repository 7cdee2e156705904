"""The ledger of a work period, as its instructor, coach and participant see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.coverage import Coverage, coverage_of
from issuer.domain.errors import NotFound
from issuer.domain.floods import Flood, list_floods
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import SignOff, standings_of
from issuer.domain.texts import LocalText
from issuer.records import catalogue, periods, reports, signoffs
from issuer.services.authority import require_role_of
from issuer.services.periods import PeriodLine, line_of


@dataclass(frozen=True, slots=True)
class SignableRequirement:
    """A requirement an instructor can sign off; `signed` is their own last mark.

    `returned` is their later one that the coach gave back, until they sign anew.
    """

    mapping_id: int
    requirement_id: int
    code: str | None
    text: LocalText
    signed: SignOff | None
    returned: SignOff | None = None


@dataclass(frozen=True, slots=True)
class SignableTask:
    """A published task with what can be seen in it."""

    id: int
    name: str
    description: str
    requirements: tuple[SignableRequirement, ...]

    @property
    def open_count(self) -> int:
        """How many of its requirements this instructor has not marked yet."""
        return sum(1 for r in self.requirements if r.signed is None)


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everything an instructor can sign off for one participant at one site."""

    period: PeriodLine
    tasks: tuple[SignableTask, ...]

    @property
    def returned(self) -> tuple[tuple[SignableTask, SignableRequirement], ...]:
        """What the coach gave back, each once, by the task it was signed in."""
        found: dict[int, tuple[SignableTask, SignableRequirement]] = {}
        for task in self.tasks:
            for requirement in task.requirements:
                if (back := requirement.returned) and (
                    back.id not in found or back.task_name == task.name
                ):
                    found[back.id] = (task, requirement)
        return tuple(found[id_] for id_ in sorted(found))


@dataclass(frozen=True, slots=True)
class ToldSignOff:
    """A sign-off with the words of its requirement and of its participant."""

    sign_off: SignOff
    code: str | None
    text: LocalText
    participant: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A period with the coverage of every unit its site can show."""

    period: PeriodLine
    coverages: tuple[Coverage, ...]
    sign_offs: tuple[ToldSignOff, ...]

    @property
    def floods(self) -> list[Flood]:
        """Many identical marks in a few minutes, of which the coach is told."""
        return list_floods(told.sign_off for told in self.sign_offs)


def list_worklists(session: Session, actor: Actor) -> list[Worklist]:
    """Return the instructor's people with what can be signed off for each."""
    require_role_of(actor, Role.INSTRUCTOR)
    found = periods.list_periods_of_instructor(
        session,
        instructor_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )
    return [_worklist(session, actor, period) for period in found]


def view_worklist(session: Session, actor: Actor, *, period_id: int) -> Worklist:
    """Return one of the instructor's people; raises NotFound for anyone else's."""
    require_role_of(actor, Role.INSTRUCTOR)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    named = {p.id for p in periods.list_instructors(session, period_id=period.id)}
    if actor.person_id not in named:
        raise NotFound
    return _worklist(session, actor, period)


def _worklist(
    session: Session, actor: Actor, period: periods.WorkPeriodRecord
) -> Worklist:
    own: dict[int, SignOff] = {}
    returned: dict[int, SignOff] = {}
    for sign_off in signoffs.list_sign_offs(session, period_id=period.id):
        if sign_off.instructor_id != actor.person_id:
            continue
        if sign_off.return_reason is not None:
            returned[sign_off.requirement_id] = sign_off
        elif not sign_off.is_withdrawn:
            own[sign_off.requirement_id] = sign_off
            returned.pop(sign_off.requirement_id, None)
    in_force = reports.list_reports_in_force(session, site_id=period.site_id)
    report_ids = [report.id for report in in_force]
    mappings = reports.list_reported_mappings(session, report_ids=report_ids)
    places = catalogue.list_requirement_places(
        session, [m.requirement_id for m in mappings]
    )
    tasks = []
    for task in reports.list_reported_tasks(session, report_ids=report_ids):
        requirements = tuple(
            SignableRequirement(
                m.id,
                m.requirement_id,
                places[m.requirement_id].code,
                places[m.requirement_id].text,
                own.get(m.requirement_id),
                returned.get(m.requirement_id),
            )
            for m in mappings
            if m.reported_task_id == task.id
        )
        tasks.append(SignableTask(task.id, task.name, task.description, requirements))
    return Worklist(line_of(session, period), tuple(tasks))


def list_own_sign_offs(session: Session, actor: Actor) -> list[ToldSignOff]:
    """Return the instructor's own sign-offs, the newest first."""
    require_role_of(actor, Role.INSTRUCTOR)
    found = periods.list_periods_of_instructor(
        session,
        instructor_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )
    told: list[ToldSignOff] = []
    for period in found:
        own = [
            sign_off
            for sign_off in signoffs.list_sign_offs(session, period_id=period.id)
            if sign_off.instructor_id == actor.person_id
        ]
        told.extend(_told(session, own, line_of(session, period).participant))
    return sorted(told, key=lambda t: t.sign_off.sequence, reverse=True)


def view_ledger(session: Session, actor: Actor, *, period_id: int) -> Ledger:
    """Return a period's ledger for the office; raises NotAllowed, NotFound."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    return _ledger(session, period)


def list_own_ledgers(session: Session, actor: Actor) -> list[Ledger]:
    """Return the participant's own periods with what was seen in each."""
    require_role_of(actor, Role.PARTICIPANT)
    found = periods.list_periods(
        session,
        organisation_id=actor.organisation_id,
        participant_id=actor.person_id,
    )
    return [_ledger(session, period) for period in found]


def _ledger(session: Session, period: periods.WorkPeriodRecord) -> Ledger:
    sign_offs = signoffs.list_sign_offs(session, period_id=period.id)
    line = line_of(session, period)
    return Ledger(
        line,
        tuple(coverages_of(session, period)),
        tuple(_told(session, sign_offs[::-1], line.participant)),
    )


def coverages_of(session: Session, period: periods.WorkPeriodRecord) -> list[Coverage]:
    """Return the coverage of every unit that the period's site can show."""
    sign_offs = signoffs.list_sign_offs(session, period_id=period.id)
    standings = standings_of(
        sign_offs, signoffs.list_resolutions(session, period_id=period.id)
    )
    in_force = reports.list_reports_in_force(session, site_id=period.site_id)
    mappings = reports.list_reported_mappings(
        session, report_ids=[report.id for report in in_force]
    )
    shown = [m.requirement_id for m in mappings] + [
        sign_off.requirement_id for sign_off in sign_offs
    ]
    places = catalogue.list_requirement_places(session, shown)
    unit_ids = {place.unit_id for place in places.values()}
    return [
        coverage_of(outline, standings)
        for outline in catalogue.list_unit_outlines(session, unit_ids)
    ]


def _told(
    session: Session, sign_offs: Iterable[SignOff], participant: str
) -> list[ToldSignOff]:
    found = list(sign_offs)
    places = catalogue.list_requirement_places(
        session, [sign_off.requirement_id for sign_off in found]
    )
    return [
        ToldSignOff(
            sign_off,
            places[sign_off.requirement_id].code,
            places[sign_off.requirement_id].text,
            participant,
        )
        for sign_off in found
    ]
