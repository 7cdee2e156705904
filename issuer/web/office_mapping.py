"""Environments: their tasks, and which requirements each task can show."""

import uuid
from collections import Counter

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Role
from issuer.services import catalogue, draft_views, mapping, reports
from issuer.web.forms import integers, text, with_error
from issuer.web.guards import at, db, signed_in
from issuer.web.office_desk import Answer, acting_as, done


def show_environment(environment_id: int) -> str:
    draft = draft_views.view_draft(db(), signed_in(), environment_id=environment_id)
    return render_template(
        "office/environment.html",
        draft=draft,
        units=unit_names(draft.environment.edition_id),
        versions=reports.list_reports(db(), signed_in(), environment_id=environment_id),
    )


def unit_names(edition_id: int) -> dict[int, catalogue.UnitLine]:
    return {unit.id: unit for unit in catalogue.view_edition(db(), edition_id).units}


def show_new_task(environment_id: int) -> str:
    view = mapping.view_environment(
        db(), acting_as(Role.COACH), environment_id=environment_id
    )
    return render_template("office/task_new.html", view=view)


def add_task(environment_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    try:
        task_id = mapping.add_task(
            db(),
            actor,
            environment_id=environment_id,
            name=text("name"),
            description=text("description"),
            pseudonym=uuid.uuid4(),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_new_task(environment_id))
    told = gettext("The task was added. Choose what can be seen in it.")
    return done(told, "office.show_task", task_id=task_id)


def show_task(task_id: int) -> str:
    """Show the units to choose from; those with ticks first, others by a search."""
    line, view = mapping.view_task(db(), acting_as(Role.COACH), task_id=task_id)
    ticks = Counter(r.unit_id for r in line.task.requirements)
    wanted = request.args.get("q", "").strip()
    units = [
        unit
        for unit in catalogue.view_edition(db(), view.edition_id).units
        if unit.requirements
    ]
    return render_template(
        "office/task.html",
        line=line,
        view=view,
        ticks=ticks,
        wanted=wanted,
        is_long=len(units) > 12,
        ticked_units=[unit for unit in units if unit.id in ticks],
        other_units=[
            unit for unit in units if unit.id not in ticks and _matches(unit, wanted)
        ],
    )


def _matches(unit: catalogue.UnitLine, wanted: str) -> bool:
    names = (unit.name.fi, unit.name.sv, unit.name.en, unit.code)
    words = " ".join(filter(None, names)).casefold()
    return all(word in words for word in wanted.casefold().split())


def show_task_unit(task_id: int, unit_id: int) -> str:
    line, view = mapping.view_task(db(), acting_as(Role.COACH), task_id=task_id)
    unit = catalogue.view_unit(db(), unit_id)
    if unit.edition.id != view.edition_id:
        raise NotFound
    ticked_here = {
        r.requirement_id for r in line.task.requirements if r.unit_id == unit_id
    }
    return render_template(
        "office/task_unit.html",
        line=line,
        unit=unit,
        ticked_here=ticked_here,
        elsewhere=len(line.task.requirements) - len(ticked_here),
    )


def map_task(task_id: int, unit_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    try:
        chosen = integers("requirement")
        mapping.map_task(
            db(),
            actor,
            task_id=task_id,
            unit_id=unit_id,
            requirement_ids=chosen,
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_task_unit(task_id, unit_id))
    told = ngettext(
        "Saved: %(num)s requirement of this unit.",
        "Saved: %(num)s requirements of this unit.",
        len(set(chosen)),
    )
    return done(told, "office.show_task", task_id=task_id)


def show_task_removal(task_id: int) -> str:
    line, view = mapping.view_task(db(), acting_as(Role.COACH), task_id=task_id)
    return render_template("office/task_remove.html", line=line, view=view)


def remove_task(task_id: int) -> Answer:
    environment_id = mapping.remove_task(
        db(), acting_as(Role.COACH), task_id=task_id, at=at()
    )
    return done(
        gettext("The task was taken off the draft."),
        "office.show_environment",
        environment_id=environment_id,
    )


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/environments/<int:environment_id>")(show_environment)
    blueprint.get("/environments/<int:environment_id>/tasks/new")(show_new_task)
    blueprint.post("/environments/<int:environment_id>/tasks/new")(add_task)
    blueprint.get("/tasks/<int:task_id>")(show_task)
    blueprint.get("/tasks/<int:task_id>/units/<int:unit_id>")(show_task_unit)
    blueprint.post("/tasks/<int:task_id>/units/<int:unit_id>")(map_task)
    blueprint.get("/tasks/<int:task_id>/remove")(show_task_removal)
    blueprint.post("/tasks/<int:task_id>/remove")(remove_task)
