"""Arrivals: codes to read to whoever stands beside, links and messages gone astray."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from issuer.domain.entry import CODE_LIFETIME
from issuer.domain.people import Actor, Role
from issuer.services import invitations, message_views
from issuer.web.guards import at, db
from issuer.web.office_desk import Answer, acting_as, done

LOOK_SECONDS = 5
LOOKS = int(CODE_LIFETIME.total_seconds()) // LOOK_SECONDS


def show_codes() -> str:
    """Show the codes that phones beside this desk have asked for.

    The page looks again by itself as long as a code holds, then waits to be asked: an
    empty desk is signed out in time.
    """
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    looks = request.args.get("looks", 0, type=int)
    return render_template(
        "office/codes.html",
        codes=message_views.list_shown_codes(db(), actor, at=at()),
        next_look=looks + 1 if 0 <= looks < LOOKS else None,
        seconds=LOOK_SECONDS,
    )


def arrivals_of(actor: Actor) -> dict[str, object]:
    """Return what the office's start page tells of arrivals."""
    if not actor.has(Role.COACH, Role.ADMINISTRATOR):
        return {"codes": [], "misdirected": [], "lost": []}
    return {
        "codes": message_views.list_shown_codes(db(), actor, at=at()),
        "misdirected": invitations.list_misdirected(db(), actor, at=at()),
        "lost": message_views.list_lost_messages(db(), actor),
    }


def settle_link(link_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    invitations.settle_link(db(), actor, link_id=link_id, at=at())
    return redirect(url_for("office.home"), code=303)


def settle_message(message_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    message_views.settle_message(db(), actor, message_id=message_id, at=at())
    return redirect(url_for("office.home"), code=303)


def retry_message(message_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    message_views.retry_message(db(), actor, message_id=message_id, at=at())
    return done(gettext("The message is tried again now."), "office.home")


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/codes")(show_codes)
    blueprint.post("/links/<int:link_id>/settle")(settle_link)
    blueprint.post("/messages/<int:message_id>/settle")(settle_message)
    blueprint.post("/messages/<int:message_id>/retry")(retry_message)
