"""Proposals: the coach proposes in two steps, the signatory reads all and releases."""

import secrets

from flask import Blueprint, render_template, request
from flask_babel import gettext

from issuer.domain.coverage import Coverage
from issuer.domain.errors import IssuerError
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.people import Role
from issuer.domain.proposals import ProposalState, require_proposable
from issuer.services import catalogue, ledger, proposals
from issuer.web.forms import find_integer, integers, text, with_error
from issuer.web.guards import at, db, signed_in, wiring
from issuer.web.office_desk import Answer, acting_as, done


def show_proposals() -> str:
    found = proposals.list_proposals(db(), signed_in())
    return render_template("office/proposals.html", proposals=found)


def show_choice(period_id: int) -> str:
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    return render_template(
        "office/propose_units.html",
        ledger=view,
        units=[coverage for coverage in view.coverages if coverage.identified],
    )


def show_check(period_id: int) -> Answer:
    """Show what a proposal of the chosen units would say; they come in the address."""
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    chosen = _chosen(view, request.args.getlist("unit"))
    try:
        require_proposable(chosen)
    except IssuerError as error:
        return with_error(error, lambda: show_choice(period_id))
    return _check_page(view, chosen)


def propose(period_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    view = ledger.view_ledger(db(), actor, period_id=period_id)
    chosen = _chosen(view, request.form.getlist("unit"))
    try:
        proposal_id = proposals.propose(
            db(),
            actor,
            period_id=period_id,
            unit_ids=integers("unit"),
            summary=text("summary"),
            hours=find_integer("hours"),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _check_page(view, chosen))
    told = gettext("Proposed. The participant can now accept it or say what is wrong.")
    return done(told, "office.show_proposal", proposal_id=proposal_id)


def _chosen(view: ledger.Ledger, unit_ids: list[str]) -> list[Coverage]:
    return [c for c in view.coverages if str(c.unit_id) in unit_ids]


def _check_page(view: ledger.Ledger, chosen: list[Coverage]) -> str:
    return render_template("office/propose_check.html", ledger=view, coverages=chosen)


def show_proposal(proposal_id: int) -> str:
    view = proposals.view_proposal(db(), signed_in(), proposal_id=proposal_id)
    return render_template(
        "office/proposal.html",
        view=view,
        edition=catalogue.view_edition(db(), view.edition_id).edition,
        states=ProposalState,
    )


def show_release(proposal_id: int) -> str:
    actor = acting_as(Role.SIGNATORY)
    view = proposals.view_proposal(db(), actor, proposal_id=proposal_id)
    return render_template(
        "office/release.html",
        view=view,
        edition=catalogue.view_edition(db(), view.edition_id).edition,
        can_be_released=view.line.state is ProposalState.ACCEPTED,
        clause=CLAUSE["fi"],
    )


def release(proposal_id: int) -> Answer:
    actor = acting_as(Role.SIGNATORY)
    serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
    try:
        certificate_id = wiring().release(
            db(), actor, proposal_id, serial=serial, at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: show_release(proposal_id))
    told = gettext("The certificate has been released.")
    return done(told, "office.show_certificate", certificate_id=certificate_id)


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/proposals")(show_proposals)
    blueprint.get("/periods/<int:period_id>/propose")(show_choice)
    blueprint.get("/periods/<int:period_id>/propose/check")(show_check)
    blueprint.post("/periods/<int:period_id>/propose/check")(propose)
    blueprint.get("/proposals/<int:proposal_id>")(show_proposal)
    blueprint.get("/proposals/<int:proposal_id>/release")(show_release)
    blueprint.post("/proposals/<int:proposal_id>/release")(release)
