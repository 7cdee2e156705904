"""What a Data Integrity proof says of itself, checked (W3C VC Data Integrity §2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials import generic_rules as rules
from issuer.credentials.shape_rules import FlawFound

_SUITES = (eddsa_rdfc_2022.CRYPTOSUITE, eddsa_jcs_2022.CRYPTOSUITE)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the verifier asks of a proof; None asks nothing."""

    purpose: str
    domain: str | None = None
    challenge: str | None = None


def require_options(
    proof: Mapping[str, Any], place: str, *, expected: Expected, at: datetime
) -> None:
    """Require a proof of one of our suites that is meant for this; raises FlawFound."""
    if proof.get("type") != eddsa_rdfc_2022.PROOF_TYPE:
        raise FlawFound(f"{place}.type", "it is not DataIntegrityProof")
    suite = proof.get("cryptosuite")
    if suite not in _SUITES:
        raise FlawFound(f"{place}.cryptosuite", "it is not a suite of this verifier")
    for name in ("verificationMethod", "proofPurpose", "proofValue"):
        if not isinstance(proof.get(name), str):
            raise FlawFound(f"{place}.{name}", "it is not a text")
    if proof["proofPurpose"] != expected.purpose:
        raise FlawFound(f"{place}.proofPurpose", f"it is not {expected.purpose}")
    if "@context" in proof and suite != eddsa_jcs_2022.CRYPTOSUITE:
        raise FlawFound(f"{place}.@context", "this suite would not sign it")
    _require_optional(proof, place)
    _require_times(proof, place, at=at)
    _require_wanted(proof, place, expected)


def _require_optional(proof: Mapping[str, Any], place: str) -> None:
    if "id" in proof:
        rules.url(proof["id"], f"{place}.id")
    for name in ("challenge", "nonce"):
        if name in proof and not isinstance(proof[name], str):
            raise FlawFound(f"{place}.{name}", "it is not a text")
    for name in ("domain", "previousProof"):
        if name in proof and not _is_texts(proof[name]):
            raise FlawFound(f"{place}.{name}", "it is not one or more texts")


def _require_times(proof: Mapping[str, Any], place: str, *, at: datetime) -> None:
    """Require times that bear a zone; a proof that has expired proves nothing.

    A proof may say that it is made later than our clock says; DI §4.4 asks nothing.
    """
    if "created" in proof:
        rules.timestamp(proof["created"], f"{place}.created")
    if "expires" in proof:
        ends = rules.timestamp(proof["expires"], f"{place}.expires")
        if ends <= at:
            raise FlawFound(f"{place}.expires", "the proof has expired")


def _require_wanted(proof: Mapping[str, Any], place: str, expected: Expected) -> None:
    domain = proof.get("domain")
    domains = domain if isinstance(domain, list) else [domain]
    if expected.domain is not None and expected.domain not in domains:
        raise FlawFound(f"{place}.domain", "it is not the verifier's")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise FlawFound(f"{place}.challenge", "it is not the verifier's")


def _is_texts(value: object) -> bool:
    members = value if isinstance(value, list) else [value]
    return bool(members) and all(isinstance(each, str) for each in members)
