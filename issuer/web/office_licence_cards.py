"""The licence cards of a participant that a coach has seen."""

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.licence_cards import KNOWN_CARDS, LicenceCard
from issuer.domain.people import Role
from issuer.i18n import current_language
from issuer.services import licence_cards, people
from issuer.web.forms import day, find_day, text, with_error
from issuer.web.guards import at, db, signed_in
from issuer.web.office_desk import Answer, acting_as, done


def show_new_card(person_id: int) -> str:
    actor = acting_as(Role.COACH)
    return render_template(
        "office/licence_card_new.html",
        person=_participant(person_id),
        known=KNOWN_CARDS.get(current_language(), KNOWN_CARDS["fi"]),
        coach=actor.name,
    )


def record_card(person_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    try:
        licence_cards.record_licence_card(
            db(),
            actor,
            person_id=person_id,
            name=text("card_name"),
            issuer=text("card_issuer"),
            issued_on=day("issued_on"),
            valid_until=find_day("valid_until"),
            seen_on=day("seen_on"),
            at=at(),
        )
    except NotFound:
        raise
    except IssuerError as error:
        return with_error(error, lambda: show_new_card(person_id))
    told = gettext("The card was recorded. It can be listed in the next proposal.")
    return done(told, "office.show_person", person_id=person_id)


def show_removal(person_id: int, card_id: int) -> str:
    acting_as(Role.COACH)
    return render_template(
        "office/licence_card_remove.html",
        person=_participant(person_id),
        card=_card(person_id, card_id),
    )


def remove_card(person_id: int, card_id: int) -> Answer:
    licence_cards.remove_licence_card(
        db(), acting_as(Role.COACH), person_id=person_id, card_id=card_id, at=at()
    )
    return done(
        gettext("The card was removed from the list."),
        "office.show_person",
        person_id=person_id,
    )


def _participant(person_id: int) -> people.PersonLine:
    person = people.view_person(db(), signed_in(), person_id=person_id)
    if Role.PARTICIPANT not in person.roles:
        raise NotFound
    return person


def _card(person_id: int, card_id: int) -> LicenceCard:
    found = licence_cards.list_licence_cards(db(), signed_in(), person_id=person_id)
    for card in found:
        if card.id == card_id:
            return card
    raise NotFound


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/people/<int:person_id>/cards/new")(show_new_card)
    blueprint.post("/people/<int:person_id>/cards/new")(record_card)
    card = "/people/<int:person_id>/cards/<int:card_id>/remove"
    blueprint.get(card)(show_removal)
    blueprint.post(card)(remove_card)
