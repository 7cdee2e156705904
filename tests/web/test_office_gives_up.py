"""A certificate that no key may seal: its page says why, and it is given up there."""

import re

import pytest

from issuer import clock
from issuer.domain.identifiers import Serial
from issuer.jobs import Failures, look
from issuer.records.audit import AuditLineRecord
from issuer.services import issuance, keys
from tests import cast
from tests.web.conftest import Visitor
from tests.web.office_fixtures import DIDS, books, desk, make_keys, number_in, words

SERIAL = str(Serial.from_bits(1))


def reserve(app, house):
    """Reserve a certificate, as a release does that stops half-way; return both ids."""
    wiring = app.extensions["issuer"]
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        proposal = cast.propose_and_accept(session, house, period_id)
        certificate = issuance.reserve_certificate(
            session,
            house.sirpa,
            wiring.sealing,
            proposal_id=proposal,
            serial=Serial.from_bits(1),
            at=clock.now(),
        )
    return proposal, certificate


def revoke_key(app):
    folder = app.extensions["issuer"].keys
    key = folder.key_ring().find_in_force(DIDS[0], purpose="credential")
    keys.revoke_key(folder, key=key.id, instant=cast.LATER, at=clock.now())
    keys.create_signing_key(folder, did=DIDS[0], at=clock.now())
    return key


@pytest.fixture
def reserved(app, house):
    make_keys(app)
    return reserve(app, house)


@pytest.fixture
def barred(app, reserved):
    revoke_key(app)
    return reserved


@pytest.fixture
def sirpa(app, house):
    return desk(app, house.sirpa)


def path(certificate, more=""):
    return f"/office/certificates/{certificate}{more}"


def deeds(app):
    with books(app) as session:
        return [line.deed for line in session.query(AuditLineRecord)]


def test_its_page_says_why_and_what_giving_up_means(app, barred, sirpa):
    page = sirpa.get(path(barred[1]))
    for told in (
        "Cannot be sealed",
        "one of them was revoked before it was sealed",
        "can be released again as another certificate, with another number",
        "There is no way back.",
    ):
        assert told in words(page)
    assert 'class="button danger">Give up this certificate</button>' in page.text
    for wrong in (
        "looks again by itself",
        "awaited",
        "http-equiv",
        "Anybody with this",
    ):
        assert wrong not in page.text


def test_a_key_that_is_nowhere_is_not_called_revoked(app, reserved, sirpa):
    folder = app.extensions["issuer"].keys
    key = folder.key_ring().find_in_force(DIDS[0], purpose="jwt")
    (folder.folder / "public" / f"{key.kid}.json").unlink()
    page = words(sirpa.get(path(reserved[1])))
    assert "is not in the key folder" in page
    assert "revoked before" not in page
    assert key.id in page


def test_one_that_waits_for_its_seal_offers_nothing(app, reserved, sirpa):
    page = sirpa.get(path(reserved[1]))
    assert "The certificate is being sealed. This page looks again" in words(page)
    assert "Give up" not in words(page)
    answer = sirpa.post(path(reserved[1], "/give-up"))
    assert answer.status_code == 409
    assert "can still be sealed, so it is not given up" in words(answer)
    assert "certificate.given_up" not in deeds(app)


@pytest.mark.parametrize("who", ["sirpa", "anneli"])
def test_given_up_and_released_anew(app, house, barred, who):
    proposal, certificate = barred
    visitor = desk(app, getattr(house, who))
    for _ in range(2):  # a double click
        answer = visitor.post(path(certificate, "/give-up"))
        assert answer.status_code == 303
        assert answer.headers["Location"] == path(certificate)
    assert deeds(app).count("certificate.given_up") == 1
    page = visitor.get(path(certificate))
    assert "The certificate has been given up. It was never issued." in words(page)
    assert "Its number is not used again." in words(page)
    assert f'href="/office/proposals/{proposal}"' in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert "Given up" in words(visitor.get("/office/certificates"))
    sirpa = desk(app, house.sirpa)
    page = sirpa.get(f"/office/proposals/{proposal}")
    assert "Accepted, waits for release" in words(page)
    assert f"/office/proposals/{proposal}/release" in page.text
    answer = sirpa.post(f"/office/proposals/{proposal}/release")
    new = number_in(r"/office/certificates/(\d+)$", answer)
    assert new != certificate
    page = words(sirpa.get(path(new)))
    assert "In force" in page
    assert SERIAL not in page
    page = sirpa.get(f"/office/proposals/{proposal}")
    assert f'href="{path(new)}"' in page.text
    assert sirpa.get(path(certificate)).status_code == 200


