"""People: who has which role, and adding somebody."""

import uuid
from collections.abc import Collection

from flask import Blueprint, render_template, request
from flask_babel import gettext

from issuer.domain.errors import IssuerError, TextMissing
from issuer.domain.people import Actor, Role
from issuer.services import people
from issuer.web.forms import find_day, text, with_error
from issuer.web.guards import at, db, signed_in
from issuer.web.office_desk import Answer, acting_as, done

COACH_ADDS = (Role.PARTICIPANT, Role.INSTRUCTOR)


def show_people() -> str:
    actor = signed_in()
    wanted = request.args.get("role", "")
    role = Role(wanted) if wanted in set(Role) else None
    return render_template(
        "office/people.html",
        people=people.list_people(db(), actor, role=role),
        roles=tuple(Role),
        role=role,
    )


def show_new_person() -> str:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    return render_template("office/person_new.html", roles=_roles_to_give(actor))


def _roles_to_give(actor: Actor) -> tuple[Role, ...]:
    return tuple(Role) if actor.has(Role.ADMINISTRATOR) else COACH_ADDS


def add_person() -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    try:
        roles = _chosen_roles()
        birthday = find_day("birthday") if Role.PARTICIPANT in roles else None
        people.add_person(
            db(),
            organisation_id=actor.organisation_id,
            name=text("name"),
            title=text("title"),
            roles=roles,
            birth_date=birthday,
            pseudonym=uuid.uuid4(),
            by=actor,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_new_person)
    return done(gettext("The person was added."), "office.show_people")


def _chosen_roles() -> Collection[Role]:
    """Return the ticked roles; raises TextMissing where none is."""
    roles = {Role(v) for v in request.form.getlist("role") if v in set(Role)}
    if not roles:
        raise TextMissing(field="role")
    return roles


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/people")(show_people)
    blueprint.get("/people/new")(show_new_person)
    blueprint.post("/people/new")(add_person)
