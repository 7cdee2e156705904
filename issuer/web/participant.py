"""The participant's pages: my skills, and what is proposed about me.

The pages of one certificate are in `participant_certificates`.
"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Role
from issuer.domain.proposals import AlreadyAnswered, ProposalState
from issuer.services import (
    catalogue,
    certificates,
    ledger,
    people,
    proposal_views,
    proposals,
)
from issuer.services.proposal_views import ProposalView
from issuer.web import participant_asking, participant_certificates
from issuer.web.certificate_standing import standing_of
from issuer.web.downloads import preview_file
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, guard, signed_in, wiring

blueprint = Blueprint("participant", __name__, url_prefix="/me")
guard(blueprint, Role.PARTICIPANT)

_PROPOSAL = "/proposals/<int:proposal_id>"

Answer = AnyResponse | tuple[str, int]


@blueprint.get("")
def skills() -> str:
    own = certificates.list_own_certificates(db(), signed_in())
    return render_template(
        "participant/skills.html",
        ledgers=ledger.list_own_ledgers(db(), signed_in()),
        proposals=proposal_views.list_own_proposals(db(), signed_in()),
        certificates=[(view, standing_of(view)) for view in own],
    )


@blueprint.get(_PROPOSAL)
def proposal(proposal_id: int) -> str:
    return _show_proposal(_own_proposal(proposal_id))


@blueprint.get(_PROPOSAL + "/preview")
def preview(proposal_id: int) -> AnyResponse:
    """Show the certificate as it would be printed, before the answer is given."""
    own = _own_proposal(proposal_id)
    return preview_file(wiring().preview(db(), signed_in(), own.line.id, at=at()))


@blueprint.post(_PROPOSAL + "/accept")
def accept(proposal_id: int) -> Answer:
    def give_answer() -> None:
        proposals.accept_proposal(
            db(),
            signed_in(),
            proposal_id=proposal_id,
            shows_birth_date=text("shows_birth_date") == "yes",
            at=at(),
        )
        flash(gettext("You have accepted. Thank you."))

    return _answer(proposal_id, ProposalState.ACCEPTED, give_answer)


@blueprint.post(_PROPOSAL + "/dispute")
def dispute(proposal_id: int) -> Answer:
    def give_answer() -> None:
        proposals.dispute_proposal(
            db(), signed_in(), proposal_id=proposal_id, reason=text("reason"), at=at()
        )
        flash(gettext("You have said that you disagree. Nothing will be released."))

    return _answer(proposal_id, ProposalState.DISPUTED, give_answer)


@blueprint.get(_PROPOSAL + "/accept")
@blueprint.get(_PROPOSAL + "/dispute")
def reread(proposal_id: int) -> AnyResponse:
    """Lead an address that only takes forms back to the page its form is on."""
    return _to("proposal", proposal_id=proposal_id)


def _to(view: str, **values: int) -> AnyResponse:
    return redirect(url_for(f"participant.{view}", **values), code=303)  # type: ignore[arg-type]


def _own_proposal(proposal_id: int) -> ProposalView:
    """Return a proposal about the person who asks, whatever else their roles are."""
    view = proposal_views.view_proposal(db(), signed_in(), proposal_id=proposal_id)
    if view.line.participant_id != signed_in().person_id:
        raise NotFound
    return view


def _answer(
    proposal_id: int, wanted: ProposalState, give_answer: Callable[[], None]
) -> Answer:
    view = _own_proposal(proposal_id)
    try:
        give_answer()
    except AlreadyAnswered as error:
        now = _own_proposal(proposal_id)
        if now.line.state is not wanted:  # a double tap of the same answer is no error
            return with_error(error, lambda: _show_proposal(now))
    except IssuerError as error:
        return with_error(error, lambda: _show_proposal(view))
    return _to("proposal", proposal_id=proposal_id)


def _show_proposal(view: ProposalView) -> str:
    edition = catalogue.view_edition(db(), view.edition_id).edition
    tasks = [
        requirement.standing.stands.task_name
        for coverage in view.coverages
        for requirement in coverage.requirements
        if requirement.standing and requirement.standing.stands
    ]
    return render_template(
        "participant/proposal.html",
        view=view,
        edition=edition,
        tasks=list(dict.fromkeys(tasks)),
        organisation=people.view_organisation(db(), signed_in().organisation_id),
        today=day_in_finland(at()),
    )


participant_asking.add_pages(blueprint)
participant_certificates.add_pages(blueprint)
