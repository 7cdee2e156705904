"""An administrator sets the colour, the logo and the second language."""

import re
from io import BytesIO

import pytest

from issuer.services import look
from tests.credentials.logos import DRAWN, bomb, png, shield, svg, with_notes
from tests.web.office_fixtures import books, desk, words

PATH = "/office/look"
LOGO = f"{PATH}/logo"


@pytest.fixture
def anneli(app, house):
    return desk(app, house.anneli)


def page_look(app, house):
    with books(app) as session:
        return look.view_look(session, house.anneli)


def send(visitor, data, alt="Vaakuna", name="vaakuna.svg"):
    return visitor.post(LOGO, {"logo": (BytesIO(data), name), "logo_alt": alt})


def test_the_page_shows_what_is_in_force_and_what_comes_of_it(anneli):
    page = anneli.get(PATH)
    assert 'value="#14523f"' in page.text
    assert "contrast with white 9.1:1" in words(page)
    assert "No logo yet." in words(page)
    assert "<style" not in page.text
    assert not re.search(r"\sstyle=", page.text)


def test_colour_and_language_are_saved_and_told(app, house, anneli):
    answer = anneli.post(PATH, {"accent": "#174A86", "second_language": "sv"})
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    page = anneli.get(PATH)
    assert "Saved. It holds for certificates released from now on." in words(page)
    assert 'value="#174a86"' in page.text
    assert '<option value="sv" selected>' in page.text
    assert 'stroke="#174a86"' in page.text
    anneli.post(PATH, {"accent": "#174a86", "second_language": ""})
    assert page_look(app, house).second_language is None


def test_a_light_colour_is_refused_beside_its_field_and_stays_typed(app, house, anneli):
    answer = anneli.post(PATH, {"accent": "#FFCC00", "second_language": "en"})
    assert answer.status_code == 400
    assert "1.51:1" in words(answer)
    assert "#907300" in words(answer)
    assert 'value="#FFCC00"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert '<option value="en" selected>' in answer.text
    assert page_look(app, house).page.accent == "#14523f"


@pytest.mark.parametrize("language", ["fi", "se", "sv; DROP"])
def test_a_language_that_is_not_offered_is_refused(app, house, anneli, language):
    answer = anneli.post(PATH, {"accent": "#174a86", "second_language": language})
    assert answer.status_code == 400
    assert page_look(app, house).page.accent == "#14523f"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(DRAWN, "image/svg+xml"), (with_notes(shield()), "image/png")],
)
def test_a_logo_is_shown_as_it_was_made_anew(app, house, anneli, data, media_type):
    assert b"Paula" in data
    assert send(anneli, data).status_code == 303
    page = anneli.get(PATH)
    (address,) = set(re.findall(r'src="([^"]+/picture[^"]*)"', page.text))
    assert 'alt="Vaakuna"' in page.text
    picture = anneli.get(address)
    assert picture.mimetype == media_type
    assert b"Paula" not in picture.data
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in picture.headers["Cache-Control"]
    assert anneli.post(f"{LOGO}/remove").status_code == 303
    assert anneli.get(address).status_code == 404
    assert page_look(app, house).page.logo_sha256 is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Fill in “picture”."),
        (b"%PDF-1.7", "not a whole PNG or SVG"),
        (svg("<script>alert(1)</script>"), "“<script>”"),
        (svg('<g onload="x"/>'), "“onload=”"),
        (svg("<text>Kunta</text>"), "into outlines"),
        (bomb(), "more shapes or pixels"),
        (png(shield()) + bytes(200 * 1024), "at most 200 kilobytes"),
    ],
)
def test_a_hostile_logo_is_refused_beside_its_field(app, house, anneli, data, told):
    answer = send(anneli, data, alt="Vaakuna & kunta")
    assert answer.status_code == 400
    assert told in words(answer)
    assert 'id="logo-error"' in answer.text
    assert 'value="Vaakuna &amp; kunta"' in answer.text
    assert page_look(app, house).page.logo_sha256 is None


def test_what_a_refusal_quotes_is_text_and_nothing_more(anneli):
    answer = send(anneli, svg('<path d="&quot;&gt;&lt;script&gt;alert(1)"/>'))
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_logo_needs_words(app, house, anneli):
    answer = send(anneli, DRAWN, alt=" ")
    assert answer.status_code == 400
    assert "Fill in “what it shows, in words”." in words(answer)
    assert page_look(app, house).page.logo_sha256 is None


def test_more_than_a_megabyte_never_reaches_us(anneli):
    kind = "multipart/form-data; boundary=b"
    answer = anneli.client.post(LOGO, data=bytes(1024 * 1024 + 1), content_type=kind)
    assert answer.status_code == 413


def test_a_form_address_leads_back_to_the_page(anneli):
    for address in (LOGO, f"{LOGO}/remove"):
        assert anneli.get(address).headers["Location"] == PATH


def test_only_an_administrator_sees_it_and_changes_it(app, house):
    for actor in (house.carita, house.sirpa, house.kaarlo):
        visitor = desk(app, actor)
        assert 'href="/office/look"' not in visitor.get("/office").text
        for address in (PATH, f"{PATH}/picture"):
            assert visitor.get(address).status_code == 403
        told = {"accent": "#174a86"}
        assert visitor.post(PATH, told).status_code == 403
        assert send(visitor, DRAWN).status_code == 403
        assert visitor.post(f"{LOGO}/remove").status_code == 403
    assert page_look(app, house).page.accent == "#14523f"


def test_another_organisation_does_not_see_our_logo(app, house, anneli):
    send(anneli, DRAWN)
    assert desk(app, house.vieno).get(f"{PATH}/picture").status_code == 404
