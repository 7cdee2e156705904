"""Proposals: the coach proposes from sign-offs, the participant answers.

What people see of them is in `proposal_views`; callers need this module only.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.coverage import Coverage
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import (
    AlreadyAnswered,
    NotYourProposal,
    ProposalPending,
    ProposalState,
    UnitsOfOneEdition,
    is_open,
    require_proposable,
)
from issuer.domain.texts import LANGUAGES, clean_paragraphs
from issuer.domain.undo import require_settled
from issuer.records import catalogue, people, periods
from issuer.records import proposals as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of
from issuer.services.ledger import coverages_of
from issuer.services.licence_cards import add_cards_to_proposal
from issuer.services.policy import require_strong_enough
from issuer.services.proposal_areas import (
    ProposableArea,
    choose_areas,
    limit_coverages,
    list_proposable_areas,
)
from issuer.services.proposal_views import (
    ProposalLine,
    ProposalView,
    list_own_proposals,
    list_proposals,
    proposal_state,
    proposal_view,
    view_proposal,
)

__all__ = [
    "ProposableArea",
    "ProposalLine",
    "ProposalView",
    "accept_proposal",
    "dispute_proposal",
    "list_own_proposals",
    "list_proposable_areas",
    "list_proposals",
    "proposal_view",
    "propose",
    "require_issuable",
    "view_proposal",
]


def propose(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    unit_ids: Collection[int],
    summary: str,
    hours: int | None,
    at: datetime,
    area_ids: Collection[int] = (),
    hides_site: bool = False,
    second_language: str | None = None,
    card_ids: Collection[int] = (),
    undo: timedelta = timedelta(0),
) -> int:
    """Propose a certificate from what stands now in these units; return its id.

    A target area in `area_ids` limits its unit to that area; `hides_site` leaves the
    site out of the certificate; `second_language` stands beside the first on paper;
    `card_ids` are licence cards to list. The organisation's policy and language of
    today are kept with the proposal, and its certificate follows them. What can still
    be undone, within `undo` of its arrival, is not proposed. Raises NotAllowed,
    NotFound, NothingIdentified, UnresolvedMarks, AssuranceTooLow, StillUndoable,
    ProposalPending, UnitsOfOneEdition, OneAreaOfAUnit, LicenceCardExpired and text
    errors.
    """
    require_role_of(actor, Role.COACH)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    latest = rows.find_latest_proposal(session, period_id=period.id)
    if latest:
        view = proposal_view(session, latest, period)
        if is_open(view.line.state, is_current=view.is_current):
            raise ProposalPending
    areas = choose_areas(session, area_ids, unit_ids=unit_ids)
    chosen = limit_coverages(
        session,
        [c for c in coverages_of(session, period) if c.unit_id in set(unit_ids)],
        areas,
    )
    require_issuable(session, actor, chosen, undo=undo, at=at)
    organisation = people.get_organisation(session, actor.organisation_id)
    row = rows.ProposalRecord(
        period_id=period.id,
        edition_id=_one_edition(session, chosen),
        coach_id=actor.person_id,
        proposed_at=at,
        summary=clean_paragraphs(summary, field="summary", limit=1000),
        hours=hours,
        hides_site=hides_site,
        second_language=second_language if second_language in LANGUAGES else None,
        shows_levels=organisation.shows_levels,
        policy_hides_site=organisation.hides_site,
        names_instructors=organisation.names_instructors,
        valid_for_months=organisation.valid_for_months,
        language=organisation.certificate_language,
    )
    session.add(row)
    session.flush()
    for coverage in chosen:
        session.add(
            rows.ProposalUnitRecord(
                proposal_id=row.id,
                unit_id=coverage.unit_id,
                target_area_id=areas.get(coverage.unit_id),
            )
        )
        session.add_all(
            rows.ProposalItemRecord(
                proposal_id=row.id,
                requirement_id=requirement.requirement_id,
                sign_off_id=requirement.standing.stands.id,
            )
            for requirement in coverage.requirements
            if requirement.is_identified
            and requirement.standing
            and requirement.standing.stands
        )
    add_cards_to_proposal(
        session,
        card_ids,
        proposal_id=row.id,
        organisation_id=period.organisation_id,
        participant_id=period.participant_id,
        at=at,
    )
    add_deed(session, actor, "proposal.made", f"proposal:{row.id}", at=at)
    session.commit()
    return row.id


def require_issuable(
    session: Session,
    actor: Actor,
    coverages: Collection[Coverage],
    *,
    undo: timedelta,
    at: datetime,
) -> None:
    """Raise NothingIdentified, UnresolvedMarks, StillUndoable or AssuranceTooLow."""
    require_proposable(coverages)
    require_settled(coverages, undo=undo, at=at)
    require_strong_enough(session, actor.organisation_id, coverages)


def _one_edition(session: Session, chosen: list[Coverage]) -> int:
    first = [c.requirements[0].requirement_id for c in chosen]
    places = catalogue.list_requirement_places(session, first)
    editions = {place.edition_id for place in places.values()}
    if len(editions) != 1:
        raise UnitsOfOneEdition
    return editions.pop()


def accept_proposal(
    session: Session,
    actor: Actor,
    *,
    proposal_id: int,
    shows_birth_date: bool,
    at: datetime,
) -> None:
    """Accept what is said of oneself; raises NotYourProposal, AlreadyAnswered."""
    _answer(
        session,
        actor,
        proposal_id,
        answer=ProposalState.ACCEPTED,
        reason="",
        shows_birth_date=shows_birth_date,
        at=at,
    )


def dispute_proposal(
    session: Session, actor: Actor, *, proposal_id: int, reason: str, at: datetime
) -> None:
    """Dispute what is said of oneself and say why; raises as `accept_proposal`."""
    _answer(
        session,
        actor,
        proposal_id,
        answer=ProposalState.DISPUTED,
        reason=clean_paragraphs(reason, field="reason", limit=1000, required=True),
        shows_birth_date=False,
        at=at,
    )


def _answer(
    session: Session,
    actor: Actor,
    proposal_id: int,
    *,
    answer: ProposalState,
    reason: str,
    shows_birth_date: bool,
    at: datetime,
) -> None:
    proposal, period = rows.get_proposal(
        session, proposal_id, organisation_id=actor.organisation_id
    )
    if period.participant_id != actor.person_id:
        raise NotYourProposal
    if proposal_state(session, proposal) is not ProposalState.WAITING:
        raise AlreadyAnswered
    session.add(
        rows.ProposalAnswerRecord(
            proposal_id=proposal.id,
            answer=answer.value,
            reason=reason,
            shows_birth_date=shows_birth_date,
            answered_at=at,
        )
    )
    add_deed(
        session, actor, f"proposal.{answer.value}", f"proposal:{proposal.id}", at=at
    )
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise AlreadyAnswered from None
