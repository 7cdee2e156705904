"""A participant opens a certificate and takes its PDF and JSON away."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from issuer import clock
from issuer.domain.identifiers import Serial
from issuer.domain.people import Role
from issuer.domain.revocation import ReasonCode
from issuer.services.pages import PageMaking, store_page
from issuer.services.policy import CertificatePolicy, set_policy
from issuer.services.revocation import revoke_certificate
from tests import cast
from tests.unsealed_pages import UnsealedPages
from tests.web.conftest import Visitor
from tests.web.office_fixtures import issue, make_keys
from tests.web.phone import words

SERIAL = Serial.from_bits(20250310)
PDF = b"%PDF-1.7 drawn for a test\n%%EOF\n"


@pytest.fixture
def certificate_id(app: Flask, house: cast.House) -> int:
    wiring = app.extensions["issuer"]
    make_keys(app)
    with wiring.sessions() as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        proposal_id = cast.propose_and_accept(session, house, period_id)
        released: int = wiring.release(
            session, house.sirpa, proposal_id, serial=SERIAL, at=cast.LATER
        )
        return released


@pytest.fixture
def draw_page(app: Flask, certificate_id: int) -> Callable[[], None]:
    def draw() -> None:
        wiring = app.extensions["issuer"]
        making = PageMaking(
            "http://localhost",
            lambda _draft, _sealed, _code: PDF,
            wiring.blobs,
            UnsealedPages(),
        )
        with wiring.sessions() as session:
            assert store_page(session, making, certificate_id=certificate_id)

    return draw


@pytest.fixture
def paula(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.paula)


def test_it_is_listed_and_tells_what_it_says(paula: Visitor, certificate_id: int):
    path = f"/me/certificates/{certificate_id}"
    assert path in paula.get("/me").text
    shown = paula.get(path)
    for told in (str(SERIAL), "Metsäpihan hoito", "2 / 5"):
        assert told in words(shown)
    assert f'href="http://localhost/v/{SERIAL}"' in shown.text


def test_while_the_pdf_is_drawn_the_page_looks_again_by_itself(
    paula: Visitor, certificate_id: int, draw_page: Callable[[], None]
):
    path = f"/me/certificates/{certificate_id}"
    waiting = paula.get(path)
    again = f'<noscript><meta http-equiv="refresh" content="3; url={path}"></noscript>'
    assert again in waiting.text
    assert f'"{path}/pdf"' not in waiting.text
    early = paula.get(f"{path}/pdf")
    assert early.status_code == 202
    assert early.headers["Retry-After"] == "3"
    for page in (waiting, early):
        assert "PDF on tekeillä." in page.text
        assert f'data-awaits="{path}"' in page.text
        assert "js/awaited.js" in page.text
    draw_page()
    ready = paula.get(path)
    for gone in ('http-equiv="refresh"', "data-awaits", "js/awaited.js"):
        assert gone not in ready.text
    assert f'"{path}/pdf"' in ready.text


def test_the_files_are_hers_to_keep_and_nobody_caches_them(
    paula: Visitor, certificate_id: int, draw_page: Callable[[], None]
):
    draw_page()
    path = f"/me/certificates/{certificate_id}"
    for name, ending, kind in (
        ("pdf", "pdf", "application/pdf"),
        ("json", "json", "application/vc"),
        ("jwt", "jwt", "application/vc+jwt"),
        ("badge", "png", "image/png"),
    ):
        assert f'href="{path}/{name}"' in paula.get(path).text
        taken = paula.get(f"{path}/{name}")
        assert taken.status_code == 200
        assert taken.content_type == kind
        assert taken.headers["Cache-Control"] == "private, no-store"
        assert taken.headers["Content-Disposition"] == (
            f'attachment; filename="osaamistodistus-{SERIAL}.{ending}"'
        )
    assert paula.get(f"{path}/pdf").data == PDF
    sealed = json.loads(paula.get(f"{path}/json").data)
    assert sealed["id"] == f"http://localhost/v/{SERIAL}"


def test_it_is_in_force_until_it_is_revoked_and_the_reason_is_not_told(
    app: Flask, house: cast.House, paula: Visitor, certificate_id: int
):
    path = f"/me/certificates/{certificate_id}"
    paula.client.set_cookie("language", "en")
    assert "In force" in words(paula.get(path))
    assert "Valid until" not in words(paula.get(path))
    wiring = app.extensions["issuer"]
    with wiring.sessions() as session:
        revoke_certificate(
            session,
            house.sirpa,
            wiring.sealing.publishing,
            certificate_id=certificate_id,
            reason=ReasonCode.FRAUD,
            at=clock.now(),
        )
    shown = words(paula.get(path))
    assert "This certificate was revoked on" in shown
    assert "Your coach, or Hiisijärven kunta, can tell you why." in shown
    assert "Sirpa" not in shown
    assert "deceived" not in shown
    assert "fraud" not in paula.get(path).text
    assert "Revoked" in words(paula.get("/me"))
    assert paula.get(f"{path}/json").status_code == 200


def test_a_last_day_is_told(app: Flask, house: cast.House, visitor: Visitor):
    """Released in March 2025 for a month, and looked at today."""
    make_keys(app)
    with app.extensions["issuer"].sessions() as session:
        one_month = CertificatePolicy(valid_for_months=1)
        set_policy(session, house.anneli, one_month, at=cast.AT)
    path = f"/me/certificates/{issue(app, house, at=cast.LATER)}"
    shown = words(visitor.sign_in(house.paula).get(path))
    assert "Viimeinen voimassaolopäivä 10.4.2025" in shown
    assert "Ei enää voimassa" in shown


def test_a_released_proposal_leads_to_its_certificate(
    paula: Visitor, certificate_id: int
):
    shown = paula.get("/me/proposals/1")
    assert f"/me/certificates/{certificate_id}" in shown.text


def test_nobody_else_opens_or_takes_it_here(
    app: Flask, house: cast.House, certificate_id: int, draw_page: Callable[[], None]
):
    draw_page()
    with app.extensions["issuer"].sessions() as session:
        scope = house.organisation_id
        roles = (Role.PARTICIPANT, Role.COACH, Role.SIGNATORY)
        both = cast.add_person(session, scope, "Monta Roolia", *roles)
        other = cast.add_person(session, scope, "Toinen Osallistuja", Role.PARTICIPANT)
    path = f"/me/certificates/{certificate_id}"
    for person in (both, other, house.vieno):
        visitor = Visitor(app, app.test_client()).sign_in(person)
        for ending in ("", "/pdf", "/json", "/jwt", "/badge"):
            assert visitor.get(path + ending).status_code == 404


def test_a_number_of_no_certificate_of_hers_is_not_found(
    paula: Visitor, certificate_id: int
):
    for ending in ("", "/pdf", "/json", "/jwt", "/badge"):
        answer = paula.get(f"/me/certificates/{certificate_id + 1}{ending}")
        assert answer.status_code == 404
