import pytest
from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.domain.errors import NotFound
from issuer.records.people import OrganisationRecord
from issuer.services.key_publication import (
    publish_did_document,
    publish_did_document_of,
    publish_jwks,
    publish_jwks_of,
)
from issuer.services.keys import create_keys
from tests.cast import AT, House
from tests.services.conftest import DID, make_keys

SLUG = "pohjola"
SHARING = f"{DID}:org:{SLUG}"


@pytest.fixture
def keys(tmp_path) -> KeyFolder:
    keys = make_keys(tmp_path)
    for did in (DID, SHARING, "did:web:stranger.example"):
        create_keys(keys, did=did, at=AT)
    return keys


@pytest.fixture
def slug(session: Session, house: House) -> str:
    """The slug of the issuer whose DID is the host; beside it SLUG shares the host."""
    row = session.query(OrganisationRecord).filter_by(did=DID).one()
    session.add(
        OrganisationRecord(
            pseudonym="o-2",
            slug=SLUG,
            did=SHARING,
            name="Pohjola",
            business_id="1234567-1",
            town="Pohjola",
            url="https://pohjola.example",
            created_at=AT,
        )
    )
    session.flush()
    return row.slug


def test_each_issuer_is_published_with_its_own_keys(session, keys, slug) -> None:
    published = []
    for did in (DID, SHARING):
        document = publish_did_document(session, keys, did=did)
        jwks = publish_jwks(session, keys, did=did)
        assert document["id"] == did
        assert [key["kid"] for key in jwks["keys"]] == document["assertionMethod"]
        assert all(id_.startswith(f"{did}#") for id_ in document["assertionMethod"])
        published += document["assertionMethod"]
    assert len(set(published)) == 6


def test_a_stranger_is_not_published_though_we_hold_keys(session, keys, slug) -> None:
    for publish in (publish_did_document, publish_jwks):
        with pytest.raises(NotFound):
            publish(session, keys, did="did:web:stranger.example")


def test_a_document_lies_where_its_did_says(session, keys, slug) -> None:
    assert publish_did_document_of(session, keys, slug=SLUG) == publish_did_document(
        session, keys, did=SHARING
    )
    with pytest.raises(NotFound):
        publish_did_document_of(session, keys, slug=slug)
    assert publish_jwks_of(session, keys, slug=SLUG) == publish_jwks(
        session, keys, did=SHARING
    )
    assert publish_jwks_of(session, keys, slug=slug) == publish_jwks(
        session, keys, did=DID
    )


@pytest.mark.parametrize("unknown", ["", "nobody", "../pohjola", "POHJOLA"])
def test_an_unknown_slug_is_nobody(unknown, session, keys, slug) -> None:
    for publish in (publish_did_document_of, publish_jwks_of):
        with pytest.raises(NotFound):
            publish(session, keys, slug=unknown)


def test_demo_keys_are_published_on_this_machine_only(session, tmp_path, slug) -> None:
    made = make_keys(tmp_path)
    demo = KeyFolder(
        made.folder, made.passphrase_file, "http://localhost", makes_demo_keys=True
    )
    create_keys(demo, did=DID, at=AT)

    assert len(publish_jwks(session, demo, did=DID)["keys"]) == 3
    real = KeyFolder(made.folder, made.passphrase_file, "https://hiisi.example")
    assert set(publish_did_document(session, real, did=DID)) == {"@context", "id"}
    assert publish_jwks(session, real, did=DID) == {"keys": []}
