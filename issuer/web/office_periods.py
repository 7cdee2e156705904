"""Work periods: opening one, and its ledger."""

import uuid
from collections import defaultdict

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.domain.people import Actor, Role
from issuer.services import ledger, mapping, people, periods, periods_views, proposals
from issuer.web.forms import day, find_day, integer, integers, with_error
from issuer.web.guards import at, db, signed_in
from issuer.web.office_desk import Answer, acting_as, done


def show_periods() -> str:
    states = periods_views.list_period_states(db(), signed_in())
    return render_template("office/periods.html", states=states)


def show_new_period() -> str:
    actor = acting_as(Role.COACH)
    return render_template(
        "office/period_new.html",
        participants=people.list_people(db(), actor, role=Role.PARTICIPANT),
        instructors=people.list_people(db(), actor, role=Role.INSTRUCTOR),
        sites=mapping.list_sites(db(), actor),
    )


def open_period() -> Answer:
    actor = acting_as(Role.COACH)
    try:
        period_id = periods.open_period(
            db(),
            actor,
            participant_id=integer("participant"),
            site_id=integer("site"),
            instructor_ids=integers("instructor"),
            starts_on=day("start"),
            ends_on=find_day("end"),
            pseudonym=uuid.uuid4(),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_new_period)
    told = gettext("The work period is open.")
    return done(told, "office.show_period", period_id=period_id)


def show_period(period_id: int) -> str:
    actor = signed_in()
    found = ledger.view_ledger(db(), actor, period_id=period_id)
    signed: dict[int, list[ledger.ToldSignOff]] = defaultdict(list)
    for told in found.sign_offs:
        signed[told.sign_off.requirement_id].append(told)
    return render_template(
        "office/period.html",
        ledger=found,
        signed=signed,
        proposals=_proposals(actor, period_id),
    )


def _proposals(actor: Actor, period_id: int) -> list[proposals.ProposalLine]:
    if not actor.has(Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR):
        return []
    return proposals.list_proposals(db(), actor, period_id=period_id)


def show_new_instructor(period_id: int) -> str:
    actor = acting_as(Role.COACH)
    return render_template(
        "office/period_instructor.html",
        ledger=ledger.view_ledger(db(), actor, period_id=period_id),
        instructors=periods_views.list_other_instructors(
            db(), actor, period_id=period_id
        ),
    )


def name_instructor(period_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    try:
        periods.name_instructor(
            db(),
            actor,
            period_id=period_id,
            instructor_id=integer("instructor"),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_new_instructor(period_id))
    told = gettext("The instructor can now sign off in this period.")
    return done(told, "office.show_period", period_id=period_id)


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/periods")(show_periods)
    blueprint.get("/periods/new")(show_new_period)
    blueprint.post("/periods/new")(open_period)
    blueprint.get("/periods/<int:period_id>")(show_period)
    blueprint.get("/periods/<int:period_id>/instructors/new")(show_new_instructor)
    blueprint.post("/periods/<int:period_id>/instructors/new")(name_instructor)
