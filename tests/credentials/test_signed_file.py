import json
from dataclasses import replace
from datetime import timedelta

import pytest

from issuer.credentials.eddsa_jcs_2022 import holds
from issuer.credentials.jcs import NotCanonical
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.signed_file import (
    SUCCESSORS,
    UNIT_NAMES,
    SignedFileUntrusted,
    read_file,
    seal_file,
)
from tests.credentials.test_eddsa_jcs_2022 import SeedSigner
from tests.credentials.test_status_list import AT, DID, KEY, SIGNER

URL = "https://a.example/org/hiisi/units"
CONTENT = {"tutkinnonosat_900001": {"fi": "Metsäpihan hoito", "sv": "Skötsel"}}


def seal(content=CONTENT, **changes):
    parts = {
        "kind": UNIT_NAMES,
        "url": URL,
        "issuer_did": DID,
        "at": AT,
        "signer": SIGNER,
        **changes,
    }
    return seal_file(content, **parts)


def read(data, **changes):
    parts = {
        "kind": UNIT_NAMES,
        "key_ring": KeyRing.of([KEY]),
        "issuer_did": DID,
        "url": URL,
        "at": AT,
        **changes,
    }
    return read_file(data, **parts)


def test_what_was_sealed_is_read():
    assert read(seal()) == CONTENT
    assert read(seal({})) == {}


def test_the_file_is_plain_json_with_one_proof_and_no_contexts():
    document = json.loads(seal())
    assert list(document) == [
        "id",
        "type",
        "issuer",
        "validFrom",
        "validUntil",
        "content",
        "proof",
    ]
    assert document["validUntil"] == "2026-12-01T09:30:00Z"
    assert "@context" not in document["proof"]
    assert document["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert holds(document, public_key=KEY.raw)


def test_the_same_content_at_the_same_time_gives_the_same_bytes():
    assert seal() == seal()


def test_a_number_that_programs_write_differently_is_not_sealed():
    with pytest.raises(NotCanonical):
        seal({"scope": 0.5})


@pytest.mark.parametrize(
    ("data", "changes"),
    [
        (b"", {}),
        (b"[]", {}),
        (b"{}", {}),
        (seal()[:-1], {}),
        (seal(kind=SUCCESSORS), {}),
        (seal(kind="Another"), {}),
        (seal(), {"url": f"{URL}/2"}),
        (seal(), {"issuer_did": "did:web:b.example"}),
        (seal(signer=SeedSigner(KEY.id, bytes(32))), {}),
        (seal(), {"key_ring": KeyRing.of([])}),
        (seal(), {"key_ring": KeyRing.of([replace(KEY, revoked_from=AT)])}),
        (seal(), {"at": AT + timedelta(days=7)}),
        (seal(), {"at": AT - timedelta(days=1)}),
        (seal().replace(b"hoito", b"polku"), {}),
        (seal().replace(b'"content":{', b'"content":{"x":"y",'), {}),
        (seal().replace(b'"id":', b'"more":"x","id":', 1), {}),
        (seal().replace(b'"type":"DataIn', b'"@context":"x","type":"DataIn'), {}),
        (seal({}).replace(b'"content":{}', b'"content":[]'), {}),
    ],
)
def test_what_cannot_be_relied_on_is_refused(data, changes):
    with pytest.raises(SignedFileUntrusted):
        read(data, **changes)
