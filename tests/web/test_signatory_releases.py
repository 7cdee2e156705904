"""A signatory reads an accepted proposal through and releases the certificate."""

import json

import pytest

from issuer.services import certificates
from issuer.services.pages import PageMaking, store_page
from tests import cast
from tests.unsealed_pages import UnsealedPages
from tests.web.office_fixtures import books, desk, make_keys, number_in, words


@pytest.fixture
def sirpa(app, house):
    make_keys(app)
    return desk(app, house.sirpa)


@pytest.fixture
def proposal(app, house):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        return cast.propose_and_accept(session, house, period_id, shows_birth_date=True)


def issued(app, house):
    with books(app) as session:
        return certificates.list_certificates(session, house.sirpa)


def test_the_page_shows_exactly_what_is_released(sirpa, proposal):
    page = words(sirpa.get(f"/office/proposals/{proposal}/release"))
    assert "Release this competence certificate?" in page
    assert "Holder Paula Osallistuja" in page
    assert "Date of birth Shown, as the holder chose" in page
    assert "OPH-9999-2024" in page
    assert "2 of 5 requirements identified" in page
    assert page.count("Not identified in this period") == 3
    assert "ei ole tutkintotodistus" in page
    assert "You release it as Sirpa Allekirjoittaja." in page


def test_releasing_leads_to_the_certificate(app, house, sirpa, proposal):
    answer = sirpa.post(f"/office/proposals/{proposal}/release")
    assert answer.status_code == 303
    certificate_id = number_in(r"/office/certificates/(\d+)$", answer)
    (view,) = issued(app, house)
    assert view.id == certificate_id
    page = sirpa.get(f"/office/certificates/{certificate_id}")
    assert "The certificate has been released." in words(page)
    assert f"Number {view.serial}" in words(page)
    assert "2 of 5 requirements identified" in words(page)
    assert f'href="{view.check_url}"' in page.text
    assert view.serial in words(sirpa.get("/office/certificates"))


def test_releasing_twice_gives_one_certificate(app, house, sirpa, proposal):
    sirpa.post(f"/office/proposals/{proposal}/release")
    again = sirpa.post(f"/office/proposals/{proposal}/release")
    assert again.status_code == 409
    assert "already been released" in words(again)
    assert len(issued(app, house)) == 1


def test_the_page_looks_again_only_while_the_pdf_is_being_made(
    app, house, sirpa, proposal
):
    answer = sirpa.post(f"/office/proposals/{proposal}/release")
    path = answer.headers["Location"]
    page = sirpa.get(path)
    assert f'<meta http-equiv="refresh" content="3; url={path}">' in page.text
    assert "The PDF is being made." in words(page)
    early = sirpa.get(f"{path}/page")
    assert early.status_code == 202
    assert early.headers["Retry-After"] == "3"
    assert "The PDF is being made." in words(early)
    (view,) = issued(app, house)
    making = PageMaking(
        public_url="http://localhost",
        render=lambda draft, credential, code: b"%PDF-1.7 drawn elsewhere",
        blobs=app.extensions["issuer"].blobs,
        sealing=UnsealedPages(),
    )
    with books(app) as session:
        assert store_page(session, making, certificate_id=view.id)
    page = sirpa.get(path)
    assert "http-equiv" not in page.text
    assert "Download the PDF" in words(page)
    file = sirpa.get(f"{path}/page")
    assert file.data == b"%PDF-1.7 drawn elsewhere"
    assert_download(file, "application/pdf", f"osaamistodistus-{view.serial}.pdf")


def test_the_credential_is_downloaded_as_it_was_sealed(app, house, sirpa, proposal):
    answer = sirpa.post(f"/office/proposals/{proposal}/release")
    file = sirpa.get(f"{answer.headers['Location']}/credential")
    (view,) = issued(app, house)
    assert_download(file, "application/vc", f"osaamistodistus-{view.serial}.json")
    assert json.loads(file.data)["proof"]


def assert_download(answer, media_type, name):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_is_not_accepted_has_no_button_and_is_refused(app, house, sirpa):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        waiting = cast.propose(session, house, period_id)
    page = sirpa.get(f"/office/proposals/{waiting}/release")
    assert "This proposal cannot be released now." in words(page)
    assert "<form method" not in page.text.partition("<main")[2]
    answer = sirpa.post(f"/office/proposals/{waiting}/release")
    assert answer.status_code == 409
    assert "has not accepted this proposal" in words(answer)
    assert issued(app, house) == []


def test_what_has_changed_since_is_refused(app, house, sirpa, proposal):
    with books(app) as session:
        cast.sign_off(session, house, 1, once="later")
    answer = sirpa.post(f"/office/proposals/{proposal}/release")
    assert answer.status_code == 409
    assert "Sign-offs have changed since this proposal was made." in words(answer)
    assert issued(app, house) == []


@pytest.mark.parametrize("who", ["carita", "kaarlo", "anneli"])
def test_nobody_but_a_signatory_releases(app, house, sirpa, proposal, who):
    visitor = desk(app, getattr(house, who))
    path = f"/office/proposals/{proposal}/release"
    assert visitor.get(path).status_code == 403
    assert visitor.post(path).status_code == 403
    if who != "kaarlo":
        assert path not in visitor.get(f"/office/proposals/{proposal}").text
    assert issued(app, house) == []
