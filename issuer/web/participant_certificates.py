"""A participant's own certificate: where it stands, and its files to take away."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from issuer.domain.certificates import PageState
from issuer.domain.errors import NotFound
from issuer.domain.forbidden_claims import CLAUSE
from issuer.i18n import current_language
from issuer.services import certificates, people
from issuer.services.certificates import CertificateView, PageNotReady
from issuer.web.certificate_standing import standing_of
from issuer.web.downloads import certificate_file, not_ready
from issuer.web.guards import db, signed_in, wiring

_ONE = "/certificates/<int:certificate_id>"


def certificate(certificate_id: int) -> str:
    own = _own(certificate_id)
    is_pending = own.page_state is PageState.PENDING
    return render_template(
        "participant/certificate.html",
        certificate=own,
        standing=standing_of(own),
        clause=CLAUSE[current_language()],
        lacks_seal=is_pending and wiring().lacks_seal(db(), signed_in()),
        organisation=people.view_organisation(db(), signed_in().organisation_id),
    )


def page(certificate_id: int) -> Response:
    own = _own(certificate_id)
    try:
        serial, data = wiring().read_page(db(), signed_in(), own.id)
    except PageNotReady:  # its page says so, and looks again by itself
        return not_ready(certificate(certificate_id))
    return certificate_file(serial, data, "pdf")


def credential(certificate_id: int) -> Response:
    own = _own(certificate_id)
    serial, data = wiring().read_credential(db(), signed_in(), own.id)
    return certificate_file(serial, data, "json")


def jwt(certificate_id: int) -> Response:
    own = _own(certificate_id)
    serial, data = wiring().read_jwt(db(), signed_in(), own.id)
    return certificate_file(serial, data, "jwt")


def badge(certificate_id: int) -> Response:
    own = _own(certificate_id)
    serial, data = wiring().read_badge(db(), signed_in(), own.id)
    return certificate_file(serial, data, "png")


def _own(certificate_id: int) -> CertificateView:
    for own in certificates.list_own_certificates(db(), signed_in()):
        if own.id == certificate_id:
            return own
    raise NotFound


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get(_ONE)(certificate)
    blueprint.get(f"{_ONE}/pdf")(page)
    blueprint.get(f"{_ONE}/json")(credential)
    blueprint.get(f"{_ONE}/jwt")(jwt)
    blueprint.get(f"{_ONE}/badge")(badge)