def test_the_list_waits_for_no_pdf_of_it(app, barred, sirpa):
    assert "0 of 1 PDFs are ready" in words(sirpa.get("/office/certificates"))
    sirpa.post(path(barred[1], "/give-up"))
    page = sirpa.get("/office/certificates")
    assert "PDFs are ready" not in page.text
    assert "http-equiv" not in page.text


def test_after_giving_up_several_released_together_say_so(app, barred, sirpa):
    sirpa.post(path(barred[1], "/give-up"))
    page = sirpa.get(f"/office/released?ids={barred[0]}")
    assert "0 of 1 have been released." in words(page)
    assert "Not released" in words(page)


def test_nothing_of_it_can_be_had(app, barred, sirpa):
    sirpa.post(path(barred[1], "/give-up"))
    for more in ("/credential", "/jwt", "/badge"):
        assert sirpa.get(path(barred[1], more)).status_code == 404, more
    page = words(sirpa.get(path(barred[1], "/revoke")))
    assert "given up before it was sealed" in page
    assert "Why is it revoked?" not in page
    answer = sirpa.post(path(barred[1], "/revoke"), {"reason": "error"})
    assert answer.status_code == 409
    assert "It was never issued." in words(answer)


def test_whoever_checks_its_number_learns_nothing(app, barred, sirpa, visitor):
    def seen(serial):
        page = visitor.get(f"/v/{serial}")
        report = visitor.get(f"/api/v1/certificates/{serial}/verification")
        told = report.get_json()
        told.pop("at")
        return (
            page.status_code,
            re.sub(r"\d+\.\d+\.\d+ klo\D\d+\.\d+", "", words(page)),
            (
                report.status_code,
                told,
            ),
        )

    sirpa.post(path(barred[1], "/give-up"))
    never = str(Serial.from_bits(2))
    assert seen(SERIAL) == seen(never)
    assert seen(SERIAL)[0] == 404


@pytest.mark.parametrize("who", ["carita", "kaarlo", "ilkka", "paula"])
def test_nobody_else_gives_up(app, house, barred, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.post(path(barred[1], "/give-up")).status_code == 403
    assert "Give up this" not in visitor.get(path(barred[1])).text
    assert "certificate.given_up" not in deeds(app)


def test_a_coach_reads_who_does_it(app, house, barred):
    page = words(desk(app, house.carita).get(path(barred[1])))
    assert "This certificate cannot be sealed" in page
    assert "A signatory or an administrator gives it up." in page


def test_a_stranger_and_another_site_give_up_nothing(app, house, barred, sirpa):
    assert desk(app, house.vieno).post(path(barred[1], "/give-up")).status_code == 404
    assert sirpa.client.post(path(barred[1], "/give-up")).status_code == 400
    assert "certificate.given_up" not in deeds(app)


def test_one_that_was_sealed_meanwhile_is_not_given_up(app, house, reserved, sirpa):
    wiring = app.extensions["issuer"]
    with books(app) as session:
        issuance.complete_certificate(
            session, wiring.sealing, certificate_id=reserved[1], at=clock.now()
        )
    revoke_key(app)
    answer = sirpa.post(path(reserved[1], "/give-up"))
    assert answer.status_code == 409
    assert "has been issued, so it cannot be given up" in words(answer)
    assert "In force" in words(answer)


def test_its_participant_sees_an_accepted_proposal_again(app, house, barred, sirpa):
    sirpa.post(path(barred[1], "/give-up"))
    paula = Visitor(app, app.test_client()).sign_in(house.paula)
    assert paula.get(f"/me/certificates/{barred[1]}").status_code == 404
    assert paula.get(f"/me/proposals/{barred[0]}").status_code == 200
    assert SERIAL not in paula.get("/me").text


def test_the_log_tells_of_it_once(app, barred, caplog):
    failures = Failures()
    for _ in range(2):
        look(app.extensions["issuer"], failures)
    (record,) = caplog.records
    assert f"certificate {barred[1]} cannot be sealed" in record.getMessage()
    assert "Paula" not in record.getMessage()
