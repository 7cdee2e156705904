"""The office: coaches, checkers, signatories and administrators at their desk.

The pages are in `office_*`, one file a noun; this file guards them and knows the way
between them.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template

from issuer.domain.days import day_in_finland
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState
from issuer.services import (
    catalogue,
    draft_views,
    mapping,
    people,
    periods_views,
    proposals,
)
from issuer.web import (
    office_arrivals,
    office_catalogue,
    office_certificates,
    office_giving_up,
    office_licence_cards,
    office_look,
    office_mapping,
    office_people,
    office_periods,
    office_person,
    office_policy,
    office_preview,
    office_proposals,
    office_publishing,
    office_release,
    office_release_many,
    office_revocation,
    office_signoffs,
    office_sites,
)
from issuer.web.guards import at, current_actor, db, guard, signed_in

blueprint = Blueprint("office", __name__, url_prefix="/office")
guard(blueprint, Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR)

SECTIONS: dict[str, tuple[Role, ...]] = {
    "periods": (Role.COACH, Role.SIGNATORY),
    "proposals": (Role.COACH, Role.SIGNATORY),
    "certificates": (Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR),
    "people": (Role.COACH, Role.ADMINISTRATOR),
    "sites": (Role.COACH, Role.CHECKER, Role.ADMINISTRATOR),
    "catalogue": (Role.COACH, Role.CHECKER, Role.ADMINISTRATOR),
    "policy": (Role.ADMINISTRATOR,),
    "look": (Role.ADMINISTRATOR,),
}


@blueprint.get("")
def home() -> str:
    actor = signed_in()
    is_coach = actor.has(Role.COACH)
    states = periods_views.list_period_states(db(), actor) if is_coach else []
    return render_template(
        "office/home.html",
        unpublished=(
            draft_views.list_unpublished(db(), actor) if actor.has(Role.CHECKER) else []
        ),
        differing=[state for state in states if state.disputed],
        disputed=_with_proposal(states, ProposalState.DISPUTED),
        waiting=_with_proposal(states, ProposalState.WAITING),
        ready=[state for state in states if state.is_ready and not state.proposal],
        releasable=_releasable(actor),
        start=_start(actor) if is_coach or actor.has(Role.ADMINISTRATOR) else None,
        **office_arrivals.arrivals_of(actor),
    )


def _with_proposal(
    states: list[periods_views.PeriodState], wanted: ProposalState
) -> list[periods_views.PeriodState]:
    return [s for s in states if s.proposal and s.proposal.state is wanted]


def _releasable(actor: Actor) -> list[proposals.ProposalLine]:
    if not actor.has(Role.SIGNATORY):
        return []
    found = proposals.list_proposals(db(), actor)
    return [line for line in found if line.state is ProposalState.ACCEPTED]


def _start(actor: Actor) -> dict[str, bool] | None:
    """Return the first steps and which are done, or None once all are."""
    sites = mapping.list_sites(db(), actor)
    environments = [line for site in sites for line in site.environments]
    steps = {
        "catalogue": bool(catalogue.list_editions(db())),
        "site": bool(environments),
        "published": any(line.version for line in environments),
        "people": bool(people.list_people(db(), actor, role=Role.PARTICIPANT))
        and bool(people.list_people(db(), actor, role=Role.INSTRUCTOR)),
        "period": bool(periods_views.list_period_states(db(), actor)),
    }
    return None if all(steps.values()) else steps


@blueprint.context_processor
def add_sections() -> dict[str, object]:
    """Tell the pages which sections this person works in, the daily ones first."""
    actor = current_actor()
    return {
        "sections": [
            name for name, roles in SECTIONS.items() if actor and actor.has(*roles)
        ],
        "pairs": _pairs,
        "today": day_in_finland(at()),
        "is_coach": actor is not None and actor.has(Role.COACH),
        "is_checker": actor is not None and actor.has(Role.CHECKER),
        "is_signatory": actor is not None and actor.has(Role.SIGNATORY),
        "is_administrator": actor is not None and actor.has(Role.ADMINISTRATOR),
    }


def _pairs(
    lines: Sequence[people.PersonLine | mapping.SiteView],
) -> list[tuple[int, str]]:
    """Return what a choice needs of people and sites: the id and the words."""
    return [(line.id, line.name) for line in lines]


for pages in (
    office_arrivals,
    office_catalogue,
    office_certificates,
    office_giving_up,
    office_licence_cards,
    office_look,
    office_mapping,
    office_people,
    office_periods,
    office_person,
    office_policy,
    office_preview,
    office_proposals,
    office_publishing,
    office_release,
    office_release_many,
    office_revocation,
    office_signoffs,
    office_sites,
):
    pages.add_pages(blueprint)
