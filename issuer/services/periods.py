"""Work periods: opening one, naming its instructors, looking at it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from issuer.domain.people import Actor, Role
from issuer.domain.periods import (
    InstructorIsParticipant,
    require_forwards,
    require_role,
)
from issuer.records import mapping, people
from issuer.records import periods as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A work period as lists show it."""

    id: int
    participant_id: int
    participant: str
    site_id: int
    site: str
    coach: str
    starts_on: date
    ends_on: date | None
    instructors: tuple[str, ...]


def open_period(
    session: Session,
    actor: Actor,
    *,
    participant_id: int,
    site_id: int,
    instructor_ids: list[int],
    starts_on: date,
    ends_on: date | None,
    pseudonym: UUID,
    at: datetime,
) -> int:
    """Open a participant's period at a site with the acting coach; return its id.

    Raises NotAllowed, NotFound, PeriodBackwards, WrongRole, InstructorIsParticipant.
    """
    require_role_of(actor, Role.COACH)
    require_forwards(starts_on, ends_on)
    scope = actor.organisation_id
    person = people.get_person(session, participant_id, organisation_id=scope)
    require_role(people.roles_of(session, person.id), Role.PARTICIPANT)
    site = mapping.get_site(session, site_id, organisation_id=scope)
    row = rows.WorkPeriodRecord(
        organisation_id=scope,
        pseudonym=pseudonym.urn,
        participant_id=person.id,
        site_id=site.id,
        coach_id=actor.person_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=actor.person_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    for instructor_id in dict.fromkeys(instructor_ids):
        _name_instructor(session, actor, row, instructor_id, at=at)
    add_deed(session, actor, "period.opened", f"period:{row.id}", at=at)
    session.commit()
    return row.id


def name_instructor(
    session: Session, actor: Actor, *, period_id: int, instructor_id: int, at: datetime
) -> None:
    """Let one more instructor sign off in this period; naming twice is no error.

    Raises NotAllowed, NotFound, WrongRole, InstructorIsParticipant.
    """
    require_role_of(actor, Role.COACH)
    period = rows.get_period(session, period_id, organisation_id=actor.organisation_id)
    named = {p.id for p in rows.list_instructors(session, period_id=period.id)}
    if instructor_id not in named:
        _name_instructor(session, actor, period, instructor_id, at=at)
        session.commit()


def _name_instructor(
    session: Session,
    actor: Actor,
    period: rows.WorkPeriodRecord,
    instructor_id: int,
    *,
    at: datetime,
) -> None:
    instructor = people.get_person(
        session, instructor_id, organisation_id=actor.organisation_id
    )
    require_role(people.roles_of(session, instructor.id), Role.INSTRUCTOR)
    if instructor.id == period.participant_id:
        raise InstructorIsParticipant
    session.add(
        rows.PeriodInstructorRecord(
            period_id=period.id,
            instructor_id=instructor.id,
            named_by=actor.person_id,
            named_at=at,
        )
    )


def list_periods(session: Session, actor: Actor) -> list[PeriodLine]:
    """Return the organisation's periods for the office; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    found = rows.list_periods(session, organisation_id=actor.organisation_id)
    return [line_of(session, row) for row in found]


def line_of(session: Session, row: rows.WorkPeriodRecord) -> PeriodLine:
    """Return a period's row as a line, with the names around it."""
    scope = row.organisation_id
    participant = people.get_person(session, row.participant_id, organisation_id=scope)
    coach = people.get_person(session, row.coach_id, organisation_id=scope)
    site = mapping.get_site(session, row.site_id, organisation_id=scope)
    instructors = rows.list_instructors(session, period_id=row.id)
    return PeriodLine(
        id=row.id,
        participant_id=participant.id,
        participant=participant.name,
        site_id=site.id,
        site=site.name,
        coach=coach.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        instructors=tuple(person.name for person in instructors),
    )
