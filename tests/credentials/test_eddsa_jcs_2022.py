import copy
import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.credentials import multibase
from issuer.credentials.eddsa_jcs_2022 import (
    build_proof,
    hash_of,
    holds,
    is_signed,
)
from issuer.credentials.jcs import NotCanonical, canonical_bytes

VECTORS = "standards/w3c-vc-di-eddsa/TestVectors"
CREATED = "2026-11-24T09:30:00Z"
DOCUMENT = {
    "@context": ["https://a.example/one", "https://a.example/two"],
    "id": "https://a.example/1",
    "name": "Åsa",
}


@dataclass(frozen=True)
class SeedSigner:
    """A signer on a key that a specification gives away."""

    key_id: str
    seed: bytes

    def sign(self, data: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(data)

    @property
    def public_key(self) -> bytes:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return key.public_key().public_bytes_raw()


SIGNER = SeedSigner("did:web:a.example#key-1", bytes(range(32)))
PUBLIC_KEY = SIGNER.public_key


def signed(document=DOCUMENT):
    proof = build_proof(document, signer=SIGNER, created=CREATED)
    return {**document, "proof": proof}


def resigned(document, **changes):
    """Sign options that `build_proof` would not make."""
    proof = {**signed(document)["proof"], **changes}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    value = SIGNER.sign(hash_of(document, options=options))
    return {**document, "proof": {**options, "proofValue": multibase.encode(value)}}


@pytest.mark.shared
def test_the_w3c_vector_byte_for_byte(shared_data):
    """VC-DI-EDDSA appendix B.3: every step, with the key it gives."""
    folder = shared_data / VECTORS / "eddsa-jcs-2022"
    pair = json.loads((shared_data / VECTORS / "keyPair.json").read_bytes())
    expected = json.loads((folder / "signedJCS.json").read_bytes())
    proof = expected["proof"]
    document = {name: value for name, value in expected.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    secret = multibase.decode(pair["privateKeyMultibase"])
    signer = SeedSigner(proof["verificationMethod"], secret.removeprefix(b"\x80\x26"))

    assert canonical_bytes(document) == (folder / "canonDocJCS.txt").read_bytes()
    assert canonical_bytes(options) == (folder / "proofCanonJCS.txt").read_bytes()
    combined = bytes.fromhex((folder / "combinedHashJCS.txt").read_text("ascii"))
    assert hash_of(document, options=options) == combined
    assert proof == build_proof(document, signer=signer, created=proof["created"])
    assert holds(expected, public_key=signer.public_key)


def test_a_proof_holds_in_a_set_beside_others():
    document = signed()
    other = {"type": "DataIntegrityProof", "cryptosuite": "another"}
    assert holds(document, public_key=PUBLIC_KEY)
    assert holds(
        {**document, "proof": [other, document["proof"]]}, public_key=PUBLIC_KEY
    )


def test_the_proof_carries_the_contexts_of_the_document():
    """§3.3.1 step 2; without contexts there is nothing to carry."""
    assert signed()["proof"]["@context"] == DOCUMENT["@context"]
    plain = {"id": "https://a.example/1"}
    assert "@context" not in signed(plain)["proof"]
    assert holds(signed(plain), public_key=PUBLIC_KEY)


def test_contexts_added_after_signing_are_not_covered_and_break_nothing():
    """§3.3.2 steps 4.1 and 4.2: the proof's contexts are what was signed."""
    document = signed()
    more = {**document, "@context": [*DOCUMENT["@context"], "https://a.example/three"]}
    assert holds(more, public_key=PUBLIC_KEY)
    for contexts in (DOCUMENT["@context"][::-1], DOCUMENT["@context"][:1], [], "x"):
        changed = {**document, "@context": contexts}
        assert not holds(changed, public_key=PUBLIC_KEY)
    without = {name: value for name, value in document.items() if name != "@context"}
    assert not holds(without, public_key=PUBLIC_KEY)


@pytest.mark.parametrize("name", ["id", "name", "@context"])
def test_a_changed_or_missing_member_is_found(name):
    document = copy.deepcopy(signed())
    document[name] = "https://b.example/"
    assert not holds(document, public_key=PUBLIC_KEY)
    del document[name]
    assert not holds(document, public_key=PUBLIC_KEY)


def test_an_added_member_is_found():
    assert not holds({**signed(), "grade": 5}, public_key=PUBLIC_KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"created": "2026-11-24T09:30:01Z"},
        {"verificationMethod": "did:web:a.example#key-2"},
        {"proofValue": "z" + "1" * 88},
        {"proofValue": 5},
        {"proofValue": "z" + "2" * 500},
        {"@context": None},
    ],
)
def test_a_changed_proof_is_found(changes):
    document = signed()
    changed = {**document, "proof": {**document["proof"], **changes}}
    assert not holds(changed, public_key=PUBLIC_KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Ed25519Signature2020"},
        {"proofPurpose": "authentication"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"domain": "a.example"},
        {"id": "urn:uuid:1"},
    ],
)
def test_a_signed_proof_of_another_kind_does_not_count(changes):
    assert holds(resigned(DOCUMENT), public_key=PUBLIC_KEY)
    assert not holds(resigned(DOCUMENT, **changes), public_key=PUBLIC_KEY)


def test_the_bare_signature_check_knows_type_suite_and_purpose():
    proof = resigned(DOCUMENT, proofPurpose="authentication")["proof"]
    assert not is_signed(DOCUMENT, proof=proof, public_key=PUBLIC_KEY)


@pytest.mark.parametrize("proof", [None, [], {}, "x", 5, [5], [{}]])
def test_no_proof_is_no_proof(proof):
    assert not holds({**DOCUMENT, "proof": proof}, public_key=PUBLIC_KEY)
    assert not holds(DOCUMENT, public_key=PUBLIC_KEY)


def test_two_proofs_of_the_suite_leave_open_which_is_meant():
    document = signed()
    both = {**document, "proof": [document["proof"]] * 2}
    assert not holds(both, public_key=PUBLIC_KEY)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32), b"\x04" * 65])
def test_another_key_or_none_does_not_hold(key):
    assert not holds(signed(), public_key=key)


def test_what_has_no_canonical_form_is_not_signed_and_does_not_hold():
    with pytest.raises(NotCanonical):
        build_proof({"scope": 0.5}, signer=SIGNER, created=CREATED)
    assert not holds({**signed(), "scope": 0.5}, public_key=PUBLIC_KEY)
