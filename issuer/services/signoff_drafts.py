"""Sign-offs before they are recorded: what a form would state, checked, not written.

Recording and signing both start from here, so that they state the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.credentials.jcs import canonical_bytes
from issuer.domain.days import day_in_finland
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import (
    DateOutsidePeriod,
    Mark,
    MarkMissing,
    RequirementNotMapped,
    SignOffStatement,
    require_may_sign,
)
from issuer.domain.texts import LocalText, clean_paragraphs
from issuer.records import catalogue, mapping, people, periods, reports
from issuer.records import signoffs as rows
from issuer.services.authority import require_role_of

STATEMENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What an instructor chose for one published mapping, with an optional remark."""

    mark: Mark
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PreparedSignOff:
    """A row that could be recorded, what it states, and its skill's words."""

    row: rows.SignOffRecord
    statement: SignOffStatement
    words: LocalText


@dataclass(frozen=True, slots=True)
class PreparedSignOffs:
    """What one form would record, by mapping; or what it has recorded before."""

    given: Mapping[int, GivenMark]
    nonces: Mapping[int, str]
    new: Mapping[int, PreparedSignOff]
    sent_before: tuple[rows.SignOffRecord, ...]


def prepare_sign_offs(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    marks: Mapping[int, GivenMark],
    observed_on: date,
    one_time_id: str,
    at: datetime,
) -> PreparedSignOffs:
    """Return what a form would record; nothing is written. Raises as recording does."""
    require_role_of(actor, Role.INSTRUCTOR)
    if not marks:
        raise MarkMissing
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    named = periods.list_instructors(session, period_id=period.id)
    require_may_sign(
        instructor_id=actor.person_id,
        participant_id=period.participant_id,
        period_instructors={person.id for person in named},
    )
    _require_within(period, observed_on, at=at)
    nonces = {id_: _nonce(one_time_id, actor, id_) for id_ in sorted(marks)}
    sent_before = rows.find_sign_offs_by_nonce(session, nonces.values())
    new = {
        id_: _sign_off(
            session,
            actor,
            period,
            mapping_id=id_,
            given=marks[id_],
            observed_on=observed_on,
            nonce=nonce,
            at=at,
        )
        for id_, nonce in (nonces.items() if not sent_before else ())
    }
    return PreparedSignOffs(marks, nonces, new, tuple(sent_before))


def _sign_off(
    session: Session,
    actor: Actor,
    period: periods.WorkPeriodRecord,
    *,
    mapping_id: int,
    given: GivenMark,
    observed_on: date,
    nonce: str,
    at: datetime,
) -> PreparedSignOff:
    found = reports.find_mapping_in_force(session, mapping_id, site_id=period.site_id)
    if found is None:
        raise RequirementNotMapped
    reported, task, report = found
    remark = clean_paragraphs(given.remark, field="remark", limit=500)
    place = catalogue.list_requirement_places(session, [reported.requirement_id])[
        reported.requirement_id
    ]
    statement = SignOffStatement(
        organisation=people.get_organisation(session, actor.organisation_id).pseudonym,
        site=mapping.get_site(
            session, period.site_id, organisation_id=actor.organisation_id
        ).pseudonym,
        participant=_pseudonym(session, period.participant_id, actor),
        instructor=_pseudonym(session, actor.person_id, actor),
        requirement=place.key,
        edition=catalogue.get_edition_line(session, place.edition_id).sha256,
        report=report.public_id,
        task=task.pseudonym,
        mark=given.mark,
        remark_sha256=sha256(remark.encode()).hexdigest() if remark else None,
        observed_on=observed_on.isoformat(),
        signed_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        nonce=nonce,
    )
    row = rows.SignOffRecord(
        organisation_id=actor.organisation_id,
        period_id=period.id,
        participant_id=period.participant_id,
        instructor_id=actor.person_id,
        reported_mapping_id=reported.id,
        requirement_id=reported.requirement_id,
        mark=given.mark.value,
        remark=remark,
        observed_on=observed_on,
        signed_at=at.replace(microsecond=0),
        received_at=at,
        nonce=nonce,
        statement=canonical_bytes(statement.as_document()),
        statement_version=STATEMENT_VERSION,
    )
    return PreparedSignOff(row, statement, place.text)


def _require_within(
    period: periods.WorkPeriodRecord, day: date, *, at: datetime
) -> None:
    today = day_in_finland(at)
    last = min(today, period.ends_on) if period.ends_on else today
    if not period.starts_on <= day <= last:
        raise DateOutsidePeriod


def _nonce(one_time_id: str, actor: Actor, mapping_id: int) -> str:
    seed = f"{one_time_id}/{actor.person_id}/{mapping_id}".encode()
    return sha256(seed).hexdigest()[:32]


def _pseudonym(session: Session, person_id: int, actor: Actor) -> str:
    return people.get_person(
        session, person_id, organisation_id=actor.organisation_id
    ).pseudonym
