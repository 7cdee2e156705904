"""Certificates at the office: the list, one of them, and its two files."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from issuer.domain.certificates import CertificateState, PageState
from issuer.services import certificates
from issuer.web.guards import db, signed_in, wiring


def show_certificates() -> str:
    found = certificates.list_certificates(db(), signed_in())
    return render_template("office/certificates.html", certificates=found)


def show_certificate(certificate_id: int) -> str:
    view = certificates.view_certificate(
        db(), signed_in(), certificate_id=certificate_id
    )
    is_issued = view.state is CertificateState.ISSUED
    has_page = is_issued and view.page_state is PageState.STORED
    return render_template(
        "office/certificate.html", view=view, is_issued=is_issued, has_page=has_page
    )


def download_credential(certificate_id: int) -> Response:
    serial, data = wiring().read_credential(db(), signed_in(), certificate_id)
    return _file(data, "application/vc", f"osaamistodistus-{serial}.json")


def download_page(certificate_id: int) -> Response:
    serial, data = wiring().read_page(db(), signed_in(), certificate_id)
    return _file(data, "application/pdf", f"osaamistodistus-{serial}.pdf")


def _file(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/certificates")(show_certificates)
    blueprint.get("/certificates/<int:certificate_id>")(show_certificate)
    blueprint.get("/certificates/<int:certificate_id>/credential")(download_credential)
    blueprint.get("/certificates/<int:certificate_id>/page")(download_page)
