"""Coming in with a passkey: a challenge for the browser's own module, and its answer.

The answer comes in a form of the page, as every other form does; only the passkey
itself needs script.
"""

from secrets import token_bytes, token_urlsafe

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from issuer.domain.errors import IssuerError
from issuer.services import passkeys
from issuer.web.callers import caller
from issuer.web.entry import come_in, wanted_page
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, open_to_all, wiring

blueprint = Blueprint("passkey", __name__, url_prefix="/entry/passkey")

CHALLENGE_BYTES = 32


@blueprint.get("")
@open_to_all
def page() -> str:
    return render_template("entry/passkey.html", wanted=wanted_page())


@blueprint.post("/options")
@open_to_all
def options() -> Response:
    return as_json(
        passkeys.begin_sign_in(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            challenge=token_bytes(CHALLENGE_BYTES),
            at=at(),
        )
    )


@blueprint.post("")
@open_to_all
def enter() -> AnyResponse | tuple[str, int]:
    token = token_urlsafe(32)
    try:
        actor = passkeys.enter_with_passkey(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            answer=text("answer"),
            session_token=token,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, page)
    return come_in(actor, token=token)


def as_json(options: str) -> Response:
    """Answer the browser's module with the options of a passkey."""
    return Response(options, mimetype="application/json")


def own_origin() -> str:
    """Return the origin that this request was sent to; believed in the demo only."""
    return request.host_url.rstrip("/")
