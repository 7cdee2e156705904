"""The three routes on a bare application: statuses, bodies and refusals."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from issuer.api.vc_api import build_vc_api
from issuer.credentials.did_key import key_id_of
from issuer.services.vc_api import GenericContexts, VcApi
from tools import vc_api as program

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
Json = dict[str, Any]


@dataclass(frozen=True)
class SeedSigner:
    seed: bytes

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def key_id(self) -> str:
        return key_id_of(self._key.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


@pytest.fixture(scope="module")
def vc_api() -> VcApi:
    return VcApi(SeedSigner(bytes(range(32))), GenericContexts.load())


@pytest.fixture(scope="module")
def client(vc_api: VcApi) -> FlaskClient:
    app = Flask("bare")
    app.register_blueprint(build_vc_api(vc_api, now=lambda: AT))
    return app.test_client()


@pytest.fixture
def credential(vc_api: VcApi) -> Json:
    return {
        "@context": [V2, EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": vc_api.did,
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:paula", "skill": "lumityöt"},
    }


def issue(client: FlaskClient, credential: object, **options: Any) -> tuple[int, Json]:
    body = {"credential": credential, "options": options}
    answer = client.post("/credentials/issue", json=body)
    return answer.status_code, answer.get_json()


def verify(client: FlaskClient, credential: object, **options: Any) -> tuple[int, Json]:
    body = {"verifiableCredential": credential, "options": options}
    answer = client.post("/credentials/verify", json=body)
    return answer.status_code, answer.get_json()


def present(client: FlaskClient, document: object, **options: Any) -> tuple[int, Json]:
    body = {"verifiablePresentation": document, "options": options}
    answer = client.post("/presentations/verify", json=body)
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_was_issued_is_the_body_and_verifies(
    suite: str, client: FlaskClient, credential: Json
) -> None:
    status, secured = issue(client, credential, cryptosuite=suite)

    assert status == 201
    assert secured["proof"]["cryptosuite"] == suite
    assert secured["proof"]["created"] == "2026-11-24T12:00:00Z"
    assert {n: v for n, v in secured.items() if n != "proof"} == credential
    assert verify(client, secured) == (200, {"verified": True, "errors": []})


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_credential_of_version_1_gets_date_and_context(
    suite: str, client: FlaskClient, vc_api: VcApi
) -> None:
    old = {
        "@context": [V1],
        "type": ["VerifiableCredential"],
        "issuer": vc_api.did,
        "credentialSubject": {"id": "did:example:paula"},
    }

    status, secured = issue(client, old, cryptosuite=suite)

    assert status == 201, secured
    assert secured["issuanceDate"] == "2026-11-24T12:00:00Z"
    assert secured["@context"] == [V1, "https://w3id.org/security/data-integrity/v2"]
    assert verify(client, secured)[0] == 200
    assert verify(client, {**secured, "issuanceDate": "2026-11-24T12:00:01Z"})[0] == 400


@pytest.mark.parametrize(
    ("contexts", "status"),
    [
        ([V2, EXAMPLES], 200),
        ([V2, EXAMPLES, {"more": "https://a.example/more"}], 200),
        ([V2, {"skill": "https://a.example/other"}], 400),
        ([V2, {"x": "https://a.example/x"}, EXAMPLES], 400),
        ([V2], 400),
    ],
)
def test_a_json_proof_names_the_first_contexts(
    contexts: list[Any], status: int, client: FlaskClient, credential: Json
) -> None:
    """VC-DI-EDDSA 3.3.2: what follows them is allowed, and not covered."""
    _, secured = issue(client, credential, cryptosuite="eddsa-jcs-2022")
    assert secured["proof"]["@context"] == [V2, EXAMPLES]

    assert verify(client, {**secured, "@context": contexts})[0] == status


def test_contexts_in_a_proof_that_would_not_sign_them_are_refused(
    client: FlaskClient, credential: Json
) -> None:
    _, secured = issue(client, credential)
    secured["proof"]["@context"] = secured["@context"]

    assert verify(client, secured)[0] == 400


def test_a_second_proof_makes_a_set(client: FlaskClient, credential: Json) -> None:
    _, once = issue(client, credential)
    _, twice = issue(client, once, cryptosuite="eddsa-jcs-2022")

    suites = [proof["cryptosuite"] for proof in twice["proof"]]
    assert suites == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
    assert verify(client, twice)[0] == 200
    twice["proof"][0]["proofValue"] = twice["proof"][1]["proofValue"]
    assert verify(client, twice)[0] == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": [V2, "https://a.example/unknown"]},
        {"@context": [EXAMPLES, V2]},
        {"@context": [V2]},
        {
            "@context": [
                V2,
                {"skill": "https://a.example/skill", "@import": "https://a.example/"},
            ]
        },
        {"type": "Other"},
        {"issuer": "did:example:somebody"},
        {"issuer": None},
        {"credentialSubject": {}},
        {"credentialSubject": {"skill": None}},
        {"credentialSubject": {"skill": "\u0001"}},
        {"validFrom": "2026-11-01"},
        {"validUntil": "2026-10-31T00:00:00Z"},
        {"name": {"@value": "x", "@language": "en", "url": "x"}},
        {"name": {"fi": "x"}},
        {"credentialStatus": {"id": "https://a.example/1"}},
        {"credentialSchema": {"type": "JsonSchema"}},
        {"relatedResource": {"id": V2}},
        {"relatedResource": {"id": V2, "digestSRI": "sha256-" + "A" * 43 + "="}},
        {"relatedResource": {"id": V2, "digestMultibase": "uEiB" + "A" * 42}},
        {"proof": "no object"},
    ],
)
def test_what_does_not_conform_is_not_issued(
    changes: Json, client: FlaskClient, credential: Json
) -> None:
    status, answer = issue(client, {**credential, **changes})

    assert status == 400
    assert answer["errors"]


def test_a_related_resource_with_its_digest_is_issued(
    client: FlaskClient, credential: Json
) -> None:
    digest = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
    resource = {"id": V2, "digestMultibase": digest}

    assert issue(client, {**credential, "relatedResource": [resource]})[0] == 201
    twice = [resource, resource]
    assert issue(client, {**credential, "relatedResource": twice})[0] == 400


def test_an_inline_context_may_define_terms(
    client: FlaskClient, credential: Json
) -> None:
    inline = {**credential, "@context": [V2, {"skill": "https://a.example/skill"}]}

    status, secured = issue(client, inline)

    assert status == 201, secured
    assert verify(client, secured)[0] == 200


def test_one_document_leaves_nothing_to_the_next(
    client: FlaskClient, credential: Json
) -> None:
    """PyLD writes what an inline context adds into the context that it imports."""
    importing = {"@import": EXAMPLES, "validFrom": "https://a.example/other"}
    issue(client, {**credential, "@context": [importing, V2]})
    issue(client, {**credential, "@context": [V2, {"@import": EXAMPLES, "x": "y:z"}]})

    status, secured = issue(client, credential)

    assert status == 201
    assert verify(client, secured)[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b"x" * 300_000, b"[" * 40],
)
@pytest.mark.parametrize(
    "path", ["/credentials/issue", "/credentials/verify", "/presentations/verify"]
)
def test_hostile_bodies_are_refused(
    body: bytes, path: str, client: FlaskClient
) -> None:
    answer = client.post(path, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["errors"]


@pytest.mark.parametrize("value", [None, 7, "eyJ", [], {}, {"proof": []}])
def test_no_document_is_no_document(value: object, client: FlaskClient) -> None:
    assert issue(client, value)[0] == 400
    assert verify(client, value)[0] == 400
    assert present(client, value)[0] == 400


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 200),
        ({"expectedProofPurpose": "assertionMethod"}, 200),
        ({"expectedProofPurpose": "authentication"}, 400),
        ({"domain": "a.example"}, 400),
        ({"challenge": "x"}, 400),
        ({"challenge": 7}, 400),
    ],
)
def test_what_the_verifier_asks_of_the_proof(
    options: Json, status: int, client: FlaskClient, credential: Json
) -> None:
    _, secured = issue(client, credential)

    assert verify(client, secured, **options)[0] == status


def test_envelopes_are_looked_at_for_their_form(client: FlaskClient) -> None:
    def enveloped(kind: str, content: str = "data:application/vc+jwt,eyJ") -> Json:
        return {"@context": V2, "id": content, "type": f"EnvelopedVerifiable{kind}"}

    assert verify(client, enveloped("Credential"))[0] == 200
    assert present(client, enveloped("Presentation"))[0] == 200
    assert verify(client, enveloped("Presentation"))[0] == 400
    assert verify(client, enveloped("Credential", "https://a.example/"))[0] == 400


def test_what_no_context_defines_is_refused_for_json_proofs_too(
    client: FlaskClient, credential: Json
) -> None:
    bare = {**credential, "@context": [V2]}

    status, answer = issue(client, bare, cryptosuite="eddsa-jcs-2022")

    assert status == 400
    assert "defines" in json.dumps(answer)


def test_the_program_starts_only_when_told_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VC_API", raising=False)

    assert program.main() == 2
    assert "VC_API=1" in capsys.readouterr().out


def test_the_program_draws_a_key_of_its_own_each_time() -> None:
    (app, first), (_, second) = program.build_app(), program.build_app()

    assert first.did.startswith("did:key:z6Mk")
    assert first.did != second.did
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    assert routes == {
        "/credentials/issue",
        "/credentials/verify",
        "/presentations/verify",
    }


def test_without_the_library_that_sees_undefined_terms_all_is_refused(
    monkeypatch: pytest.MonkeyPatch, client: FlaskClient, credential: Json
) -> None:
    monkeypatch.setitem(sys.modules, "pyld.jsonld", None)

    status, answer = issue(client, credential)

    assert status == 400
    assert "PyLD" in answer["errors"][0]
