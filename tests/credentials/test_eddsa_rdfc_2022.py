import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials import multibase
from issuer.credentials.contexts import (
    CREDENTIALS_V2,
    ContextLibrary,
    definition_text,
)
from issuer.credentials.eddsa_rdfc_2022 import (
    ProofOptionsUnfit,
    build_proof,
    canonical_options,
    holds,
    is_signed,
)
from issuer.credentials.rdfc import canonical_nquads

VECTORS = "standards/w3c-vc-di-eddsa/TestVectors"


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


@pytest.fixture
def signer() -> SeedSigner:
    return SeedSigner("did:web:a.example#key-1", bytes(range(32)))


@pytest.fixture
def secured(signer: SeedSigner, contexts: ContextLibrary) -> dict[str, Any]:
    document = {"@context": [CREDENTIALS_V2], "id": "https://a.example/1", "name": "x"}
    proof = build_proof(
        document, signer=signer, created="2026-11-24T09:30:00Z", contexts=contexts
    )
    return {**document, "proof": proof}


@pytest.mark.shared
def test_the_w3c_vector_byte_for_byte(
    shared_data: Path, contexts: ContextLibrary
) -> None:
    """VC-DI-EDDSA appendix B.1: every step, with the key it gives."""
    folder = shared_data / VECTORS / "eddsa-rdfc-2022"
    examples = shared_data / "standards/w3c-vc-data-model/contexts"
    library = ContextLibrary(
        {
            **contexts.texts,
            "https://www.w3.org/ns/credentials/examples/v2": definition_text(
                (examples / "credentials-examples-v2.jsonld").read_bytes()
            ),
        }
    )
    pair = json.loads((shared_data / VECTORS / "keyPair.json").read_bytes())
    expected = json.loads((folder / "signedDataInt.json").read_bytes())
    proof = expected["proof"]
    document = {name: value for name, value in expected.items() if name != "proof"}
    secret = multibase.decode(pair["privateKeyMultibase"])
    signer = SeedSigner(proof["verificationMethod"], secret.removeprefix(b"\x80\x26"))

    assert canonical_nquads(document, contexts=library) == (
        (folder / "canonDocDataInt.txt").read_bytes()
    )
    assert canonical_options(
        created=proof["created"], verification_method=proof["verificationMethod"]
    ) == ((folder / "proofCanonDataInt.txt").read_bytes())
    assert proof == build_proof(
        document, signer=signer, created=proof["created"], contexts=library
    )
    assert proof["proofValue"] == (folder / "sigBTC58DataInt.txt").read_text("ascii")
    assert holds(expected, public_key=signer.public_key, contexts=library)


@pytest.mark.shared
def test_the_second_w3c_vector_from_its_canonical_form(shared_data: Path) -> None:
    """Appendix B.2: its citizenship context is not ours to have; its N-Quads are."""
    folder = shared_data / VECTORS / "eddsa-rdfc-2022/employ"
    pair = json.loads((shared_data / VECTORS / "keyPair.json").read_bytes())
    proof = json.loads((folder / "signedDataInt.json").read_bytes())["proof"]
    nquads = (folder / "canonDocDataInt.txt").read_bytes()
    key = multibase.decode_public_key(pair["publicKeyMultibase"])

    assert is_signed(nquads, proof=proof, public_key=key)
    assert not is_signed(nquads + b"\n", proof=proof, public_key=key)


@pytest.fixture
def sample(shared_data: Path) -> Path:
    return shared_data / "standards/sample"


def _sample_key(sample: Path) -> bytes:
    did_document = json.loads((sample / "did.json").read_bytes())
    return multibase.decode_public_key(
        did_document["verificationMethod"][0]["publicKeyMultibase"]
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", ["signed_db.json", "signed_proofset.json"])
def test_what_digitalbazaar_signed_holds(
    name: str, sample: Path, contexts: ContextLibrary
) -> None:
    document = json.loads((sample / name).read_bytes())

    assert holds(document, public_key=_sample_key(sample), contexts=contexts)


@pytest.mark.shared
def test_we_make_the_very_proof_digitalbazaar_made(
    sample: Path, contexts: ContextLibrary
) -> None:
    document = json.loads((sample / "signed_db.json").read_bytes())
    expected = document.pop("proof")
    signer = SeedSigner(expected["verificationMethod"], bytes([7] * 32))

    assert expected == build_proof(
        document, signer=signer, created=expected["created"], contexts=contexts
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "signed_own_jcs.json",
        "bad/x_issuer.json",
        "bad/x_grade.json",
        "bad/x_name.json",
        "bad/x_created.json",
        "bad/x_index.json",
        "bad/x_nostatus.json",
        "bad/x_unsigned.json",
        "bad/x_wrongkey.json",
    ],
)
def test_tampered_samples_do_not_hold(
    name: str, sample: Path, contexts: ContextLibrary
) -> None:
    document = json.loads((sample / name).read_bytes())

    assert not holds(document, public_key=_sample_key(sample), contexts=contexts)


