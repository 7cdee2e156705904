"""How certificates look: the organisation's colour, its logo, a second language."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.errors import IssuerError, TextMissing
from issuer.domain.look import contrast
from issuer.domain.people import Role
from issuer.services import look
from issuer.web.forms import NumberMalformed, text, with_error
from issuer.web.guards import at, db, wiring
from issuer.web.office_desk import Answer, acting_as, done

# A picture of ours is a drawing or pixels; should it be more, the browser lets it not.
PICTURE_POLICY = "default-src 'none'; sandbox"


def show_look() -> str:
    now = look.view_look(db(), acting_as(Role.ADMINISTRATOR))
    on_white = contrast(now.page.accent, "#ffffff")
    return render_template("office/look.html", look=now, on_white=f"{on_white:.1f}")


def set_look() -> Answer:
    actor = acting_as(Role.ADMINISTRATOR)
    try:
        look.set_colours_and_languages(
            db(),
            actor,
            accent=text("accent"),
            second_language=_second_language(look.view_look(db(), actor)),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_look)
    return done(_saved(), "office.show_look")


def set_logo() -> Answer:
    actor = acting_as(Role.ADMINISTRATOR)
    try:
        look.set_logo(
            db(), actor, wiring().blobs, data=_sent(), alt=text("logo_alt"), at=at()
        )
    except IssuerError as error:
        return with_error(error, show_look)
    return done(_saved(), "office.show_look")


def remove_logo() -> Answer:
    look.remove_logo(db(), acting_as(Role.ADMINISTRATOR), at=at())
    told = gettext("The logo was removed. Certificates released before keep it.")
    return done(told, "office.show_look")


def show_picture() -> Response:
    actor = acting_as(Role.ADMINISTRATOR)
    media_type, data = look.read_logo(db(), actor, wiring().blobs)
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def return_to_look() -> Response:
    """Lead an address that only takes forms back to the page its form is on."""
    return redirect(url_for("office.show_look"), code=303)


def _saved() -> str:
    told: str = gettext("Saved. It holds for certificates released from now on.")
    return told


def _sent() -> bytes:
    """Return the file that was sent; raises TextMissing where none was chosen."""
    file = request.files.get("logo")
    data = file.read(look.READ_AT_MOST) if file else b""
    if not data:
        raise TextMissing(field="logo")
    return data


def _second_language(now: look.LookView) -> str | None:
    wanted = text("second_language") or None
    if wanted is not None and wanted not in now.offered_languages:
        raise NumberMalformed(field="second_language")
    return wanted


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/look")(show_look)
    blueprint.post("/look")(set_look)
    blueprint.get("/look/logo")(return_to_look)
    blueprint.post("/look/logo")(set_logo)
    blueprint.get("/look/logo/remove", endpoint="return_to_logo")(return_to_look)
    blueprint.post("/look/logo/remove")(remove_logo)
    blueprint.get("/look/picture")(show_picture)
