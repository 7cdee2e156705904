import json
import re
from datetime import UTC, datetime

import pytest

from issuer.api.schemas import ReportSchema
from issuer.domain.identifiers import Serial
from issuer.domain.verification import Check, Outcome, Reason, conclude
from issuer.i18n import report_as_json
from tools.toolchain import ROOT


@pytest.fixture
def client(app):
    return app.test_client()


def answer(client, serial, **more):
    return client.get(f"/api/v1/certificates/{serial}/verification", **more)


def test_unknown_and_malformed_serials_look_alike(client):
    known = [
        answer(client, serial)
        for serial in ("nonsense", str(Serial.from_bits(1)), "x" * 300)
    ]
    bodies = set()
    for found in known:
        assert found.status_code == 404
        body = json.loads(found.data)
        assert set(body) == {"serial", "verdict", "at", "replaces", "checks"}
        assert body["replaces"] == []
        assert body["verdict"] == "unknown"
        bodies.add(json.dumps({**body, "at": ""}))
    assert len(bodies) == 1


def test_the_report_speaks_the_readers_language(client):
    texts = {
        language: json.loads(
            answer(client, "x", headers={"Accept-Language": language}).data
        )["checks"][0]["text"]
        for language in ("fi", "sv", "en")
    }
    assert len(set(texts.values())) == 3


def test_answers_are_open_to_other_sites_and_not_kept(client):
    headers = answer(client, "x").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "no-store"


def test_the_check_is_rate_limited(client):
    codes = [answer(client, "x").status_code for _ in range(31)]
    assert codes[:30] == [404] * 30
    assert codes[30] == 429


def test_a_did_document_of_nobody_is_a_problem_document(client):
    found = client.get("/.well-known/did.json")
    assert found.status_code in {200, 404}
    if found.status_code == 404:
        assert found.mimetype == "application/problem+json"
        assert json.loads(found.data)["code"] == "not_found"


def test_each_check_has_a_word_for_programs(client):
    (check,) = json.loads(answer(client, "x").data)["checks"]
    assert check == {
        "check": "issued",
        "outcome": "unknown",
        "reason": "not_in_books",
        "text": check["text"],
    }
    passed = Check("status", Outcome.PASSED, "", reason=None)
    report = conclude("s", [passed], at=datetime(2026, 11, 24, tzinfo=UTC))
    assert ReportSchema().dump(report_as_json(report, "en"))["checks"] == [
        {"check": "status", "outcome": "passed", "reason": None, "text": ""}
    ]


def test_the_reference_shows_every_member():
    page = (ROOT / "docs/reference/credential-format.md").read_text(encoding="utf-8")
    report = page[page.index("## The report") :]
    shown = json.loads(report.partition("```json")[2].partition("```")[0])
    found = conclude("s", [], at=datetime(2026, 11, 24, tzinfo=UTC))
    assert list(shown) == list(ReportSchema().dump(report_as_json(found, "en")))
    told = set(re.findall(r"^\| `(\w+)` \|", report, re.MULTILINE))
    assert set(shown) <= told


def test_the_reference_tells_every_reason():
    page = (ROOT / "docs/reference/credential-format.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", page, re.MULTILINE))
    assert {reason.value for reason in Reason} <= told
