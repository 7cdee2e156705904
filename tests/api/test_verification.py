import json

import pytest

from issuer.domain.identifiers import Serial


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
        assert set(body) == {"serial", "verdict", "at", "checks"}
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
