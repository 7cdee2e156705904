"""The check of a certificate: three answers that differ, and nobody's name."""

import dataclasses
import re

import pytest

from issuer.app import create_app
from issuer.domain.errors import sentence
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.identifiers import Serial
from issuer.domain.verification import (
    Check,
    Outcome,
    Reason,
    conclude,
    unknown_serial,
)
from issuer.wiring import Wiring, build_wiring
from tests.web.conftest import Visitor, close

SERIAL = str(Serial.from_bits(123456789))
TEXT = sentence("The contents are just as the issuer sealed them.")
WORDS = {
    ("valid", "fi"): "Todistus on aito ja voimassa",
    ("valid", "sv"): "Intyget är äkta och giltigt",
    ("valid", "en"): "The certificate is genuine and valid",
    ("not_valid", "fi"): "Todistus ei ole pätevä",
    ("not_valid", "sv"): "Intyget är inte giltigt",
    ("not_valid", "en"): "The certificate is not valid",
    ("unknown", "fi"): "Todistusta ei voitu vahvistaa",
    ("unknown", "sv"): "Intyget kunde inte bekräftas",
    ("unknown", "en"): "The certificate could not be confirmed",
}
FOUND = {
    "valid": (Outcome.PASSED, Outcome.PASSED),
    "not_valid": (Outcome.PASSED, Outcome.FAILED),
    "unknown": (Outcome.PASSED, Outcome.UNKNOWN),
}


WHY = {
    Outcome.PASSED: None,
    Outcome.FAILED: Reason.ALTERED,
    Outcome.UNKNOWN: Reason.LIST_MISSING,
}


class _Reporting(Wiring):
    """Knows one certificate; what its checks find stands in the file of blobs."""

    def check_published(self, session, serial, at):
        if serial != SERIAL:
            return unknown_serial(at=at)
        verdict = (self.settings.blob_dir / "verdict").read_text()
        checks = [
            Check(f"c{i}", found, TEXT, reason=WHY[found])
            for i, found in enumerate(FOUND[verdict])
        ]
        return conclude(SERIAL, checks, at=at)


@pytest.fixture
def reporting(settings):
    """A browser of a service whose checks find what a test tells them to."""
    plain = build_wiring(settings)
    fields = {f.name: getattr(plain, f.name) for f in dataclasses.fields(Wiring)}
    app = create_app(settings, wiring=_Reporting(**fields))
    settings.blob_dir.mkdir(exist_ok=True)

    def visit(verdict: str) -> Visitor:
        (settings.blob_dir / "verdict").write_text(verdict)
        return Visitor(app, app.test_client())

    yield visit
    close(app)


@pytest.mark.parametrize(("verdict", "language"), WORDS)
def test_the_verdict_is_told_in_words_shape_and_colour(reporting, verdict, language):
    answer = reporting(verdict).get(
        f"/v/{SERIAL}", headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    page = answer.text
    assert f"<h1>{WORDS[verdict, language]}</h1>" in page
    assert f'<div class="verdict {verdict}" role="status">' in page
    assert SERIAL in page
    assert CLAUSE[language] in page
    for (other, its_language), words in WORDS.items():
        assert (words in page) == ((other, its_language) == (verdict, language))


def test_the_three_answers_have_three_shapes(reporting):
    shapes = {
        reporting(verdict).get(f"/v/{SERIAL}").text.split("<svg")[1].split("</svg>")[0]
        for verdict in FOUND
    }
    assert len(shapes) == 3


def test_each_check_says_its_outcome_in_words(reporting):
    page = reporting("not_valid").get(f"/v/{SERIAL}").text
    assert '<span class="outcome passed">Kunnossa</span>' in page
    assert '<span class="outcome failed">Ei kunnossa</span>' in page
    assert page.count("Sisältö on täsmälleen sellainen kuin myöntäjä sen sinetöi.") == 2
    unknown = reporting("unknown").get(f"/v/{SERIAL}").text
    assert '<span class="outcome unknown">Ei tiedossa</span>' in unknown


LANGUAGE_LINKS = re.compile(r'<nav class="languages".*?</nav>', re.DOTALL)
CHECKED_AT = re.compile(r"Tarkistettu</dt><dd>.*?</dd>")
LOOKALIKES = [
    SERIAL[:-1] + ("0" if SERIAL[-1] != "0" else "1"),
    "0000-0000-0000-0000-0",
    "not-a-serial",
    "x" * 500,
    "<script>alert(1)</script>",
    "%00",
]


def test_an_unknown_and_a_malformed_number_get_the_same_page(visitor):
    """Only the links to the other languages and the time of day may differ."""
    pages, headers = set(), set()
    for serial in LOOKALIKES:
        answer = visitor.get(f"/v/{serial}")
        assert answer.status_code == 404, serial
        page = LANGUAGE_LINKS.sub("", answer.text)
        assert serial not in page
        pages.add(CHECKED_AT.sub("", page))
        headers.add(tuple(sorted(answer.headers.keys())))
    assert len(pages) == len(headers) == 1
    assert "Todistusta ei voitu vahvistaa" in pages.pop()


@pytest.mark.parametrize(
    ("typed", "goes_to"),
    [
        (f" {SERIAL.lower()} ", f"/v/{SERIAL.lower()}"),
        ("ab cd", "/v/abcd"),
        ("a/b?c#d", "/v/a/b%3Fc%23d"),
        ("x" * 70, "/v/" + "x" * 64),
    ],
)
def test_what_was_typed_leads_to_its_page(visitor, typed, goes_to):
    answer = visitor.get("/v", query_string={"serial": typed})
    assert (answer.status_code, answer.location) == (303, goes_to)


@pytest.mark.parametrize("typed", ["", "   ", "..", "/", "//evil.example"[:2]])
def test_nothing_typed_asks_again(visitor, typed):
    answer = visitor.get("/v", query_string={"serial": typed})
    assert answer.status_code == 200
    assert 'autocapitalize="characters"' in answer.text
    assert 'autocomplete="off"' in answer.text


def test_one_address_may_check_thirty_times_a_minute(visitor):
    statuses = [visitor.get(f"/v/{n}").status_code for n in range(20)]
    statuses += [visitor.get("/v").status_code for _ in range(11)]
    assert statuses == [404] * 20 + [200] * 10 + [429]
    refused = visitor.get("/v/x")
    assert "Liian monta tarkistusta" in refused.text
    assert refused.headers["Cache-Control"] == "no-store"
    assert visitor.get("/").status_code == 200


def test_another_address_is_not_held_up(settings):
    app = create_app(dataclasses.replace(settings, trusted_proxies=1))
    client = app.test_client()
    for _ in range(31):
        last = client.get("/v", headers={"X-Forwarded-For": "192.0.2.1"})
    assert last.status_code == 429
    other = client.get("/v", headers={"X-Forwarded-For": "192.0.2.2"})
    assert other.status_code == 200
    close(app)


def test_without_a_trusted_proxy_nobody_can_name_their_own_address(visitor):
    for n in range(31):
        last = visitor.get("/v", headers={"X-Forwarded-For": f"192.0.2.{n}"})
    assert last.status_code == 429
