"""The cryptosuite eddsa-jcs-2022 (W3C VC-DI-EDDSA §3.3) of Data Integrity proofs.

The same hash as eddsa-rdfc-2022 over JCS instead of RDF, so that a browser can check it
without a library. The proof carries the document's `@context` (§3.3.1 step 2).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.credentials import multibase
from issuer.credentials.eddsa_rdfc_2022 import PROOF_PURPOSE, PROOF_TYPE
from issuer.credentials.jcs import NotCanonical, canonical_bytes
from issuer.credentials.signer import Signer

CRYPTOSUITE = "eddsa-jcs-2022"

_FIXED = {
    "type": PROOF_TYPE,
    "cryptosuite": CRYPTOSUITE,
    "proofPurpose": PROOF_PURPOSE,
}
_MEMBERS = {*_FIXED, "created", "verificationMethod", "proofValue"}


def build_proof(
    document: Mapping[str, Any], *, signer: Signer, created: str
) -> dict[str, Any]:
    """Return the proof of `document`, which has none yet; raises NotCanonical."""
    proof: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": signer.key_id,
        "proofPurpose": PROOF_PURPOSE,
    }
    if "@context" in document:
        proof = {"@context": document["@context"], **proof}
    hashed = hash_of(document, options=proof)
    return {**proof, "proofValue": multibase.encode(signer.sign(hashed))}


def hash_of(document: Mapping[str, Any], *, options: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed, options first (§3.3.4).

    `document` has no proof, `options` no proof value. Raises NotCanonical.
    """
    return b"".join(
        hashlib.sha256(canonical_bytes(part)).digest() for part in (options, document)
    )


def holds(secured: Mapping[str, Any], *, public_key: bytes) -> bool:
    """Tell whether the document's one proof of this suite was made with `public_key`.

    A proof with a member we do not know is refused, as it may ask for more than this
    checks (an end of validity, a challenge). Never raises (§3.3.2).
    """
    proof = secured.get("proof")
    proofs = proof if isinstance(proof, list) else [proof]
    ours = [
        p
        for p in proofs
        if isinstance(p, Mapping) and p.get("cryptosuite") == CRYPTOSUITE
    ]
    if len(ours) != 1 or set(ours[0]) - {"@context"} != _MEMBERS:
        return False
    document = {name: value for name, value in secured.items() if name != "proof"}
    return is_signed(document, proof=ours[0], public_key=public_key)


def is_signed(
    document: Mapping[str, Any], *, proof: Mapping[str, Any], public_key: bytes
) -> bool:
    """Tell whether `proof` was made over `document` with `public_key`; never raises.

    The proof's contexts must be the document's first ones, in order, and are what the
    document was signed with (§3.3.2 steps 4.1 and 4.2): contexts after them are not
    covered, so a caller must know them.
    """
    if any(proof.get(name) != value for name, value in _FIXED.items()):
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in proof:
        if not _begins(document.get("@context"), proof["@context"]):
            return False
        document = {**document, "@context": proof["@context"]}
    try:
        signature = multibase.decode(str(proof.get("proofValue")))
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, hash_of(document, options=options))
    except (
        InvalidSignature,
        NotCanonical,
        multibase.MultibaseMalformed,
        ValueError,
    ):
        return False
    return True


def _begins(whole: object, beginning: object) -> bool:
    all_of, first = (x if isinstance(x, list) else [x] for x in (whole, beginning))
    return all_of[: len(first)] == first
