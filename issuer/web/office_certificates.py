"""Certificates at the office: the list, one of them, and its four files."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.people import Role
from issuer.services import certificates, giving_up, revocation
from issuer.services.certificates import CertificateView, PageNotReady
from issuer.web.certificate_standing import standing_of
from issuer.web.downloads import certificate_file, not_ready
from issuer.web.guards import db, signed_in, wiring


@dataclass(frozen=True, slots=True)
class Release:
    """Certificates released at the same instant, and how many PDFs are ready."""

    at: datetime
    ready: int
    all: int


DECIDERS = (Role.SIGNATORY, Role.ADMINISTRATOR)
_ONE = "/certificates/<int:certificate_id>"


def show_certificates() -> str:
    actor = signed_in()
    found = certificates.list_certificates(db(), actor)
    releases = _unfinished_releases(found)
    return render_template(
        "office/certificates.html",
        certificates=[(view, standing_of(view)) for view in found],
        releases=releases,
        lacks_seal=bool(releases) and wiring().lacks_seal(db(), actor),
    )


def _unfinished_releases(found: list[CertificateView]) -> list[Release]:
    """Return the releases whose PDFs are not all ready, the newest first."""
    together: dict[datetime, list[CertificateView]] = {}
    for view in found:
        if view.state is CertificateState.GIVEN_UP:
            continue
        together.setdefault(view.reserved_at, []).append(view)
    releases = [
        Release(
            at,
            sum(view.page_state is PageState.STORED for view in views),
            len(views),
        )
        for at, views in together.items()
    ]
    return [release for release in releases if release.ready < release.all]


def show_certificate(certificate_id: int) -> str:
    actor = signed_in()
    view = certificates.view_certificate(db(), actor, certificate_id=certificate_id)
    is_issued = view.state is CertificateState.ISSUED
    has_page = is_issued and view.page_state is PageState.STORED
    standing = standing_of(view)
    barrier = giving_up.find_barrier(
        db(), actor, wiring().keys, certificate_id=certificate_id
    )
    is_hopeless = barrier is not None or view.state is CertificateState.GIVEN_UP
    return render_template(
        "office/certificate.html",
        view=view,
        standing=standing,
        is_issued=is_issued,
        has_page=has_page,
        is_awaited=not has_page and not is_hopeless,
        is_hopeless=is_hopeless,
        barrier=barrier,
        can_give_up=barrier is not None and actor.has(*DECIDERS),
        lacks_seal=not has_page and wiring().lacks_seal(db(), actor),
        can_revoke=is_issued and not standing.is_ended and actor.has(*DECIDERS),
        revoked=(
            revocation.view_revocation(db(), actor, certificate_id=view.id)
            if actor.has(*DECIDERS)
            else None
        ),
    )


def download_page(certificate_id: int) -> Response:
    try:
        serial, data = wiring().read_page(db(), signed_in(), certificate_id)
    except PageNotReady:  # its page says so, and looks again by itself
        return not_ready(show_certificate(certificate_id))
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
