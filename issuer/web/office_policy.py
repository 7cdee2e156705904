"""The organisation's policy: what its certificates show and how long they are valid."""

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.people import Role
from issuer.services import policy
from issuer.services.policy import CertificatePolicy
from issuer.web.forms import NumberMalformed, find_integer, text, with_error
from issuer.web.guards import at, db
from issuer.web.office_desk import Answer, acting_as, done

VALIDITY = sentence("validity")
MONTHS = (6, 12, 18, 24, 36, 48, 60, 120)


def show_policy() -> str:
    now = policy.view_policy(db(), acting_as(Role.ADMINISTRATOR))
    return render_template(
        "office/policy.html", policy=now, months=_offered(now), validity=VALIDITY
    )


def set_policy() -> Answer:
    actor = acting_as(Role.ADMINISTRATOR)
    try:
        policy.set_policy(
            db(),
            actor,
            CertificatePolicy(
                shows_levels=text("shows_levels") == "yes",
                hides_site=text("hides_site") == "yes",
                names_instructors=text("names_instructors") == "yes",
                valid_for_months=_months(policy.view_policy(db(), actor)),
            ),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_policy)
    told = gettext("Saved. It holds for certificates released from now on.")
    return done(told, "office.show_policy")


def _offered(now: CertificatePolicy) -> list[int]:
    """Return the months to choose from, with those in force among them."""
    return sorted({*MONTHS, now.valid_for_months or MONTHS[0]})


def _months(now: CertificatePolicy) -> int | None:
    months = find_integer(VALIDITY)
    if months is not None and months not in _offered(now):
        raise NumberMalformed(field=VALIDITY)
    return months


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/policy")(show_policy)
    blueprint.post("/policy")(set_policy)
