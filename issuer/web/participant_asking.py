"""Asking for a sign-off: a code on the participant's screen for the instructor's phone.

The link says only which instructor is meant. The number that lets them in goes to the
instructor or to the coach, and never to this screen.
"""

from secrets import token_urlsafe

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from issuer.domain.errors import IssuerError
from issuer.services import asking, invitations
from issuer.web.forms import integer, with_error
from issuer.web.guards import at, db, signed_in, wiring

LINK_BYTES = 24


def ask() -> str:
    """Offer the instructors whom the coach has named."""
    return render_template(
        "participant/ask.html", askable=asking.list_askable(db(), signed_in())
    )


def show_picture() -> str | tuple[str, int]:
    token = token_urlsafe(LINK_BYTES)
    try:
        instructor_id = integer("instructor")
        period_id = integer("period")
        invitations.invite_own_instructor(
            db(),
            signed_in(),
            period_id=period_id,
            instructor_id=instructor_id,
            token=token,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, ask)
    address = f"{wiring().settings.public_url}/i/{token}"
    named = {
        line.instructor_id: line for line in asking.list_askable(db(), signed_in())
    }
    return render_template(
        "participant/ask_picture.html",
        picture=invitations.link_picture(address),
        address=address,
        line=named[instructor_id],
    )


def ask_again() -> Response:
    """Lead an address that only takes forms back to the page its form is on."""
    return redirect(url_for("participant.ask"), code=303)


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/ask")(ask)
    blueprint.post("/ask/picture")(show_picture)
    blueprint.get("/ask/picture")(ask_again)
