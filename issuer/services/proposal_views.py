"""Proposals as their participant and the office see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.coverage import Coverage, coverage_of
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.licence_cards import LicenceCard
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState, is_current, state_of
from issuer.domain.signoffs import Standing, standings_of
from issuer.records import catalogue, certificates, people, periods, signoffs
from issuer.records import proposals as rows
from issuer.services.authority import require_role_of
from issuer.services.licence_cards import list_proposed_cards
from issuer.services.periods import PeriodLine, line_of
from issuer.services.policy import CertificatePolicy, policy_of
from issuer.services.proposal_areas import limit_coverages


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal as lists show it."""

    id: int
    period_id: int
    participant_id: int
    participant: str
    site: str
    proposed_at: datetime
    state: ProposalState
    certificate_id: int | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with the coverage that was proposed, and the answer to it.

    `limited` are the ids of units of which the certificate covers one target area.
    `policy` and `language` are the organisation's at the time of the proposal, and the
    certificate follows them; `hides_site` is what the coach chose besides. One that is
    not `is_current` says what no longer stands, and can only be made anew.
    """

    line: ProposalLine
    period: PeriodLine
    edition_id: int
    coach: str
    summary: str
    hours: int | None
    coverages: tuple[Coverage, ...]
    reason: str
    answered_at: datetime | None
    shows_birth_date: bool
    has_birth_date: bool
    limited: frozenset[int]
    hides_site: bool
    policy: CertificatePolicy
    language: str
    is_current: bool
    second_language: str | None = None
    licence_cards: tuple[LicenceCard, ...] = ()


def list_proposals(
    session: Session, actor: Actor, *, period_id: int | None = None
) -> list[ProposalLine]:
    """Return the organisation's proposals for the office; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    found = rows.list_proposals(
        session, organisation_id=actor.organisation_id, period_id=period_id
    )
    return [_line(session, proposal, period) for proposal, period in found]


def list_own_proposals(session: Session, actor: Actor) -> list[ProposalLine]:
    """Return the proposals about the participant, the newest first."""
    require_role_of(actor, Role.PARTICIPANT)
    found = rows.list_proposals(
        session,
        organisation_id=actor.organisation_id,
        participant_id=actor.person_id,
    )
    return [_line(session, proposal, period) for proposal, period in found]


def view_proposal(session: Session, actor: Actor, *, proposal_id: int) -> ProposalView:
    """Return a proposal for its participant or the office; raises NotFound."""
    proposal, period = rows.get_proposal(
        session, proposal_id, organisation_id=actor.organisation_id
    )
    if period.participant_id != actor.person_id and not actor.has(
        Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR
    ):
        raise NotFound if actor.has(Role.PARTICIPANT) else NotAllowed
    return proposal_view(session, proposal, period)


def proposal_view(
    session: Session, proposal: rows.ProposalRecord, period: periods.WorkPeriodRecord
) -> ProposalView:
    """Return a proposal's rows as a view, with the coverage as it was proposed."""
    items = rows.list_items(session, proposal_id=proposal.id)
    proposed = signoffs.list_sign_offs_by_ids(session, [i.sign_off_id for i in items])
    standings = {
        s.requirement_id: Standing(s.requirement_id, (s,), s) for s in proposed
    }
    answer = rows.find_answer(session, proposal_id=proposal.id)
    scope = period.organisation_id
    coach = people.get_person(session, proposal.coach_id, organisation_id=scope)
    participant = people.get_person(
        session, period.participant_id, organisation_id=scope
    )
    outlines = catalogue.list_unit_outlines(
        session, rows.list_units_of(session, proposal_id=proposal.id)
    )
    areas = rows.list_areas_of(session, proposal_id=proposal.id)
    coverages = limit_coverages(
        session, [coverage_of(outline, standings) for outline in outlines], areas
    )
    return ProposalView(
        line=_line(session, proposal, period),
        period=line_of(session, period),
        edition_id=proposal.edition_id,
        coach=coach.name,
        summary=proposal.summary,
        hours=proposal.hours,
        coverages=tuple(coverages),
        reason=answer.reason if answer else "",
        answered_at=answer.answered_at if answer else None,
        shows_birth_date=answer.shows_birth_date if answer else False,
        has_birth_date=participant.birth_date is not None,
        limited=frozenset(areas),
        hides_site=proposal.hides_site,
        policy=policy_of(proposal),
        language=proposal.language,
        is_current=is_current(
            items={item.requirement_id: item.sign_off_id for item in items},
            standings=standings_of(
                signoffs.list_sign_offs(session, period_id=period.id),
                signoffs.list_resolutions(session, period_id=period.id),
            ),
            unit_requirements=[
                requirement.requirement_id
                for coverage in coverages
                for requirement in coverage.requirements
            ],
        ),
        second_language=proposal.second_language,
        licence_cards=list_proposed_cards(session, proposal_id=proposal.id),
    )


def _line(
    session: Session, proposal: rows.ProposalRecord, period: periods.WorkPeriodRecord
) -> ProposalLine:
    certificate = certificates.find_by_proposal(session, proposal_id=proposal.id)
    line = line_of(session, period)
    return ProposalLine(
        id=proposal.id,
        period_id=period.id,
        participant_id=period.participant_id,
        participant=line.participant,
        site=line.site,
        proposed_at=proposal.proposed_at,
        state=proposal_state(session, proposal),
        certificate_id=certificate.id if certificate else None,
    )


def proposal_state(session: Session, proposal: rows.ProposalRecord) -> ProposalState:
    """Return where a proposal is now."""
    answer = rows.find_answer(session, proposal_id=proposal.id)
    latest = rows.find_latest_proposal(session, period_id=proposal.period_id)
    certificate = certificates.find_by_proposal(session, proposal_id=proposal.id)
    return state_of(
        answer=answer.answer if answer else None,
        is_released=certificate is not None,
        is_latest=latest is not None and latest.id == proposal.id,
    )
