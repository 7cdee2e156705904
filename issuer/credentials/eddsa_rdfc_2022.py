"""The cryptosuite eddsa-rdfc-2022 (W3C VC-DI-EDDSA §3.2) of Data Integrity proofs.

The hash that is signed is SHA-256 of the canonical proof options followed by SHA-256
of the canonical document. The options are always the same five statements, so they
are written out and need no JSON-LD.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.credentials import multibase
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.rdfc import NotCanonicalizable, canonical_nquads
from issuer.credentials.signer import Signer
from issuer.domain.errors import IssuerError, sentence

CRYPTOSUITE = "eddsa-rdfc-2022"
PROOF_TYPE = "DataIntegrityProof"
PROOF_PURPOSE = "assertionMethod"

_MEMBERS = {
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
}
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DID_URL = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%/-]+#[A-Za-z0-9._:%/?-]+")

_OPTIONS = """\
_:c14n0 <http://purl.org/dc/terms/created> "{created}"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> .
_:c14n0 <https://w3id.org/security#cryptosuite> "eddsa-rdfc-2022"^^<https://w3id.org/security#cryptosuiteString> .
_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .
_:c14n0 <https://w3id.org/security#verificationMethod> <{verification_method}> .
"""  # noqa: E501 - the lines of the specification


class ProofOptionsUnfit(IssuerError):
    """The time or the key's id cannot stand in a proof."""

    code = "proof.options_unfit"
    sentence = sentence("The proof cannot be made: %(reason)s")


def canonical_options(*, created: str, verification_method: str) -> bytes:
    """Return the canonical N-Quads of the proof options (VC-DI-EDDSA §3.2.5).

    Raises ProofOptionsUnfit.
    """
    if not _CREATED.fullmatch(created):
        raise ProofOptionsUnfit(reason="the time is not a time with zone")
    if not _DID_URL.fullmatch(verification_method):
        raise ProofOptionsUnfit(reason="the key's id is not a DID URL")
    text = _OPTIONS.format(created=created, verification_method=verification_method)
    return text.encode()


def build_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    created: str,
    contexts: ContextLibrary,
) -> dict[str, str]:
    """Return the proof of `document`, which has none yet (VC-DI-EDDSA §3.2.1).

    Raises ProofOptionsUnfit and NotCanonicalizable.
    """
    options = canonical_options(created=created, verification_method=signer.key_id)
    hashed = _hashed(options, canonical_nquads(document, contexts=contexts))
    return {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": signer.key_id,
        "proofPurpose": PROOF_PURPOSE,
        "proofValue": multibase.encode(signer.sign(hashed)),
    }


def holds(
    secured: Mapping[str, Any], *, public_key: bytes, contexts: ContextLibrary
) -> bool:
    """Tell whether the document's one proof of this suite was made with `public_key`.

    Whatever is hostile or unusual in the document makes it False; never raises
    (VC-DI-EDDSA §3.2.2).
    """
    proof = _only_proof(secured)
    if proof is None:
        return False
    document = {name: value for name, value in secured.items() if name != "proof"}
    try:
        nquads = canonical_nquads(document, contexts=contexts)
    except NotCanonicalizable:
        return False
    return is_signed(nquads, proof=proof, public_key=public_key)


def is_signed(nquads: bytes, *, proof: Mapping[str, str], public_key: bytes) -> bool:
    """Tell whether `proof` was made over these canonical N-Quads with `public_key`.

    `proof` has the members of this suite, all texts; never raises.
    """
    try:
        options = canonical_options(
            created=proof["created"], verification_method=proof["verificationMethod"]
        )
        signature = multibase.decode(proof["proofValue"])
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, _hashed(options, nquads))
    except (
        InvalidSignature,
        ProofOptionsUnfit,
        multibase.MultibaseMalformed,
        ValueError,
    ):
        return False
    return True


def _only_proof(secured: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return the one proof of this suite in the proof or proof set, if well formed."""
    proof = secured.get("proof")
    proofs = proof if isinstance(proof, list) else [proof]
    ours = [
        p
        for p in proofs
        if isinstance(p, Mapping) and p.get("cryptosuite") == CRYPTOSUITE
    ]
    if len(ours) != 1 or set(ours[0]) != _MEMBERS:
        return None
    found = ours[0]
    if not all(isinstance(value, str) for value in found.values()):
        return None
    if found["type"] != PROOF_TYPE or found["proofPurpose"] != PROOF_PURPOSE:
        return None
    return found


def _hashed(options: bytes, document: bytes) -> bytes:
    """Join the hashes, options first (VC-DI-EDDSA §3.2.4)."""
    return hashlib.sha256(options).digest() + hashlib.sha256(document).digest()