def test_our_own_proof_holds_and_another_key_does_not(
    secured: dict[str, Any], signer: SeedSigner, contexts: ContextLibrary
) -> None:
    other = SeedSigner(signer.key_id, bytes(32))

    assert holds(secured, public_key=signer.public_key, contexts=contexts)
    assert not holds(secured, public_key=other.public_key, contexts=contexts)
    assert not holds(secured, public_key=b"short", contexts=contexts)


def _with_proof(secured: dict[str, Any], **changes: Any) -> dict[str, Any]:
    changed = copy.deepcopy(secured)
    for name, value in changes.items():
        if value is None:
            del changed["proof"][name]
        else:
            changed["proof"][name] = value
    return changed


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"cryptosuite": None},
        {"proofPurpose": "authentication"},
        {"proofPurpose": None},
        {"created": "2026-11-24T09:30:01Z"},
        {"created": "2026-11-24"},
        {"created": None},
        {"created": 7},
        {"verificationMethod": "did:web:a.example#key-2"},
        {"verificationMethod": "https://a.example/> <x:y> <z"},
        {"proofValue": "z3"},
        {"proofValue": "uAAAA"},
        {"proofValue": ["z3"]},
        {"expires": "2036-11-24T09:30:00Z"},
        {"domain": "a.example"},
        {"@context": [CREDENTIALS_V2]},
    ],
)
def test_no_other_proof_holds(
    changes: dict[str, Any],
    secured: dict[str, Any],
    signer: SeedSigner,
    contexts: ContextLibrary,
) -> None:
    changed = _with_proof(secured, **changes)

    assert not holds(changed, public_key=signer.public_key, contexts=contexts)


@pytest.mark.parametrize("proof", [None, [], "x", 7, [None], {}, [{}, 3]])
def test_no_proof_does_not_hold(
    proof: Any, secured: dict[str, Any], signer: SeedSigner, contexts: ContextLibrary
) -> None:
    changed = {**secured, "proof": proof}

    assert not holds(changed, public_key=signer.public_key, contexts=contexts)


def test_of_two_proofs_of_this_suite_neither_is_chosen(
    secured: dict[str, Any], signer: SeedSigner, contexts: ContextLibrary
) -> None:
    proof = secured["proof"]

    def holds_with(proofs: list[Any]) -> bool:
        changed = {**secured, "proof": proofs}
        return holds(changed, public_key=signer.public_key, contexts=contexts)

    assert holds_with([proof])
    assert holds_with([{"cryptosuite": "other"}, proof])
    assert not holds_with([proof, proof])


def test_a_document_without_canonical_form_does_not_hold(
    secured: dict[str, Any], signer: SeedSigner, contexts: ContextLibrary
) -> None:
    changed = {**secured, "@context": ["https://a.example/unknown"]}

    assert not holds(changed, public_key=signer.public_key, contexts=contexts)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@value", "@list", "id", "name", "@graph"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(_JSON)
def test_hostile_documents_never_raise(value: Any) -> None:
    signer = SeedSigner("did:web:a.example#key-1", bytes(range(32)))
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-24T09:30:00Z",
        "verificationMethod": signer.key_id,
        "proofPurpose": "assertionMethod",
        "proofValue": multibase.encode(bytes(64)),
    }
    document = {"@context": CREDENTIALS_V2, "name": value, "proof": proof}
    library = ContextLibrary({CREDENTIALS_V2: '{"name":"https://schema.org/name"}'})

    assert not holds(document, public_key=signer.public_key, contexts=library)


@pytest.mark.parametrize(
    ("created", "key_id"),
    [
        ("2026-11-24T09:30:00", "did:web:a.example#key-1"),
        ("2026-11-24T09:30:00.5Z", "did:web:a.example#key-1"),
        ("2026-11-24T09:30:00Z\n", "did:web:a.example#key-1"),
        ("2026-11-24T09:30:00Z", "did:web:a.example"),
        ("2026-11-24T09:30:00Z", "https://a.example/keys#1"),
        ("2026-11-24T09:30:00Z", "did:web:a.example#key>\n"),
    ],
)
def test_options_that_would_break_the_lines_are_refused(
    created: str, key_id: str
) -> None:
    with pytest.raises(ProofOptionsUnfit):
        canonical_options(created=created, verification_method=key_id)
