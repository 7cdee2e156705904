"""The organisation's policy: what its certificates show, rest on, and how long."""

from contextlib import suppress

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.domain.people import Role
from issuer.domain.signoffs import Assurance
from issuer.services import policy
from issuer.services.policy import CertificatePolicy
from issuer.web.forms import NumberMalformed, find_integer, text, with_error
from issuer.web.guards import at, db
from issuer.web.office_desk import Answer, acting_as, done

VALIDITY = "validity"
ASSURANCE = "assurance"
MONTHS = (6, 12, 18, 24, 36, 48, 60, 120)


def show_policy() -> str:
    now = policy.view_policy(db(), acting_as(Role.ADMINISTRATOR))
    return render_template(
        "office/policy.html",
        policy=now,
        months=_offered(now),
        validity=VALIDITY,
        assurance=ASSURANCE,
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
                valid_for_months=find_integer(VALIDITY),
                lowest_assurance=_assurance(),
            ),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, show_policy)
    told = gettext("Saved. It holds for what is proposed from now on.")
    return done(told, "office.show_policy")


def _offered(now: CertificatePolicy) -> list[int]:
    """Return the months to choose from, those in force and those asked for as well."""
    others = {now.valid_for_months}
    with suppress(NumberMalformed):
        others.add(find_integer(VALIDITY))
    return sorted({*MONTHS, *(months for months in others if months is not None)})


def _assurance() -> Assurance:
    """Return the chosen level; raises NumberMalformed for what was not offered."""
    try:
        return Assurance(text(ASSURANCE) or Assurance.NONE)
    except ValueError:
        raise NumberMalformed(field=ASSURANCE) from None


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/policy")(show_policy)
    blueprint.post("/policy")(set_policy)
