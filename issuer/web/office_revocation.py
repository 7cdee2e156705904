"""Revoking a certificate: what it means is read first, and the reason stays here."""

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.certificates import CertificateState
from issuer.domain.errors import IssuerError
from issuer.domain.revocation import ReasonCode, ReasonUnknown, parse_reason
from issuer.services import certificates, revocation
from issuer.web.certificate_standing import standing_of
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, wiring
from issuer.web.office_certificates import DECIDERS
from issuer.web.office_desk import Answer, acting_as, done

# That a certificate was superseded is said by releasing the one that replaces it.
REASONS = tuple(code for code in ReasonCode if code is not ReasonCode.SUPERSEDED)


def show_revocation(certificate_id: int) -> str:
    view = certificates.view_certificate(
        db(), acting_as(*DECIDERS), certificate_id=certificate_id
    )
    standing = standing_of(view)
    is_issued = view.state is CertificateState.ISSUED
    return render_template(
        "office/certificate_revoke.html",
        view=view,
        standing=standing,
        can_revoke=is_issued and not standing.is_ended,
        reasons=REASONS,
    )


def revoke(certificate_id: int) -> Answer:
    actor = acting_as(*DECIDERS)
    try:
        revocation.revoke_certificate(
            db(),
            actor,
            wiring().sealing.publishing,
            certificate_id=certificate_id,
            reason=_reason(),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_revocation(certificate_id))
    told = gettext("The certificate has been revoked. Every check now says so.")
    return done(told, "office.show_certificate", certificate_id=certificate_id)


def _reason() -> ReasonCode:
    try:
        return parse_reason(text("reason"))
    except ReasonUnknown:
        raise ReasonUnknown(field="reason") from None


def add_pages(blueprint: Blueprint) -> None:
    one = "/certificates/<int:certificate_id>/revoke"
    blueprint.get(one)(show_revocation)
    blueprint.post(one)(revoke)
