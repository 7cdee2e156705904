"""The catalogue: editions, their units, and a unit's requirements word for word."""

from flask import Blueprint, render_template

from issuer.services import catalogue
from issuer.web.guards import db


def show_editions() -> str:
    return render_template(
        "office/editions.html", editions=catalogue.list_editions(db())
    )


def show_edition(edition_id: int) -> str:
    view = catalogue.view_edition(db(), edition_id)
    return render_template("office/edition.html", view=view)


def show_unit(unit_id: int) -> str:
    return render_template("office/unit.html", view=catalogue.view_unit(db(), unit_id))


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/catalogue")(show_editions)
    blueprint.get("/catalogue/<int:edition_id>")(show_edition)
    blueprint.get("/catalogue/units/<int:unit_id>")(show_unit)
