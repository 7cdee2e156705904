"""The page of an enrolment link: the first passkey of somebody in the office."""

from secrets import token_bytes, token_urlsafe

from flask import Blueprint, Response, make_response, render_template

from issuer.domain.entry import LinkKind, LinkState
from issuer.domain.errors import IssuerError, NotFound
from issuer.services import enrolment, entry_links
from issuer.web.callers import caller
from issuer.web.device_signing import bind_passkeys
from issuer.web.entry import Answer, come_in
from issuer.web.entry_passkeys import CHALLENGE_BYTES, as_json, own_origin
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, open_to_all, wiring

blueprint = Blueprint("enrolment", __name__, url_prefix="/enrol")

NOT_FOUND, GONE = 404, 410


@blueprint.errorhandler(NotFound)
def link_unknown(_error: NotFound) -> Answer:
    return render_template("entry/link_unknown.html", is_enrolment=True), NOT_FOUND


@blueprint.get("/<token>")
@open_to_all
def landing(token: str) -> Answer:
    view = entry_links.view_link(db(), token=token, kind=LinkKind.ENROLMENT, at=at())
    page = _show(token)
    return page if view.state is LinkState.OPEN else make_response(page, GONE)


def _show(token: str) -> str:
    view = entry_links.view_link(db(), token=token, kind=LinkKind.ENROLMENT, at=at())
    return render_template("entry/enrolment.html", view=view, token=token)


@blueprint.post("/<token>/options")
@open_to_all
def options(token: str) -> Response:
    return as_json(
        enrolment.begin_enrolment(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            link=token,
            challenge=token_bytes(CHALLENGE_BYTES),
            at=at(),
        )
    )


@blueprint.post("/<token>")
@open_to_all
def enrol(token: str) -> Answer:
    session_token = token_urlsafe(32)
    try:
        actor = enrolment.enrol(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            link=token,
            answer=text("answer"),
            name=text("name"),
            session_token=session_token,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _show(token))
    bind_passkeys(actor)
    return come_in(actor, token=session_token)
