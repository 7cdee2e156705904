"""What is mine, whoever I am: browsers that know me, passkeys, PIN, signing out of all.

Changing what lets a person in needs a proof of the last ten minutes.
"""

from contextlib import suppress
from secrets import token_bytes, token_urlsafe

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.entry import ProofNeeded
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Role
from issuer.services import confirmation, devices, ledger, passkeys, sessions
from issuer.web.callers import caller, known_token
from issuer.web.cookies import forget_sign_in, local_path, remember_sign_in
from issuer.web.device_signing import bind_passkeys
from issuer.web.entry import Answer, digits_of, wanted_page
from issuer.web.entry_passkeys import CHALLENGE_BYTES, as_json, own_origin
from issuer.web.forms import text, with_error
from issuer.web.guards import (
    at,
    current_token,
    db,
    guard,
    known_session,
    signed_in,
    wiring,
)
from issuer.web.pages import homes_of

blueprint = Blueprint("mine", __name__, url_prefix="/my")
guard(blueprint, *Role)


@blueprint.get("/devices")
def show_devices() -> str:
    actor = signed_in()
    return render_template(
        "mine/devices.html",
        sessions=sessions.list_own_sessions(db(), known_session(), at=at()),
        devices=devices.list_own_devices(db(), actor, token=known_token()),
        this_device=devices.find_own_device(db(), actor, token=known_token()),
        passkeys=passkeys.list_own_passkeys(db(), actor),
    )


@blueprint.post("/sessions/<int:session_id>/close")
def close_session(session_id: int) -> Response:
    sessions.close_own_session(db(), signed_in(), session_id=session_id, at=at())
    return _to_devices(gettext("That browser is signed out."))


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    sessions.close_every_session(db(), signed_in(), at=at())
    session.clear()
    answer = redirect(url_for("public.landing"), code=303)
    forget_sign_in(answer, wiring().settings)
    return answer


@blueprint.post("/devices/<int:device_id>/remove")
def remove_device(device_id: int) -> Response:
    with suppress(NotFound):  # a double tap: the list shows that it is gone
        devices.remove_own_device(db(), signed_in(), device_id=device_id, at=at())
    return _to_devices(gettext("That browser is forgotten. A new code opens it again."))


@blueprint.get("/pin")
def pin_page() -> Answer:
    """Offer a PIN on this browser; who has one, or needs none, is led on."""
    actor = signed_in()
    this = devices.find_own_device(db(), actor, token=known_token())
    wanted = wanted_page()
    if this is None or (wanted and this.has_pin):
        return redirect(wanted or url_for("mine.show_devices"), code=303)
    return _show_pin()


def _show_pin() -> str:
    this = devices.find_own_device(db(), signed_in(), token=known_token())
    return render_template(
        "mine/pin.html",
        device=this,
        wanted=wanted_page(),
        offers_passkey=_may_offer_passkey(),
    )


def _may_offer_passkey() -> bool:
    """Tell whether a passkey may be offered: to instructors after their first mark."""
    actor = signed_in()
    return not actor.has(Role.INSTRUCTOR) or bool(
        ledger.list_own_sign_offs(db(), actor)
    )


@blueprint.post("/pin")
def set_pin() -> Answer:
    try:
        _require_fresh_if_guarded()
        devices.set_pin(
            db(),
            signed_in(),
            token=known_token(),
            pin=digits_of(text("pin")),
            again=digits_of(text("again")),
            at=at(),
        )
    except ProofNeeded:
        return _confirm_first(url_for("mine.pin_page"))
    except IssuerError as error:
        return with_error(error, _show_pin)
    flash(gettext("Your PIN opens this browser from now on."))
    home = next(iter(homes_of(signed_in())), "/")
    return redirect(local_path(wanted_page(), otherwise=home), code=303)


@blueprint.get("/passkeys/new")
def new_passkey() -> Answer:
    try:
        _require_fresh_if_guarded()
    except ProofNeeded:
        return _confirm_first(url_for("mine.new_passkey", next=wanted_page() or None))
    return _show_new_passkey()


