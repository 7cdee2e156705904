"""Giving up a certificate that cannot be sealed, from its own page at the office."""

from flask import Blueprint
from flask_babel import gettext

from issuer.domain.errors import IssuerError
from issuer.services.giving_up import give_up_certificate
from issuer.web.forms import with_error
from issuer.web.guards import at, db, wiring
from issuer.web.office_certificates import DECIDERS, show_certificate
from issuer.web.office_desk import Answer, acting_as, done


def give_up(certificate_id: int) -> Answer:
    actor = acting_as(*DECIDERS)
    try:
        give_up_certificate(
            db(), actor, wiring().keys, certificate_id=certificate_id, at=at()
        )
    except IssuerError as error:
        db().rollback()
        return with_error(error, lambda: show_certificate(certificate_id))
    told = gettext("The certificate has been given up. It was never issued.")
    return done(told, "office.show_certificate", certificate_id=certificate_id)


def add_pages(blueprint: Blueprint) -> None:
    blueprint.post("/certificates/<int:certificate_id>/give-up")(give_up)
