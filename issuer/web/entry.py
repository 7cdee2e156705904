"""Coming in and going out. The demo's doors exist only where the demo is on."""

from secrets import token_urlsafe

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from issuer.domain.errors import NotFound
from issuer.domain.people import Role
from issuer.services import people, sessions
from issuer.web.cookies import (
    forget_sign_in,
    local_path,
    remember_sign_in,
    sign_in_cookie,
)
from issuer.web.forms import integer, text
from issuer.web.guards import at, current_actor, db, open_to_all, wiring
from issuer.web.pages import homes_of

blueprint = Blueprint("entry", __name__)
demo = Blueprint("demo", __name__)

CAST_ORDER = (
    Role.INSTRUCTOR,
    Role.PARTICIPANT,
    Role.COACH,
    Role.CHECKER,
    Role.SIGNATORY,
    Role.ADMINISTRATOR,
)


@blueprint.get("/entry")
@open_to_all
def sign_in() -> str:
    wanted = local_path(request.args.get("next"), otherwise="")
    if not wiring().settings.demo:
        return render_template("entry/closed.html")
    cast = [
        (
            organisation,
            [
                (role, [line for line in lines if role in line.roles])
                for role in CAST_ORDER
                if any(role in line.roles for line in lines)
            ],
        )
        for organisation, lines in people.list_cast(db())
        if lines
    ]
    return render_template("entry/demo.html", cast=cast, wanted=wanted)


@demo.post("/entry/demo")
@open_to_all
def enter() -> Response:
    """Sign in as one of the invented cast; whoever was signed in before is out."""
    _close_open_session()
    token = token_urlsafe(32)
    sessions.open_session(db(), integer("person"), token=token, at=at())
    actor = sessions.find_actor(db(), token=token, at=at())
    if actor is None:
        raise NotFound
    home = next(iter(homes_of(actor)), "/")
    session.clear()
    answer = redirect(local_path(text("next"), otherwise=home), code=303)
    remember_sign_in(answer, wiring().settings, token=token)
    return answer


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    _close_open_session()
    session.clear()
    answer = redirect(url_for("public.landing"), code=303)
    forget_sign_in(answer, wiring().settings)
    return answer


def _close_open_session() -> None:
    if current_actor() is not None:
        token = request.cookies[sign_in_cookie(wiring().settings)]
        sessions.close_session(db(), token=token)