def _show_new_passkey() -> str:
    return render_template("mine/passkey_new.html", wanted=wanted_page())


@blueprint.post("/passkeys/options")
def passkey_options() -> Response:
    _require_fresh_if_guarded()
    return as_json(
        passkeys.begin_registration(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            person_id=signed_in().person_id,
            challenge=token_bytes(CHALLENGE_BYTES),
            at=at(),
        )
    )


@blueprint.post("/passkeys")
def add_passkey() -> Answer:
    try:
        _require_fresh_if_guarded()
        passkeys.register_own_passkey(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            signed_in(),
            answer=text("answer"),
            name=text("name"),
            proof=known_session().proof,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, _show_new_passkey)
    bind_passkeys(signed_in())
    flash(gettext("Next time you come in with your fingerprint, face or screen lock."))
    return redirect(wanted_page() or url_for("mine.show_devices"), code=303)


@blueprint.post("/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> Response:
    try:
        sessions.require_fresh(known_session(), at=at())
        passkeys.remove_own_passkey(db(), signed_in(), passkey_id=passkey_id, at=at())
    except ProofNeeded:
        return _confirm_first(url_for("mine.show_devices"))
    except NotFound:  # a double tap: the list shows that it is gone
        pass
    return _to_devices(gettext("The passkey opens nothing any more."))


@blueprint.get("/confirm")
def confirm_page() -> str:
    return _show_confirm()


def _show_confirm() -> str:
    actor = signed_in()
    return render_template(
        "mine/confirm.html",
        device=devices.find_own_device(db(), actor, token=known_token()),
        passkeys=passkeys.list_own_passkeys(db(), actor),
        wanted=wanted_page(),
    )


@blueprint.post("/confirm/options")
def confirm_options() -> Response:
    return as_json(
        passkeys.begin_sign_in(
            db(),
            wiring().party(also=own_origin()),
            caller(),
            challenge=token_bytes(CHALLENGE_BYTES),
            at=at(),
            actor=signed_in(),
        )
    )


@blueprint.post("/confirm")
def confirm() -> Answer:
    """Take a passkey or a PIN as a newer proof; the session goes on under a new id."""
    new_token = token_urlsafe(32)
    try:
        if text("answer"):
            confirmation.confirm_with_passkey(
                db(),
                wiring().party(also=own_origin()),
                caller(),
                signed_in(),
                answer=text("answer"),
                token=current_token(),
                new_token=new_token,
                at=at(),
            )
        else:
            _confirm_with_pin(new_token)
    except IssuerError as error:
        return with_error(error, _show_confirm)
    answer = redirect(wanted_page() or url_for("mine.show_devices"), code=303)
    remember_sign_in(answer, wiring().settings, token=new_token)
    return answer


def _confirm_with_pin(new_token: str) -> None:
    this = devices.find_own_device(db(), signed_in(), token=known_token())
    if this is None:
        raise NotFound
    confirmation.confirm_with_pin(
        db(),
        caller(),
        signed_in(),
        device_id=this.id,
        pin=digits_of(text("pin")),
        token=current_token(),
        new_token=new_token,
        at=at(),
    )


def _require_fresh_if_guarded() -> None:
    """Raise ProofNeeded where a PIN or a passkey is there and the proof is old.

    The first of them may follow a code, whenever that was: there is nothing else that
    could be asked for.
    """
    found = known_session()
    this = devices.find_own_device(db(), found.actor, token=known_token())
    has_pin = this is not None and this.has_pin
    if has_pin or passkeys.list_own_passkeys(db(), found.actor):
        sessions.require_fresh(found, at=at())


def _confirm_first(page: str) -> Response:
    return redirect(url_for("mine.confirm_page", next=page), code=303)


def _to_devices(told: str) -> Response:
    flash(told)
    return redirect(url_for("mine.show_devices"), code=303)
