"""Certificates at the office: the list, one of them, and its four files."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.people import Role
from issuer.services import certificates, revocation
from issuer.web.certificate_standing import standing_of
from issuer.web.downloads import certificate_file
from issuer.web.guards import db, signed_in, wiring

DECIDERS = (Role.SIGNATORY, Role.ADMINISTRATOR)
_ONE = "/certificates/<int:certificate_id>"


def show_certificates() -> str:
    found = certificates.list_certificates(db(), signed_in())
    return render_template(
        "office/certificates.html",
        certificates=[(view, standing_of(view)) for view in found],
    )


def show_certificate(certificate_id: int) -> str:
    actor = signed_in()
    view = certificates.view_certificate(db(), actor, certificate_id=certificate_id)
    is_issued = view.state is CertificateState.ISSUED
    standing = standing_of(view)
    return render_template(
        "office/certificate.html",
        view=view,
        standing=standing,
        is_issued=is_issued,
        has_page=is_issued and view.page_state is PageState.STORED,
        can_revoke=is_issued and not standing.is_ended and actor.has(*DECIDERS),
        revoked=(
            revocation.view_revocation(db(), actor, certificate_id=view.id)
            if actor.has(*DECIDERS)
            else None
        ),
    )


def download_page(certificate_id: int) -> Response:
    serial, data = wiring().read_page(db(), signed_in(), certificate_id)
    return certificate_file(serial, data, "pdf")


def download_credential(certificate_id: int) -> Response:
    serial, data = wiring().read_credential(db(), signed_in(), certificate_id)
    return certificate_file(serial, data, "json")


def download_jwt(certificate_id: int) -> Response:
    serial, data = wiring().read_jwt(db(), signed_in(), certificate_id)
    return certificate_file(serial, data, "jwt")


def download_badge(certificate_id: int) -> Response:
    serial, data = wiring().read_badge(db(), signed_in(), certificate_id)
    return certificate_file(serial, data, "png")


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/certificates")(show_certificates)
    blueprint.get(_ONE)(show_certificate)
    blueprint.get(f"{_ONE}/page")(download_page)
    blueprint.get(f"{_ONE}/credential")(download_credential)
    blueprint.get(f"{_ONE}/jwt")(download_jwt)
    blueprint.get(f"{_ONE}/badge")(download_badge)
