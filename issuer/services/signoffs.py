"""Sign-offs: recording, withdrawing, resolving. Nothing recorded is ever rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.jcs import canonical_bytes
from issuer.domain.days import day_in_finland
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import (
    AlreadyWithdrawn,
    Assurance,
    DateOutsidePeriod,
    FormSentBefore,
    Mark,
    MarkMissing,
    RequirementNotMapped,
    SignOffStatement,
    require_may_sign,
    standings_of,
)
from issuer.domain.texts import clean_paragraphs
from issuer.records import catalogue, mapping, people, periods, reports
from issuer.records import signoffs as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of

STATEMENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What an instructor chose for one published mapping, with an optional remark."""

    mark: Mark
    remark: str = ""


def record_sign_offs(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    marks: Mapping[int, GivenMark],
    observed_on: date,
    one_time_id: str,
    at: datetime,
) -> list[int]:
    """Record one sign-off for each published mapping in `marks`; return their ids.

    `one_time_id` is the form's own random id: sending the same form again gives the
    same records. Raises NotAllowed, NotFound, MarkMissing, ParticipantMayNotSign,
    InstructorMayNotSign, RequirementNotMapped, DateOutsidePeriod, FormSentBefore and
    text errors.
    """
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
    if sent_before := rows.find_sign_offs_by_nonce(session, nonces.values()):
        return _same_again(sent_before, nonces, marks)
    recorded = [
        _sign_off(
            session,
            actor,
            period,
            mapping_id=id_,
            given=marks[id_],
            observed_on=observed_on,
            nonce=nonce,
            at=at,
        )
        for id_, nonce in nonces.items()
    ]
    session.add_all(recorded)
    try:
        session.flush()
    except IntegrityError:  # the same form, sent twice at once: the first one won
        session.rollback()
        sent_before = rows.find_sign_offs_by_nonce(session, nonces.values())
        return _same_again(sent_before, nonces, marks)
    for row in recorded:
        add_deed(session, actor, "sign_off.recorded", f"sign_off:{row.id}", at=at)
    session.commit()
    return [row.id for row in recorded]


def _same_again(
    sent_before: list[rows.SignOffRecord],
    nonces: Mapping[int, str],
    marks: Mapping[int, GivenMark],
) -> list[int]:
    """Return what the same form recorded before; raises FormSentBefore for another."""
    recorded = {(row.nonce, row.mark) for row in sent_before}
    if recorded != {(nonces[id_], given.mark.value) for id_, given in marks.items()}:
        raise FormSentBefore
    return [row.id for row in sent_before]


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
) -> rows.SignOffRecord:
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
    return rows.SignOffRecord(
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
        assurance=Assurance.NONE.value,
    )


def withdraw_sign_off(
    session: Session, actor: Actor, *, sign_off_id: int, reason: str, at: datetime
) -> None:
    """Undo a sign-off by a new record; its own instructor or a coach may.

    Raises NotFound, NotAllowed, AlreadyWithdrawn and text errors.
    """
    row = rows.get_sign_off(session, sign_off_id, organisation_id=actor.organisation_id)
    own = row.instructor_id == actor.person_id and actor.has(Role.INSTRUCTOR)
    if not own and not actor.has(Role.COACH):
        raise NotFound if actor.has(Role.PARTICIPANT) else NotAllowed
    if rows.find_withdrawal(session, sign_off_id=row.id):
        raise AlreadyWithdrawn
    session.add(
        rows.WithdrawalRecord(
            sign_off_id=row.id,
            withdrawn_by=actor.person_id,
            withdrawn_at=at,
            reason=clean_paragraphs(reason, field="reason", limit=500),
        )
    )
    add_deed(session, actor, "sign_off.withdrawn", f"sign_off:{row.id}", at=at)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise AlreadyWithdrawn from None


def resolve_marks(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    sign_off_id: int,
    why: str,
    at: datetime,
) -> None:
    """Record which of differing sign-offs stands, and why; only a coach may.

    Raises NotAllowed, NotFound (also where there is nothing to resolve), text errors.
    """
    require_role_of(actor, Role.COACH)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    standings = standings_of(
        rows.list_sign_offs(session, period_id=period.id),
        rows.list_resolutions(session, period_id=period.id),
    )
    for standing in standings.values():
        differing = {sign_off.id for sign_off in standing.counting}
        if sign_off_id in differing and (standing.is_disputed or standing.resolution):
            session.add(
                rows.ResolutionRecord(
                    period_id=period.id,
                    requirement_id=standing.requirement_id,
                    sign_off_id=sign_off_id,
                    considered=sorted(differing),
                    why=clean_paragraphs(why, field="why", limit=500, required=True),
                    resolved_by=actor.person_id,
                    resolved_at=at,
                )
            )
            add_deed(session, actor, "marks.resolved", f"sign_off:{sign_off_id}", at=at)
            session.commit()
            return
    raise NotFound


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
