"""The issuer seals whose passkey it is; a changed or foreign seal is found."""

from dataclasses import replace
from datetime import datetime

import pytest

from issuer.credentials.key_ring import KeyRing
from issuer.credentials.passkey_binding import (
    BindingMalformed,
    PasskeyBinding,
    find_flaw_of_binding,
    seal_binding,
)
from tests.statements import DID

BINDING = PasskeyBinding(
    issuer=DID,
    org="urn:uuid:o",
    person="urn:uuid:i",
    credential_id="Y2Nj",
    public_key="a2V5",
    algorithm=-7,
    rp_id="todistus.example",
    may_leave_device=True,
    shown_by="pin",
    enrolled_by="",
    valid_from="2026-11-24T09:00:00Z",
    bound_at="2026-11-24T09:00:00Z",
)


def flaw(issuing, data=None, signature=None, **more):
    signer = issuing.signer
    return find_flaw_of_binding(
        BINDING.to_bytes() if data is None else data,
        seal_binding(BINDING, signer) if signature is None else signature,
        **{"key_id": signer.key_id, "ring": issuing.key_ring, **more},
    )


def test_a_sealed_binding_holds_and_reads_back(issuing):
    assert flaw(issuing) == ""
    assert PasskeyBinding.parse(BINDING.to_bytes()) == BINDING


@pytest.mark.parametrize(
    "change",
    [
        {"person": "urn:uuid:other"},
        {"public_key": "b3Ro"},
        {"rp_id": "evil.example"},
        {"algorithm": -8},
        {"may_leave_device": False},
        {"shown_by": "passkey"},
        {"valid_from": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_any_change_breaks_the_seal(issuing, change):
    changed = replace(BINDING, **change).to_bytes()
    assert flaw(issuing, changed) == "binding_signature"


def test_only_the_issuers_own_credential_key_seals(issuing):
    foreign = replace(BINDING, issuer="did:web:evil.example")
    assert flaw(issuing, foreign.to_bytes()) == "other_key"
    assert flaw(issuing, key_id=issuing.key_ids.compact) == "other_key"
    assert flaw(issuing, key_id="did:web:evil.example#x") == "unknown_key"


def test_a_seal_is_for_bindings_alone(issuing):
    bare = issuing.signer.sign(BINDING.to_bytes())
    assert flaw(issuing, signature=bare) == "binding_signature"


def test_what_was_sealed_before_a_key_was_revoked_stands(issuing):
    key = issuing.key_ring.find(issuing.signer.key_id)
    for instant, word in (
        ("2026-11-24T09:00:00+00:00", "revoked_key"),
        ("2026-11-24T09:00:01+00:00", ""),
    ):
        revoked = replace(key, revoked_from=datetime.fromisoformat(instant))
        assert flaw(issuing, ring=KeyRing.of([revoked])) == word
    retired = replace(key, retired=datetime.fromisoformat("2026-11-20T00:00:00+00:00"))
    assert flaw(issuing, ring=KeyRing.of([retired])) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        BINDING.to_bytes() + b" ",
        BINDING.to_bytes().replace(b"true", b'"true"'),
        BINDING.to_bytes().replace(b'"v":1', b'"v":2'),
        BINDING.to_bytes().replace(b'"v":1', b'"v":1,"w":1'),
        BINDING.to_bytes().replace(b"2026-11-24T09:00:00Z", b"yesterday"),
    ],
)
def test_what_is_no_binding_is_refused(issuing, data):
    with pytest.raises(BindingMalformed):
        PasskeyBinding.parse(data)
    assert flaw(issuing, data) == "malformed"
