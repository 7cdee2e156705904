"""A person's page: their licence cards, where to reach them, how they come in."""

from secrets import token_urlsafe

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext

from issuer.domain.entry import Channel, LinkKind, LinkState
from issuer.domain.errors import IssuerError
from issuer.domain.people import OFFICE_ROLES, Role
from issuer.i18n import current_language
from issuer.services import (
    enrolment,
    invitations,
    licence_cards,
    people,
    person_addresses,
    ways_in,
)
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, signed_in, wiring
from issuer.web.office_desk import Answer, acting_as, done

LINK_BYTES = 24


def show_person(person_id: int) -> str:
    actor = signed_in()
    person = people.view_person(db(), actor, person_id=person_id)
    is_staff = not person.roles.isdisjoint(OFFICE_ROLES)
    may_manage = actor.has(Role.ADMINISTRATOR) or (
        actor.has(Role.COACH) and not is_staff
    )
    return render_template(
        "office/person.html",
        person=person,
        cards=licence_cards.list_licence_cards(db(), actor, person_id=person_id),
        is_staff=is_staff,
        may_manage=may_manage,
        **(_manageable(person_id) if may_manage else {}),
    )


def _manageable(person_id: int) -> dict[str, object]:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    links = invitations.list_links(db(), actor, person_id=person_id, at=at())
    return {
        "addresses": person_addresses.view_addresses(db(), actor, person_id=person_id),
        "ways": ways_in.view_ways_in(db(), actor, person_id=person_id, at=at()),
        "links": links[:10],
        "open": LinkState.OPEN,
    }


def set_addresses(person_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    try:
        person_addresses.set_addresses(
            db(),
            actor,
            person_id=person_id,
            mail=text("mail"),
            phone=text("phone"),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_person(person_id))
    told = gettext("The addresses were saved.")
    return done(told, "office.show_person", person_id=person_id)


def send_link(person_id: int) -> Answer:
    """Send an invitation, or an enrolment link to who works in the office."""
    way = text("way")
    channel = Channel(way) if way in set(Channel) else Channel.SCREEN
    token = token_urlsafe(LINK_BYTES)
    try:
        link_id = _make_link(person_id, channel, token)
    except IssuerError as error:
        return with_error(error, lambda: show_person(person_id))
    if channel is Channel.SCREEN:
        return _show_link(link_id, token)
    told = gettext("The link is on its way.")
    return done(told, "office.show_person", person_id=person_id)


def _make_link(person_id: int, channel: Channel, token: str) -> int:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    person = people.view_person(db(), actor, person_id=person_id)
    if person.roles.isdisjoint(OFFICE_ROLES):
        return invitations.invite(
            db(),
            actor,
            person_id=person_id,
            channel=channel,
            token=token,
            language=current_language(),
            at=at(),
        )
    return enrolment.make_enrolment_link(
        db(),
        person_id=person_id,
        channel=channel,
        token=token,
        language=current_language(),
        at=at(),
        by=actor,
    )


def _show_link(link_id: int, token: str) -> str:
    """Show a link that was just made; only its hash is kept, so never again."""
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    line = invitations.view_own_link(db(), actor, link_id=link_id, at=at())
    path = "/enrol/" if line.kind is LinkKind.ENROLMENT else "/i/"
    address = f"{wiring().settings.public_url}{path}{token}"
    return render_template(
        "office/link.html",
        line=line,
        address=address,
        picture=invitations.link_picture(address),
        is_enrolment=line.kind is LinkKind.ENROLMENT,
    )


def withdraw_link(link_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    person_id = invitations.withdraw_link(db(), actor, link_id=link_id, at=at())
    told = gettext("The link is withdrawn.")
    return done(told, "office.show_person", person_id=person_id)


def close_ways_in(person_id: int) -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    ways_in.close_ways_in(db(), actor, person_id=person_id, at=at())
    told = gettext("Every way in is closed. A new link opens one again.")
    return done(told, "office.show_person", person_id=person_id)


def reread(person_id: int) -> Answer:
    """Lead an address that only takes forms back to the page its form is on."""
    return redirect(url_for("office.show_person", person_id=person_id), code=303)


def add_pages(blueprint: Blueprint) -> None:
    page = "/people/<int:person_id>"
    blueprint.get(page)(show_person)
    blueprint.post(f"{page}/addresses")(set_addresses)
    blueprint.get(f"{page}/addresses", endpoint="reread_addresses")(reread)
    blueprint.post(f"{page}/link")(send_link)
    blueprint.get(f"{page}/link", endpoint="reread_link")(reread)
    blueprint.post(f"{page}/close")(close_ways_in)
    blueprint.post("/links/<int:link_id>/withdraw")(withdraw_link)
