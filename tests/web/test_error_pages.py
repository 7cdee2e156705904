"""An error page says what happened, what is safe and where to go."""

import pytest
from flask import abort
from sqlalchemy import text as sql

from issuer.domain.errors import DateMalformed, NotFound, TextMissing
from issuer.domain.forbidden_claims import find_forbidden_claim
from issuer.domain.mapping import NothingChanged
from issuer.domain.texts import clean_line
from issuer.web import forms, guards
from issuer.web.errors import OTHERS


def _add(app, path, view, **options):
    app.add_url_rule(path, path.strip("/"), guards.open_to_all(view), **options)


def _raising(error):
    def view():
        raise error

    return view


def test_a_page_that_is_not_there_leads_back(visitor):
    answer = visitor.get("/nothing-here")
    assert answer.status_code == 404
    assert "<h1>Sivua ei löytynyt</h1>" in answer.text
    assert "Takaisin alkuun" in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound(), 404), (TextMissing(field="name"), 400), (NothingChanged(), 409)],
)
def test_a_refusal_outside_a_form_is_a_page(app, visitor, error, status):
    _add(app, "/refusing", _raising(error))
    answer = visitor.get("/refusing")
    assert answer.status_code == status
    if status != 404:
        assert "<h1>Tämä ei onnistunut</h1>" in answer.text


def test_what_does_not_exist_and_what_is_anothers_look_the_same(app, visitor):
    _add(app, "/hidden", _raising(NotFound()))
    hidden, absent = visitor.get("/hidden").text, visitor.get("/absent").text
    assert hidden.replace("/hidden", "") == absent.replace("/absent", "")


@pytest.mark.parametrize("status", sorted(OTHERS))
def test_every_status_has_words_in_three_languages(app, visitor, status):
    _add(app, "/aborting", lambda: abort(status))
    titles = set()
    for language in ("fi", "sv", "en"):
        answer = visitor.get("/aborting", headers={"Accept-Language": language})
        assert answer.status_code == status
        titles.add(answer.text.split("<h1>")[1].split("</h1>")[0])
    assert len(titles) == 3


def test_a_fault_of_ours_shows_no_trace_of_it_and_asks_the_database_nothing(
    app, visitor, monkeypatch
):
    def broken():
        monkeypatch.setattr(guards, "db", _raising(RuntimeError("no database")))
        raise RuntimeError("the password is swordfish")

    _add(app, "/breaking", broken)
    visitor.client.set_cookie("signed-in", "somebody")
    answer = visitor.get("/breaking")
    assert answer.status_code == 500
    assert "Meillä meni jotakin vikaan" in answer.text
    assert "swordfish" not in answer.text


def test_an_error_of_a_status_without_its_own_page_gets_a_general_one(app, visitor):
    _add(app, "/teapot", lambda: abort(418))
    answer = visitor.get("/teapot")
    assert answer.status_code == 418
    assert "Pyyntöä ei voitu lukea" in answer.text


PAGE = """{% import "macros.html" as ui %}{{ ui.error_summary() }}
{% call ui.form("/asking") %}
{{ ui.field("name", "Nimi", "saved") }}{{ ui.day_field("starts_on", "Alkaa") }}
{{ ui.radios("mark", "Merkintä", [("a", "A"), ("b", "B")]) }}
{{ ui.checkbox("unit", 1, "Yksi") }}{{ ui.checkbox("unit", 2, "Kaksi", true) }}
{{ ui.select("site", "Paikka", [(7, "Metsäpiha"), (8, "Paja")]) }}
{{ ui.textarea("why", "Miksi") }}{{ ui.marks("m", "Vaatimus") }}
{% endcall %}"""


@pytest.fixture
def asking(app, visitor):
    """A browser of an application with one form, that refuses what it is told."""

    def show() -> str:
        return app.jinja_env.from_string(PAGE).render()

    def ask():
        try:
            forms.day("starts_on")
            clean_line("", field="name")
        except (TextMissing, DateMalformed) as error:
            return forms.with_error(error, show)
        return ""

    _add(app, "/asking", ask, methods=["POST"])
    _add(app, "/shown", show)
    return visitor


