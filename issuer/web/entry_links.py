"""Where an invitation leads: who asks whom for what, and on to the code.

Looking at these pages changes nothing. What a form here does is worth nothing to who
only has the link: it sends a code to the person whom the link means.
"""

from secrets import token_urlsafe

from flask import Blueprint, make_response, redirect, render_template, url_for

from issuer.domain.entry import LinkKind, LinkState, TickMissing
from issuer.domain.errors import IssuerError, NotFound
from issuer.i18n import current_language
from issuer.services import code_requests, devices, entry_links
from issuer.services.entry_links import LinkView
from issuer.web.callers import caller, known_token
from issuer.web.entry import Answer, draw_code
from issuer.web.forms import text, with_error
from issuer.web.guards import at, current_actor, db, open_to_all
from issuer.web.pages import homes_of

blueprint = Blueprint("invitation", __name__, url_prefix="/i")

NOT_FOUND, GONE = 404, 410


@blueprint.errorhandler(NotFound)
def link_unknown(_error: NotFound) -> Answer:
    return render_template("entry/link_unknown.html", is_enrolment=False), NOT_FOUND


@blueprint.get("/<token>")
@open_to_all
def landing(token: str) -> Answer:
    view = _view(token)
    actor = current_actor()
    if actor is not None and actor.person_id == view.person_id:
        return redirect(next(iter(homes_of(actor)), "/"), code=303)
    page = _show(token)
    return page if view.state is LinkState.OPEN else make_response(page, GONE)


@blueprint.post("/<token>")
@open_to_all
def go_on(token: str) -> Answer:
    """Ask for the PIN where this browser knows the person, else send a code."""
    known = devices.find_known_by_link(db(), link=token, token=known_token(), at=at())
    if known is not None and known.has_pin and not known.is_locked:
        page = url_for("entry.pin_page", device_id=known.device_id)
        return redirect(page, code=303)
    try:
        code_requests.request_code_by_link(
            db(), caller(), link=token, code=draw_code(), at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: _show(token))
    return redirect(url_for("entry.code_page"), code=303)


@blueprint.get("/<token>/not-me")
@open_to_all
def deny_page(token: str) -> Answer:
    view = _view(token)
    if view.state is not LinkState.OPEN:
        return redirect(url_for("invitation.landing", token=token), code=303)
    return _show_deny(token)


def _show_deny(token: str) -> str:
    return render_template("entry/not_me.html", view=_view(token), token=token)


@blueprint.post("/<token>/not-me")
@open_to_all
def deny(token: str) -> Answer:
    """End the link. The tick is what a program that only sends forms leaves out."""
    try:
        if text("sure") != "yes":
            raise TickMissing(field="sure")
        entry_links.deny_link(db(), token=token, at=at())
    except IssuerError as error:
        return with_error(error, lambda: _show_deny(token))
    return redirect(url_for("invitation.landing", token=token), code=303)


@blueprint.post("/<token>/renew")
@open_to_all
def renew(token: str) -> Answer:
    """Send a new link to whom the old one went."""
    try:
        entry_links.renew_link(
            db(),
            token=token,
            new_token=token_urlsafe(24),
            language=current_language(),
            caller=caller().address,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _show(token))
    return redirect(url_for("invitation.landing", token=token), code=303)


def _view(token: str) -> LinkView:
    return entry_links.view_link(db(), token=token, kind=LinkKind.INVITATION, at=at())


def _show(token: str) -> str:
    return render_template("entry/invitation.html", view=_view(token), token=token)
