import base64
import json
from datetime import timedelta

import pytest

from issuer.clock import now
from issuer.services.keys import create_keys, revoke_key
from issuer.settings import Settings
from tests.web.conftest import house

__all__ = ["house"]

DIDS = {"hiisi": "did:web:hiisi.example", "naapuri": "did:web:naapuri.example"}


@pytest.fixture
def keys(app, settings: Settings):
    """The keys of two organisations, and of an issuer that is none of ours."""
    settings.key_passphrase_file.chmod(0o400)
    folder = app.extensions["issuer"].keys
    for did in (*DIDS.values(), "did:web:elsewhere.example"):
        create_keys(folder, did=did, at=now() - timedelta(days=1))
    return folder


@pytest.fixture
def read(app):
    client = app.test_client()

    def fetch(**more):
        return client.get("/issuers", **more)

    return fetch


@pytest.mark.usefixtures("keys")
def test_every_issuer_of_ours_is_there_with_what_a_browser_needs(read):
    found = json.loads(read().data)["issuers"]
    assert [issuer["did"] for issuer in found] == list(DIDS.values())
    own = found[0]
    assert {name: own[name] for name in own if name != "keys"} == {
        "did": DIDS["hiisi"],
        "name": "Hiisijärven kunta",
        "businessId": "1234567-1",
        "town": "Hiisijärvi",
        "base": "http://localhost/org/hiisi",
        "lists": 0,
    }


def test_its_keys_are_listed_and_nothing_secret(read, keys):
    found = json.loads(read().data)["issuers"]
    for issuer in found:
        purposes = {key["purpose"] for key in issuer["keys"]}
        assert purposes == {"compact", "credential", "jwt"}
        for key in issuer["keys"]:
            known = keys.key_ring().find(key["id"])
            raw = base64.urlsafe_b64decode(key["publicKey"] + "==")
            assert (raw, key["purpose"]) == (known.raw, known.purpose)
            assert key["id"].partition("#")[0] == issuer["did"]
            assert set(key) == {"id", "purpose", "publicKey", "activated"}


def test_a_key_says_since_and_until_when_it_counts(read, keys):
    did = DIDS["hiisi"]
    in_force = keys.key_ring().find_in_force(did, purpose="compact")
    create_keys(keys, did=did, at=now())
    revoke_key(keys, key=in_force.id, instant=now(), at=now())
    listed = {
        key["id"]: key
        for key in json.loads(read().data)["issuers"][0]["keys"]
        if key["purpose"] == "compact"
    }
    ring = keys.key_ring()
    assert len(listed) == len(ring.of_purpose(did, "compact")) == 2
    assert "revoked" in listed[in_force.id]
    ahead = ring.find_next(did, purpose="compact")
    assert ahead is not None
    assert "activated" not in listed[ahead.id]


@pytest.mark.usefixtures("keys")
def test_it_is_the_same_for_everybody_and_may_be_kept(read):
    first = read(headers={"Cookie": "language=sv; signed-in=x"})
    assert first.mimetype == "application/json"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in first.headers
    assert "Vary" not in first.headers
    assert read(headers={"Accept-Language": "en"}).data == first.data
    again = read(headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_without_keys_the_issuers_are_still_named(read):
    found = json.loads(read().data)["issuers"]
    assert [issuer["keys"] for issuer in found] == [[], []]
