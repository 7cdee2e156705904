import json

import pytest

from issuer.clock import now
from issuer.records.people import OrganisationRecord
from issuer.services.keys import create_keys
from tests.cast import AT

HOST = "did:web:localhost"
SHARING = f"{HOST}:org:pohjola"


@pytest.fixture
def issuers(app, settings):
    """The cast's municipality at the host's own DID, and one that shares the host."""
    settings.key_passphrase_file.chmod(0o400)
    house = app.extensions["issuer"]
    with house.sessions() as session:
        own = session.query(OrganisationRecord).filter_by(slug="hiisi").one()
        own.did = HOST
        session.add(
            OrganisationRecord(
                pseudonym="o-pohjola",
                slug="pohjola",
                did=SHARING,
                name="Pohjola",
                business_id="1234567-1",
                town="Pohjola",
                url="https://pohjola.example",
                created_at=AT,
            )
        )
        session.commit()
    for did in (HOST, SHARING):
        create_keys(house.keys, did=did, at=now())


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/.well-known/did.json", "application/did+json"),
        ("/org/pohjola/did.json", "application/did+json"),
        ("/.well-known/jwks.json", "application/jwk-set+json"),
        ("/org/pohjola/jwks.json", "application/jwk-set+json"),
        ("/org/hiisi/jwks.json", "application/jwk-set+json"),
    ],
)
@pytest.mark.usefixtures("issuers")
def test_any_page_may_read_our_keys_for_five_minutes(client, path, media_type):
    answer = client.get(path, headers={"Origin": "https://verifier.example"})

    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("issuers")
def test_each_issuer_has_its_own_document_and_jwk_set(client):
    for did, folder in ((HOST, "/.well-known"), (SHARING, "/org/pohjola")):
        document = json.loads(client.get(f"{folder}/did.json").data)
        jwks = json.loads(client.get(f"{folder}/jwks.json").data)

        assert document["id"] == did
        assert sorted(method["type"] for method in document["verificationMethod"]) == [
            "JsonWebKey",
            "Multikey",
            "Multikey",
        ]
        assert [key["kid"] for key in jwks["keys"]] == document["assertionMethod"]
        assert all(
            key_id.startswith(f"{did}#") for key_id in document["assertionMethod"]
        )


@pytest.mark.parametrize(
    "path",
    [
        "/org/nobody/did.json",
        "/org/nobody/jwks.json",
        "/org/hiisi/did.json",  # its DID is the host's: the document lies elsewhere
        "/org/naapuri/did.json",
    ],
)
@pytest.mark.usefixtures("issuers")
def test_an_unknown_issuer_is_a_problem_document(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data)["code"] == "not_found"


def test_a_host_that_is_no_issuer_is_a_problem_document(client):
    for name in ("did.json", "jwks.json"):
        answer = client.get(f"/.well-known/{name}")
        assert (answer.status_code, answer.mimetype) == (
            404,
            "application/problem+json",
        )
