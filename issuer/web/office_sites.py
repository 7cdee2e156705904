"""Sites: where work is done, and what each is mapped against."""

import uuid

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.domain.people import Role
from issuer.services import catalogue, mapping
from issuer.web.forms import integer, text, with_error
from issuer.web.guards import at, db, signed_in
from issuer.web.office_desk import Answer, acting_as, done


def show_sites() -> str:
    sites = mapping.list_sites(db(), signed_in())
    return render_template("office/sites.html", sites=sites)


def show_new_site() -> str:
    acting_as(Role.COACH, Role.ADMINISTRATOR)
    return render_template("office/site_new.html")


def add_site() -> Answer:
    actor = acting_as(Role.COACH, Role.ADMINISTRATOR)
    try:
        site_id = mapping.add_site(
            db(),
            actor,
            name=text("name"),
            town=text("town"),
            pseudonym=uuid.uuid4(),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_new_site)
    return done(gettext("The site was added."), "office.show_site", site_id=site_id)


def show_site(site_id: int) -> str:
    site = mapping.view_site(db(), signed_in(), site_id=site_id)
    return render_template("office/site.html", site=site)


def show_new_environment(site_id: int) -> str:
    site = mapping.view_site(db(), acting_as(Role.COACH), site_id=site_id)
    latest = [line for line in catalogue.list_editions(db()) if line.is_latest]
    return render_template("office/environment_new.html", site=site, editions=latest)


def open_environment(site_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    try:
        environment_id = mapping.open_environment(
            db(), actor, site_id=site_id, edition_id=integer("qualification"), at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: show_new_environment(site_id))
    return done(
        gettext("The environment is open. Add its first task."),
        "office.show_environment",
        environment_id=environment_id,
    )


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/sites")(show_sites)
    blueprint.get("/sites/new")(show_new_site)
    blueprint.post("/sites/new")(add_site)
    blueprint.get("/sites/<int:site_id>")(show_site)
    blueprint.get("/sites/<int:site_id>/environments/new")(show_new_environment)
    blueprint.post("/sites/<int:site_id>/environments/new")(open_environment)
