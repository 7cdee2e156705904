"""Publishing a report: a checker reads the whole draft, then puts it in force."""

import secrets

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.domain.people import Role
from issuer.services import draft_views, reports
from issuer.web.forms import with_error
from issuer.web.guards import at, db
from issuer.web.office_desk import Answer, acting_as, done
from issuer.web.office_mapping import unit_names


def show_publishing(environment_id: int) -> str:
    draft = draft_views.view_draft(
        db(), acting_as(Role.CHECKER), environment_id=environment_id
    )
    return render_template(
        "office/publish.html",
        draft=draft,
        units=unit_names(draft.environment.edition_id),
    )


def publish(environment_id: int) -> Answer:
    actor = acting_as(Role.CHECKER)
    try:
        line = reports.publish_report(
            db(),
            actor,
            environment_id=environment_id,
            public_id=secrets.token_hex(16),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_publishing(environment_id))
    return done(
        gettext("Version %(version)s is published.", version=line.version),
        "office.show_environment",
        environment_id=environment_id,
    )


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/environments/<int:environment_id>/publish")(show_publishing)
    blueprint.post("/environments/<int:environment_id>/publish")(publish)
