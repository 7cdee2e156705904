"""Data Integrity proofs on any document, by did:key: single, in sets and in chains.

Follows W3C VC Data Integrity §4.2 to §4.6 with the suites eddsa-rdfc-2022 and
eddsa-jcs-2022 (VC-DI-EDDSA §3.2, §3.3). The proofs on our certificates are of one form
(`eddsa_rdfc_2022`, `eddsa_jcs_2022`); here the optional members are known as well.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022, multibase
from issuer.credentials.did_key import DidKeyMalformed, parse_key_id
from issuer.credentials.generic_contexts import GenericContexts
from issuer.credentials.generic_json_ld import canonical_nquads
from issuer.credentials.generic_proof_options import Expected, require_options
from issuer.credentials.jcs import NotCanonical
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.shape_rules import Flaw, FlawFound
from issuer.credentials.signer import Signer

SUITES = (eddsa_rdfc_2022.CRYPTOSUITE, eddsa_jcs_2022.CRYPTOSUITE)

_MOST_PROOFS = 16


@dataclass(frozen=True, slots=True)
class Proving:
    """What making or checking a proof needs of the house."""

    contexts: GenericContexts
    at: datetime


def secure(
    document: Mapping[str, Any],
    *,
    options: Mapping[str, Any],
    signer: Signer,
    proving: Proving,
) -> dict[str, Any]:
    """Return `document` with one more proof, made with `options` (DI §4.2, §4.3).

    A proof that is there already stays, and becomes one of a set. Raises FlawFound for
    options that a proof cannot have, NotCanonicalizable and NotCanonical.
    """
    body, proofs = split(document)
    proof = dict(options)
    if proof["cryptosuite"] == eddsa_jcs_2022.CRYPTOSUITE and "@context" in body:
        proof = {"@context": body["@context"], **proof}
    covered = _covered(body, proof, proofs)
    hashed = hash_of(covered, options=proof, contexts=proving.contexts)
    proof["proofValue"] = multibase.encode(signer.sign(hashed))
    return {**body, "proof": [*proofs, proof] if proofs else proof}


def find_flaw(
    secured: Mapping[str, Any], *, expected: Expected, proving: Proving
) -> Flaw | None:
    """Return why the proofs on `secured` do not all hold, or None (DI §4.4, §4.5)."""
    try:
        body, proofs = split(secured)
        _require_some(proofs)
        for number, proof in enumerate(proofs):
            place = f"$.proof[{number}]" if len(proofs) > 1 else "$.proof"
            require_options(proof, place, expected=expected, at=proving.at)
            _require_signature(body, proof, proofs, place, proving.contexts)
    except FlawFound as found:
        return found.flaw
    return None


def hash_of(
    document: Mapping[str, Any],
    *,
    options: Mapping[str, Any],
    contexts: GenericContexts,
) -> bytes:
    """Return the 64 bytes that are signed, options first (VC-DI-EDDSA §3.2.4, §3.3.4).

    Raises NotCanonicalizable or NotCanonical.
    """
    if options["cryptosuite"] == eddsa_jcs_2022.CRYPTOSUITE:
        return eddsa_jcs_2022.hash_of(document, options=options)
    configuration = {**options, "@context": document.get("@context", [])}
    return b"".join(
        hashlib.sha256(canonical_nquads(part, contexts=contexts)).digest()
        for part in (configuration, document)
    )


def split(
    document: Mapping[str, Any],
) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return the document without proofs, and its proofs; raises FlawFound."""
    body = {name: value for name, value in document.items() if name != "proof"}
    if "proof" not in document:
        return body, []
    value = document["proof"]
    proofs = value if isinstance(value, list) else [value]
    if not all(isinstance(proof, Mapping) for proof in proofs):
        raise FlawFound("$.proof", "it is neither an object nor several")
    return body, proofs


def _require_some(proofs: Sequence[Mapping[str, Any]]) -> None:
    if not 1 <= len(proofs) <= _MOST_PROOFS:
        raise FlawFound("$.proof", "there is no proof, or too many")


def _require_signature(
    body: dict[str, Any],
    proof: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
    place: str,
    contexts: GenericContexts,
) -> None:
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    covered = _covered(body, proof, proofs)
    if "@context" in proof:
        _require_beginning(body.get("@context"), proof["@context"], place)
        covered["@context"] = proof["@context"]
    try:
        signature = multibase.decode(proof["proofValue"])
        key = Ed25519PublicKey.from_public_bytes(
            parse_key_id(proof["verificationMethod"])
        )
        key.verify(signature, hash_of(covered, options=options, contexts=contexts))
    except DidKeyMalformed as error:
        raise FlawFound(f"{place}.verificationMethod", str(error)) from error
    except multibase.MultibaseMalformed as error:
        raise FlawFound(f"{place}.proofValue", str(error)) from error
    except (NotCanonicalizable, NotCanonical) as error:
        raise FlawFound("$", str(error)) from error
    except (InvalidSignature, ValueError) as error:
        raise FlawFound(place, "the signature does not hold") from error


def _covered(
    body: Mapping[str, Any],
    proof: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return what `proof` signs: the document with the proofs it follows (DI §4.5)."""
    if "previousProof" not in proof:
        return dict(body)
    named = proof["previousProof"]
    ids = named if isinstance(named, list) else [named]
    previous = [each for each in proofs if each.get("id") in ids]
    if not ids or len(previous) != len(set(ids)) or proof in previous:
        raise FlawFound("$.proof", "a proof follows one that is not there")
    return {**body, "proof": previous}


def _require_beginning(whole: object, beginning: object, place: str) -> None:
    """Require the proof's contexts to be the document's first (§3.3.2 step 4.1)."""
    all_of, first = (x if isinstance(x, list) else [x] for x in (whole, beginning))
    if all_of[: len(first)] != first:
        raise FlawFound(f"{place}.@context", "it is not how the document begins")