TYPED = {
    "name": '<b>"Nimi"',
    "starts_on": "31.2.2026",
    "mark": "b",
    "unit": "1",
    "site": "8",
    "why": "koska",
    "m": "with_guidance",
}


def test_nothing_typed_is_lost_when_a_form_is_refused(asking):
    answer = asking.post("/asking", TYPED)
    assert answer.status_code == 400
    page = answer.text
    assert 'value="&lt;b&gt;&#34;Nimi&#34;"' in page
    assert 'value="31.2.2026"' in page
    assert 'value="b" checked' in page
    assert 'name="unit" value="1" checked' in page
    assert 'name="unit" value="2">' in page
    assert '<option value="8" selected>' in page
    assert "koska</textarea>" in page
    assert 'value="with_guidance" checked' in page


def test_the_error_stands_on_top_and_is_linked_to_its_field(asking):
    page = asking.post("/asking", TYPED).text
    summary = page.split('<div class="error-summary"')[1].split("</div>")[0]
    assert 'role="alert"' in summary
    assert '<a href="#starts_on">' in summary
    assert "ei ole päivämäärä" in summary
    field = page.split('<input id="starts_on"')[1].split(">")[0]
    assert 'aria-describedby="starts_on-hint starts_on-error"' in field
    assert 'aria-invalid="true"' in field
    assert page.count("aria-invalid") == 1


def test_what_was_begun_is_undone_before_the_page_is_shown_again(app, visitor):
    half_done = sql("SELECT count(*) FROM person WHERE title = 'half done'")

    def count() -> str:
        return str(guards.db().scalar(half_done))

    def begin():
        guards.db().execute(sql("UPDATE person SET title = 'half done'"))
        assert count() != "0"
        return forms.with_error(NothingChanged(), count)

    _add(app, "/beginning", begin, methods=["POST"])
    answer = visitor.post("/beginning")
    assert (answer.status_code, answer.text) == (409, "0")


def test_a_page_shown_first_has_its_saved_values_and_no_error(asking):
    page = asking.get("/shown").text
    assert 'value="saved"' in page
    assert 'name="unit" value="2" checked' in page
    assert "role=" not in page
    assert "checked" not in page.split("<select")[1]


@pytest.mark.parametrize("typed", ["2026-11-24", "24.11.2026", " 24. 11. 2026 "])
def test_a_day_is_read_in_both_ways_of_writing_it(app, typed):
    with app.test_request_context(method="POST", data={"d": typed}):
        assert forms.day("d").isoformat() == "2026-11-24"
        assert forms.find_day("d") == forms.day("d")


@pytest.mark.parametrize(
    "typed", ["", "31.2.2026", "11/24/2026", "٢٤.١١.٢٠٢٦", "24.11.26"]
)
def test_what_is_no_day_is_refused(app, typed):
    with (
        app.test_request_context(method="POST", data={"d": typed}),
        pytest.raises(DateMalformed),
    ):
        forms.day("d")


def test_an_empty_field_is_no_day_and_no_number(app):
    with app.test_request_context(method="POST", data={"d": " "}):
        assert forms.find_day("d") is None
        assert forms.find_integer("d") is None
        assert forms.text("absent") == ""
        assert forms.integers("absent") == []


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "²", "9" * 19, "x"])
def test_what_is_no_number_is_refused(app, typed):
    with (
        app.test_request_context(method="POST", data={"n": typed}),
        pytest.raises(forms.NumberMalformed),
    ):
        forms.integer("n")


def test_several_ticks_are_read_in_order(app):
    with app.test_request_context(method="POST", data={"n": ["3", "1"]}):
        assert forms.integers("n") == [3, 1]


def test_no_page_of_ours_makes_a_claim_that_is_forbidden(visitor):
    for language in ("fi", "sv", "en"):
        for path in ("/", "/v", "/entry", "/about", "/accessibility"):
            page = visitor.get(path, headers={"Accept-Language": language}).text
            assert find_forbidden_claim(page) is None
