"""Coming in and going out.

A person comes in by a code, a PIN or a passkey. Links, passkeys, enrolment and the
demo's own doors have files of their own beside this one.
"""

from secrets import randbelow, token_urlsafe

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Actor, Role
from issuer.services import (
    code_requests,
    devices,
    entry_codes,
    link_requests,
    people,
    sessions,
)
from issuer.web.callers import caller, keep_token, known_token
from issuer.web.cookies import forget_sign_in, local_path, remember_sign_in
from issuer.web.forms import text, with_error
from issuer.web.guards import (
    at,
    current_actor,
    current_token,
    db,
    open_to_all,
    wiring,
)
from issuer.web.pages import homes_of

blueprint = Blueprint("entry", __name__)

Answer = Response | str | tuple[str, int]
CastByRole = list[tuple[Role, list[people.PersonLine]]]

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
    demo = wiring().settings.demo
    return render_template(
        "entry/demo.html" if demo else "entry/sign_in.html",
        known=devices.list_known_people(db(), token=known_token(), at=at()),
        cast=_cast() if demo else [],
        wanted=wanted_page(),
    )


def _cast() -> list[tuple[people.OrganisationView, CastByRole]]:
    return [
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


@blueprint.get("/entry/device/<int:device_id>")
@open_to_all
def pin_page(device_id: int) -> Answer:
    try:
        return _show_pin(device_id)
    except NotFound:  # another browser, or one that was forgotten
        return redirect(url_for("entry.sign_in"), code=303)


def _show_pin(device_id: int) -> str:
    known = devices.list_known_people(db(), token=known_token(), at=at())
    for person in known:
        if person.device_id == device_id:
            return render_template(
                "entry/pin.html", person=person, wanted=wanted_page()
            )
    raise NotFound


@blueprint.post("/entry/device/<int:device_id>")
@open_to_all
def enter_pin(device_id: int) -> Answer:
    token = token_urlsafe(32)
    try:
        actor = devices.enter_with_pin(
            db(),
            caller(),
            device_id=device_id,
            pin=digits_of(text("pin")),
            session_token=token,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _show_pin(device_id))
    return come_in(actor, token=token)


@blueprint.post("/entry/device/<int:device_id>/code")
@open_to_all
def ask_code(device_id: int) -> Answer:
    try:
        code_requests.request_code_on_device(
            db(), caller(), device_id=device_id, code=draw_code(), at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: _show_pin(device_id))
    return redirect(url_for("entry.code_page", next=wanted_page() or None), code=303)


@blueprint.get("/entry/code")
@open_to_all
def code_page() -> Answer:
    """Ask for the code; whoever is in already, as by a second tap, is led on."""
    asked = entry_codes.find_waiting_code(db(), token=known_token(), at=at())
    if (actor := current_actor()) is not None and not (asked and asked.is_open):
        return redirect(next(iter(homes_of(actor)), "/"), code=303)
    page = _show_code()
    return page if asked else (page, 403)


def _show_code() -> str:
    return render_template(
        "entry/code.html",
        waiting=entry_codes.find_waiting_code(db(), token=known_token(), at=at()),
        wanted=wanted_page(),
    )


@blueprint.post("/entry/code")
@open_to_all
def enter_code() -> Answer:
    """Come in with the code; a browser that asked for none is told so."""
    token, browser = token_urlsafe(32), token_urlsafe(32)
    try:
        entered = entry_codes.enter_with_code(
            db(),
            caller(),
            code=digits_of(text("code")),
            new_browser_token=browser,
            session_token=token,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, _show_code)
    keep_token(browser)
    next_page = "" if entered.is_first_visit else "mine.pin_page"
    return come_in(entered.actor, token=token, by_way_of=next_page)


@blueprint.post("/entry/code/again")
@open_to_all
def ask_code_again() -> Answer:
    try:
        code_requests.request_code_again(db(), caller(), code=draw_code(), at=at())
    except IssuerError as error:
        return with_error(error, _show_code)
    flash(gettext("A new code is on its way. The earlier one opens nothing any more."))
    return redirect(url_for("entry.code_page", next=wanted_page() or None), code=303)


@blueprint.get("/entry/code/again")
@open_to_all
def reread_code() -> Answer:
    """Lead an address that only takes forms back to the page its form is on."""
    return redirect(url_for("entry.code_page"), code=303)


@blueprint.get("/entry/link")
@open_to_all
def link_page() -> str:
    return render_template("entry/link_ask.html", is_asked=False)


@blueprint.post("/entry/link")
@open_to_all
def ask_link() -> Answer:
    """Answer the same whether the address is known or not."""
    try:
        link_requests.ask_for_link(db(), caller(), mail=text("mail"), at=at())
    except IssuerError as error:
        return with_error(error, link_page)
    return render_template("entry/link_ask.html", is_asked=True)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    close_open_session()
    session.clear()
    answer = redirect(url_for("public.landing"), code=303)
    forget_sign_in(answer, wiring().settings)
    return answer


def come_in(actor: Actor, *, token: str, by_way_of: str = "") -> Response:
    """Lead a person who was just signed in to their work, with a new cookie.

    Whoever was signed in in this browser before is out. `by_way_of` is a page that
    comes first and knows where to lead on to.
    """
    close_open_session()
    home = next(iter(homes_of(actor)), "/")
    wanted = local_path(wanted_page(), otherwise=home)
    session.clear()
    page = url_for(by_way_of, next=wanted) if by_way_of else wanted
    answer = redirect(page, code=303)
    remember_sign_in(answer, wiring().settings, token=token)
    return answer


def close_open_session() -> None:
    """Sign out whoever is signed in in this browser."""
    if token := current_token():
        sessions.close_session(db(), token=token)


def draw_code() -> str:
    """Return six random digits."""
    return f"{randbelow(10**6):06}"


def digits_of(typed: str) -> str:
    """Return a code as it was meant: without spaces and dashes, at most 32 signs."""
    return "".join(c for c in typed[:32] if c not in " -\u2010\u2011\u2013\t")


def wanted_page() -> str:
    """Return the page of ours that a person was on the way to, or ""."""
    given = request.form.get("next") or request.args.get("next")
    return local_path(given, otherwise="")
