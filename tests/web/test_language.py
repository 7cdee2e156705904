"""Finnish unless the browser or the person says otherwise; links back stay here."""

from datetime import UTC, date, datetime

import pytest

from issuer import i18n
from issuer.domain.errors import DateMalformed
from issuer.domain.texts import LocalText


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (None, "fi"),
        ("sv-FI,sv;q=0.9,en;q=0.5", "sv"),
        ("en-GB,en;q=0.9", "en"),
        ("de,fr;q=0.8", "fi"),
        ("not a language at all;;q=x", "fi"),
    ],
)
def test_the_page_speaks_what_the_browser_asks_for(visitor, asked, spoken):
    headers = {"Accept-Language": asked} if asked else {}
    answer = visitor.get("/", headers=headers)
    assert f'<html lang="{spoken}">' in answer.text
    assert answer.headers["Content-Language"] == spoken


def test_a_chosen_language_wins_and_leads_back_to_the_page(visitor):
    answer = visitor.get("/language/sv?next=/about")
    assert (answer.status_code, answer.location) == (303, "/about")
    page = visitor.get("/about", headers={"Accept-Language": "en"}).text
    assert '<html lang="sv">' in page
    assert "Om tjänsten" in page


def test_the_language_can_be_chosen_through_a_form(visitor):
    answer = visitor.post("/language/en", {"next": "/v"})
    assert (answer.status_code, answer.location) == (303, "/v")
    assert '<html lang="en">' in visitor.get("/v").text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "about",
        "",
    ],
)
def test_a_language_link_never_leads_elsewhere(visitor, wanted):
    answer = visitor.get("/language/sv", query_string={"next": wanted})
    assert answer.location == "/"


def test_a_language_nobody_speaks_here_is_not_found(visitor):
    assert visitor.get("/language/de").status_code == 404


def test_the_links_name_each_language_in_itself_and_keep_the_query(visitor):
    page = visitor.get("/entry?next=/work").text
    assert 'lang="sv" hreflang="sv" aria-label="Svenska"' in page
    assert "/language/en?next=/entry?next%3D/work" in page
    assert 'aria-label="Suomi" aria-current="true"' in page


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("fi", "24.11.2026", "24.11.2026 klo\N{NO-BREAK SPACE}9.02"),
        ("sv", "24.11.2026", "24.11.2026 kl.\N{NO-BREAK SPACE}9.02"),
        (
            "en",
            "24\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026",
            "24\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026 at"
            "\N{NO-BREAK SPACE}9:02",
        ),
    ],
)
def test_days_and_times_are_written_as_the_language_does(app, language, day, moment):
    at = datetime(2026, 11, 24, 7, 2, tzinfo=UTC)
    with app.test_request_context(headers={"Accept-Language": language}):
        assert i18n.day(at) == i18n.day(date(2026, 11, 24)) == day
        assert i18n.day("2026-11-24") == i18n.day("2026-11-24T07:02:00Z") == day
        assert i18n.moment(at) == moment
        assert i18n.day(None) == i18n.moment(None) == ""


def test_the_day_is_the_day_in_finland(app):
    with app.test_request_context():
        assert i18n.day(datetime(2026, 6, 30, 21, 30, tzinfo=UTC)) == "1.7.2026"
        assert i18n.clock_time(datetime(2026, 6, 30, 21, 5, tzinfo=UTC)) == "0.05"


def test_a_text_that_falls_back_says_in_which_language_it_is(app):
    text = LocalText(fi="<lumityöt>", sv="snöarbete")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert i18n.local(text) == '<span lang="fi">&lt;lumityöt&gt;</span>'
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        assert i18n.local(text) == "snöarbete"


def test_an_error_is_told_in_the_language_asked_for_with_its_fields_named(app):
    error = DateMalformed(field="name")
    with app.test_request_context():
        told = i18n.translate(error.sentence, error.facts, "sv")
        assert told == "”namn” är inte ett datum. Skriv det så här: 24.11.2026."
        assert i18n.translate(error.sentence, error.facts).startswith("Kohta ”nimi”")
        english = i18n.translate(error.sentence, error.facts, "en")
        assert english.startswith("“name” is not a date.")
