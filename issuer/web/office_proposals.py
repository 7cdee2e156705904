"""Proposals: the coach proposes in two steps, and reads what became of it."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.domain.floods import Flood
from issuer.domain.people import Role
from issuer.domain.proposals import ProposalState
from issuer.domain.undo import list_open
from issuer.services import catalogue, ledger, look, policy, proposals
from issuer.web.forms import find_integer, text, with_error
from issuer.web.guards import at, db, signed_in, wiring
from issuer.web.office_desk import Answer, acting_as, done
from issuer.web.office_proposal_choice import (
    Choice,
    list_cards,
    list_offers,
    read_choice,
)


def show_proposals() -> str:
    found = proposals.list_proposals(db(), signed_in())
    return render_template("office/proposals.html", proposals=found)


def show_choice(period_id: int) -> str:
    """Offer units and their target areas; what was chosen before is in the address."""
    actor = acting_as(Role.COACH)
    view = ledger.view_ledger(db(), actor, period_id=period_id)
    return render_template(
        "office/propose_units.html",
        ledger=view,
        offers=list_offers(view),
        policy=policy.view_policy(db(), actor),
        look=look.view_look(db(), actor),
        cards=list_cards(view),
        unsettled=list_open(view.coverages, undo=wiring().undo, at=at()),
        given=request.args,
    )


def show_check(period_id: int) -> Answer:
    """Show what a proposal of the choice would say; it comes in the address."""
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    choice = read_choice(view, request.args)
    try:
        proposals.require_issuable(
            db(), signed_in(), choice.coverages, undo=wiring().undo, at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: show_choice(period_id))
    return _check_page(view, choice)


def propose(period_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    view = ledger.view_ledger(db(), actor, period_id=period_id)
    choice = read_choice(view, request.form)
    try:
        proposal_id = proposals.propose(
            db(),
            actor,
            period_id=period_id,
            unit_ids=[coverage.unit_id for coverage in choice.coverages],
            area_ids=list(choice.areas.values()),
            hides_site=choice.hides_site,
            second_language=choice.second_language,
            card_ids=[card.id for card in choice.cards],
            summary=text("summary"),
            hours=find_integer("hours"),
            undo=wiring().undo,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _check_page(view, choice))
    told = gettext("Proposed. The participant can now accept it or say what is wrong.")
    return done(told, "office.show_proposal", proposal_id=proposal_id)


def _check_page(view: ledger.Ledger, choice: Choice) -> str:
    first = url_for("office.show_choice", period_id=view.period.id)
    return render_template(
        "office/propose_check.html",
        ledger=view,
        choice=choice,
        floods=_floods(view, choice),
        back_to=f"{first}?{urlencode(choice.fields)}",
        policy=policy.view_policy(db(), signed_in()),
    )


def _floods(view: ledger.Ledger, choice: Choice) -> list[Flood]:
    """Return the floods of which something would be said in the proposal."""
    said = {
        sign_off.id
        for coverage in choice.coverages
        for requirement in coverage.requirements
        if requirement.standing
        for sign_off in requirement.standing.counting
    }
    return [flood for flood in view.floods if flood.ids & said]


def show_proposal(proposal_id: int) -> str:
    """Show a proposal, and what its certificate shows by the policy kept with it."""
    view = proposals.view_proposal(db(), signed_in(), proposal_id=proposal_id)
    return render_template(
        "office/proposal.html",
        view=view,
        edition=catalogue.view_edition(db(), view.edition_id).edition,
        policy=view.policy,
        states=ProposalState,
    )


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/proposals")(show_proposals)
    blueprint.get("/periods/<int:period_id>/propose")(show_choice)
    blueprint.get("/periods/<int:period_id>/propose/check")(show_check)
    blueprint.post("/periods/<int:period_id>/propose/check")(propose)
    blueprint.get("/proposals/<int:proposal_id>")(show_proposal)
