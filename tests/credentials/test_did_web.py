import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.did_web import (
    DidMalformed,
    build_did,
    build_did_document,
    build_jwks,
    document_location,
)
from issuer.credentials.key_ring import PublicKey
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
    assert build_jwks(DID, []) == {"keys": []}
    revoked = public_key(1, revoked_from=datetime(2026, 6, 1, tzinfo=UTC))
    assert "assertionMethod" not in build_did_document(DID, [revoked])
    assert build_jwks(DID, [revoked]) == {"keys": []}


def test_only_the_contexts_that_are_needed_are_named() -> None:
    did_v1 = "https://www.w3.org/ns/did/v1"
    multikey, jwk = (
        f"https://w3id.org/security/{name}/v1" for name in ("multikey", "jwk")
    )
    ed25519, p256 = public_key(1), public_key(2, purpose="jwt")

    def contexts(*keys: PublicKey) -> list[str]:
        return build_did_document(DID, keys)["@context"]

    assert contexts() == [did_v1]
    assert contexts(ed25519) == [did_v1, multikey]
    assert contexts(p256) == [did_v1, jwk]
    assert contexts(p256, ed25519) == [did_v1, multikey, jwk]


def test_a_p256_key_is_a_json_web_key() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    ahead = public_key(1, purpose="jwt", activated=None)
    revoked = public_key(2, purpose="jwt", revoked_from=at)

    document = build_did_document(DID, [ahead, revoked])

    assert document["verificationMethod"] == [
        {
            "id": ahead.id,
            "type": "JsonWebKey",
            "controller": DID,
            "publicKeyJwk": {
                "kty": "EC",
                "crv": "P-256",
                # The generator of the curve (FIPS 186-4, D.1.2.3): the private key 1.
                "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
                "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
                "alg": "ES256",
                "kid": ahead.kid,
            },
        },
        {
            "id": revoked.id,
            "type": "JsonWebKey",
            "controller": DID,
            "publicKeyJwk": {
                **revoked.public_key_jwk,
                "alg": "ES256",
                "kid": revoked.kid,
            },
            "revoked": "2026-06-01T00:00:00Z",
        },
    ]
    assert document["assertionMethod"] == [ahead.id]


def test_the_jwk_set_lists_what_may_assert() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    ed25519, p256 = public_key(1, retired=at), public_key(2, purpose="jwt")
    revoked = public_key(3, purpose="jwt", revoked_from=at)
    foreign = public_key(4, controller="did:web:b.example")

    assert build_jwks(DID, [foreign, revoked, p256, ed25519]) == {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
                "kid": ed25519.id,
                "use": "sig",
            },
            {**p256.public_key_jwk, "alg": "ES256", "kid": p256.id, "use": "sig"},
        ]
    }


@pytest.mark.shared
def test_it_has_the_form_foreign_verifiers_take(shared_data: Path) -> None:
    sample = json.loads((shared_data / "standards/sample/did.json").read_bytes())

    ours = build_did_document(DID, [public_key(1)])

    assert ours["@context"] == sample["@context"]
    assert set(ours) <= set(sample)
    assert set(ours["verificationMethod"][0]) == set(sample["verificationMethod"][0])
