import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.did_web import (
    DidMalformed,
    build_did,
    build_did_document,
    document_location,
)
from tests.credentials.test_key_ring import public_key

DID = "did:web:a.example"


@pytest.mark.parametrize(
    ("url", "did", "location"),
    [
        ("https://a.example", "did:web:a.example", "a.example/.well-known/did.json"),
        ("https://A.Example/", "did:web:a.example", "a.example/.well-known/did.json"),
        (
            "https://a.example:8443",
            "did:web:a.example%3A8443",
            "a.example:8443/.well-known/did.json",
        ),
        (
            "http://127.0.0.1:8943/issuers/demo",
            "did:web:127.0.0.1%3A8943:issuers:demo",
            "127.0.0.1:8943/issuers/demo/did.json",
        ),
    ],
)
def test_a_url_and_where_its_document_lies(url: str, did: str, location: str) -> None:
    assert build_did(url) == did
    assert document_location(did) == f"https://{location}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https://a.example:port",
        "https://a.example/?q",
        "https://a.example/#f",
        "https://user@a.example",
        "https://[::1]",
        "https://a_b.example",
        "https://a.example/a:b",
        "https://a.example/ä",
    ],
)
def test_other_urls_make_no_did(url: str) -> None:
    with pytest.raises(DidMalformed):
        build_did(url)


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:z6Mk",
        "x did:web:a.example",
        "did:web:",
        "did:web:a.example%3A",
        "did:web:a.example%3A0",
        "did:web:a.example%2Fpath",
        "did:web:a.example:..%2F..",
        "did:web:a.example:a:",
        "did:web:a.example%3A80%3A80",
    ],
)
def test_other_texts_have_no_document(did: str) -> None:
    with pytest.raises(DidMalformed):
        document_location(did)


def test_the_document_lists_old_keys_and_what_they_may_do() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    retired, revoked = public_key(1, retired=at), public_key(2, revoked_from=at)
    current = public_key(3)
    foreign = public_key(4, controller="did:web:b.example")

    document = build_did_document(DID, [current, foreign, revoked, retired])

    assert document == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
        ],
        "id": DID,
        "verificationMethod": [
            {
                "id": retired.id,
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": retired.public_key_multibase,
            },
            {
                "id": revoked.id,
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": revoked.public_key_multibase,
                "revoked": "2026-06-01T00:00:00Z",
            },
            {
                "id": current.id,
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": current.public_key_multibase,
            },
        ],
        "assertionMethod": [retired.id, current.id],
    }


def test_an_issuer_without_keys_has_no_empty_arrays() -> None:
    assert set(build_did_document(DID, [])) == {"@context", "id"}
    revoked = public_key(1, revoked_from=datetime(2026, 6, 1, tzinfo=UTC))
    assert "assertionMethod" not in build_did_document(DID, [revoked])


@pytest.mark.shared
def test_it_has_the_form_foreign_verifiers_take(shared_data: Path) -> None:
    sample = json.loads((shared_data / "standards/sample/did.json").read_bytes())

    ours = build_did_document(DID, [public_key(1)])

    assert ours["@context"] == sample["@context"]
    assert set(ours) <= set(sample)
    assert set(ours["verificationMethod"][0]) == set(sample["verificationMethod"][0])
