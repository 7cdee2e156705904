"""Sign-offs: recording, withdrawing, resolving. Nothing recorded is ever rewritten."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.assurance import assurance_of_session
from issuer.domain.entry import Proof
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import (
    AlreadyWithdrawn,
    FormSentBefore,
    standings_of,
)
from issuer.domain.texts import clean_paragraphs
from issuer.records import periods
from issuer.records import signoffs as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of
from issuer.services.signoff_drafts import (
    GivenMark,
    PreparedSignOffs,
    prepare_sign_offs,
)

__all__ = [
    "GivenMark",
    "keep_sign_offs",
    "record_sign_offs",
    "resolve_marks",
    "return_sign_off",
    "withdraw_sign_off",
]


def record_sign_offs(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    marks: Mapping[int, GivenMark],
    observed_on: date,
    one_time_id: str,
    at: datetime,
    proof: Proof = Proof.NONE,
) -> list[int]:
    """Record one sign-off for each published mapping in `marks`; return their ids.

    `one_time_id` is the form's own random id: sending the same form again gives the
    same records. `proof` is how the instructor came in; it decides the assurance of
    what no key signed. Raises NotAllowed, NotFound, MarkMissing, ParticipantMayNotSign,
    InstructorMayNotSign, RequirementNotMapped, DateOutsidePeriod, FormSentBefore and
    text errors.
    """
    prepared = prepare_sign_offs(
        session,
        actor,
        period_id=period_id,
        marks=marks,
        observed_on=observed_on,
        one_time_id=one_time_id,
        at=at,
    )
    for each in prepared.new.values():
        each.row.assurance = assurance_of_session(proof).value
    return keep_sign_offs(session, actor, prepared, at=at)


def keep_sign_offs(
    session: Session,
    actor: Actor,
    prepared: PreparedSignOffs,
    *,
    at: datetime,
    also: Callable[[], None] = lambda: None,
) -> list[int]:
    """Write what was prepared, with what `also` adds, all or nothing; return the ids.

    What the same form recorded before is returned as it is; raises FormSentBefore.
    """
    if prepared.sent_before:
        return _same_again(list(prepared.sent_before), prepared.nonces, prepared.given)
    recorded = [each.row for each in prepared.new.values()]
    session.add_all(recorded)
    try:
        session.flush()
        also()
        session.flush()
    except IntegrityError:  # the same form, sent twice at once: the first one won
        session.rollback()
        sent_before = rows.find_sign_offs_by_nonce(session, prepared.nonces.values())
        return _same_again(sent_before, prepared.nonces, prepared.given)
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
    said = clean_paragraphs(reason, field="reason", limit=500)
    _withdraw(session, actor, row, reason=said, is_return=False, at=at)


def return_sign_off(
    session: Session, actor: Actor, *, sign_off_id: int, reason: str, at: datetime
) -> None:
    """Give a sign-off back to its instructor, who may sign anew; only a coach may.

    It is withdrawn by a new record, and the instructor reads why. Raises NotAllowed,
    NotFound, AlreadyWithdrawn and text errors, also where there is no reason.
    """
    require_role_of(actor, Role.COACH)
    row = rows.get_sign_off(session, sign_off_id, organisation_id=actor.organisation_id)
    said = clean_paragraphs(reason, field="reason", limit=500, required=True)
    _withdraw(session, actor, row, reason=said, is_return=True, at=at)


def _withdraw(
    session: Session,
    actor: Actor,
    row: rows.SignOffRecord,
    *,
    reason: str,
    is_return: bool,
    at: datetime,
) -> None:
    if rows.find_withdrawal(session, sign_off_id=row.id):
        raise AlreadyWithdrawn
    session.add(
        rows.WithdrawalRecord(
            sign_off_id=row.id,
            withdrawn_by=actor.person_id,
            withdrawn_at=at,
            reason=reason,
            is_return=is_return,
        )
    )
    deed = "sign_off.returned" if is_return else "sign_off.withdrawn"
    add_deed(session, actor, deed, f"sign_off:{row.id}", at=at)
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
