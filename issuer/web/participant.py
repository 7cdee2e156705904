"""The participant's pages: my skills, what is proposed about me, my certificates."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.people import Role
from issuer.domain.proposals import AlreadyAnswered, ProposalState
from issuer.i18n import current_language
from issuer.services import (
    catalogue,
    certificates,
    ledger,
    people,
    proposal_views,
    proposals,
)
from issuer.services.certificates import CertificateView, PageNotReady
from issuer.services.proposal_views import ProposalView
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, guard, signed_in, wiring

blueprint = Blueprint("participant", __name__, url_prefix="/me")
guard(blueprint, Role.PARTICIPANT)

# As large as the ids of every database: a larger number is no page of ours.
_PROPOSAL = "/proposals/<int:proposal_id>"

Answer = AnyResponse | tuple[str, int]


@blueprint.get("")
def skills() -> str:
    return render_template(
        "participant/skills.html",
        ledgers=ledger.list_own_ledgers(db(), signed_in()),
        proposals=proposal_views.list_own_proposals(db(), signed_in()),
        certificates=certificates.list_own_certificates(db(), signed_in()),
    )


@blueprint.get(_PROPOSAL)
def proposal(proposal_id: int) -> str:
    return _show_proposal(_own_proposal(proposal_id))


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


@blueprint.get("/certificates/<int:certificate_id>")
def certificate(certificate_id: int) -> str:
    return render_template(
        "participant/certificate.html",
        certificate=_own_certificate(certificate_id),
        clause=CLAUSE[current_language()],
    )


@blueprint.get("/certificates/<int:certificate_id>/pdf")
def page(certificate_id: int) -> AnyResponse:
    own = _own_certificate(certificate_id)
    try:
        serial, data = wiring().read_page(db(), signed_in(), own.id)
    except PageNotReady:  # its page says so, and looks again by itself
        return _to("certificate", certificate_id=own.id)
    return _file(data, f"osaamistodistus-{serial}.pdf", "application/pdf")


@blueprint.get("/certificates/<int:certificate_id>/json")
def credential(certificate_id: int) -> AnyResponse:
    own = _own_certificate(certificate_id)
    serial, data = wiring().read_credential(db(), signed_in(), own.id)
    return _file(data, f"osaamistodistus-{serial}.json", "application/vc")


def _to(view: str, **values: int) -> AnyResponse:
    return redirect(url_for(f"participant.{view}", **values), code=303)  # type: ignore[arg-type]


def _file(data: bytes, name: str, kind: str) -> Response:
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _own_proposal(proposal_id: int) -> ProposalView:
    """Return a proposal about the person who asks, whatever else their roles are."""
    view = proposal_views.view_proposal(db(), signed_in(), proposal_id=proposal_id)
    if view.line.participant_id != signed_in().person_id:
        raise NotFound
    return view


def _own_certificate(certificate_id: int) -> CertificateView:
    for own in certificates.list_own_certificates(db(), signed_in()):
        if own.id == certificate_id:
            return own
    raise NotFound


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
    )
