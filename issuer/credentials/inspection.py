"""Inspection of whatever is presented: JSON, JWT, PDF, baked PNG or the QR's digits.

One report for all: seven checks, each passed, failed or unknown. Inspection reads the
bytes, the key ring, the pinned contexts and the status lists it is handed; it fetches
nothing. What an unknown issuer has sealed is left open, neither forged nor valid.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from issuer.credentials import (
    baked_png,
    eddsa_jcs_2022,
    inspection_compact,
    inspection_jwt,
    pdf_attachment,
)
from issuer.credentials import inspection_sentences as say
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.eddsa_rdfc_2022 import is_signed
from issuer.credentials.inspection_checks import (
    CHECKS,
    Surroundings,
    check_dates,
    check_key,
    check_schema,
    check_status,
    failed,
    foreign,
    instant_of,
    issuer_unknown,
    passed,
    stopped,
    unknown,
)
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.presented import (
    Unreadable,
    find_jwt,
    looks_like_digits,
    parse_presented,
    peek_serial,
)
from issuer.credentials.rdfc import (
    NotCanonicalizable,
    canonical_lines,
    count_statements,
    joined,
)
from issuer.credentials.shape import SEALED, find_flaw
from issuer.domain.verification import Check, Outcome, Reason

__all__ = ["CHECKS", "inspect", "peek_serial"]


def inspect(
    data: bytes,
    *,
    key_ring: KeyRing,
    contexts: ContextLibrary,
    public_url: str,
    find_list: Callable[[str], bytes],
    list_url: Callable[[str, int], str],
    at: datetime,
) -> tuple[Check, ...]:
    """Return the checks of `data` in the order of CHECKS; never raises.

    `find_list` answers a status list's address with its bytes, or with none;
    `list_url` gives an issuer's list's address by its number. Follows VCDM 2.0 §7.1,
    VC Data Integrity §4.4, VC-JOSE-COSE §3 and RFC 9052 §4.4, with the closed shape
    as safe mode.
    """
    around = Surroundings(key_ring, contexts, public_url, find_list, list_url, at)
    if looks_like_digits(data):
        return inspection_compact.inspect_digits(data, around)
    if (jwt := find_jwt(data)) is not None:
        read = say.PNG_READ if baked_png.is_png(data) else say.JWT_READ
        return inspection_jwt.inspect_jwt(jwt, around, read=read)
    return _inspect_json(data, around)


def _inspect_json(data: bytes, around: Surroundings) -> tuple[Check, ...]:
    try:
        document = parse_presented(data)
    except Unreadable as error:
        return stopped(
            failed(
                "well_formed", Reason.UNREADABLE, error.sentence, **_told(error.facts)
            )
        )
    if flaw := find_flaw(document, SEALED):
        if _is_foreign(document, around.key_ring):
            return foreign(str(_issuer_of(document)))
        return stopped(
            failed("well_formed", Reason.UNREADABLE, say.SHAPE_BROKEN, place=flaw.place)
        )
    well_formed = passed("well_formed", _read(data))
    issuer = document["issuer"]["id"]
    dates = check_dates(
        starts=[instant_of(document["validFrom"]), _sealed(document)],
        until=instant_of(document["validUntil"]) if "validUntil" in document else None,
        at=around.at,
    )
    if not around.key_ring.of_controller(issuer):
        return (
            well_formed,
            *issuer_unknown(issuer),
            check_schema(document),
            dates,
            unknown("status", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
        )
    keys = [around.key_ring.find(p["verificationMethod"]) for p in document["proof"]]
    return (
        well_formed,
        passed("issuer", say.ISSUER_KNOWN, issuer=issuer),
        _keys(document, keys),
        _signatures(document, keys, around),
        check_schema(document, public_url=around.public_url),
        dates,
        check_status(document, around),
    )


def _read(data: bytes) -> str:
    if pdf_attachment.is_pdf(data):
        return say.PDF_READ
    return say.PNG_READ if baked_png.is_png(data) else say.JSON_READ


def _sealed(document: Mapping[str, Any]) -> datetime:
    return max(instant_of(proof["created"]) for proof in document["proof"])


def _keys(document: Mapping[str, Any], keys: list[PublicKey | None]) -> Check:
    """Every proof must be made with a key of the issuer's that counted then."""
    found = [
        check_key(
            key,
            issuer=document["issuer"]["id"],
            purpose="credential",
            sealed=instant_of(proof["created"]),
        )
        for proof, key in zip(document["proof"], keys, strict=True)
    ]
    return next((c for c in found if c.outcome is not Outcome.PASSED), found[0])


def _signatures(
    document: Mapping[str, Any], keys: list[PublicKey | None], around: Surroundings
) -> Check:
    """Both proofs must hold: each signs the whole document without proofs."""
    issuer = document["issuer"]["id"]
    rdfc_key, jcs_key = keys
    if rdfc_key is None or jcs_key is None:
        return unknown("signature", Reason.KEY_NOT_THEIRS, say.SIGNATURE_WITHOUT_KEY)
    if {rdfc_key.controller, jcs_key.controller} != {issuer}:
        return unknown("signature", Reason.KEY_NOT_THEIRS, say.SIGNATURE_WITHOUT_KEY)
    rdfc_proof, jcs_proof = document["proof"]
    unsealed = {name: value for name, value in document.items() if name != "proof"}
    try:
        lines = canonical_lines(unsealed, contexts=around.contexts)
    except NotCanonicalizable:
        return failed("signature", Reason.ALTERED, say.SIGNATURE_BROKEN)
    holds = (
        len(lines) == count_statements(unsealed)
        and is_signed(joined(lines), proof=rdfc_proof, public_key=rdfc_key.raw)
        and eddsa_jcs_2022.is_signed(unsealed, proof=jcs_proof, public_key=jcs_key.raw)
    )
    if not holds:
        return failed("signature", Reason.ALTERED, say.SIGNATURE_BROKEN)
    return passed("signature", say.SIGNATURE_GOOD)


def _is_foreign(document: object, key_ring: KeyRing) -> bool:
    """Tell whether this looks like a credential of an issuer we do not know."""
    if not isinstance(document, dict):
        return False
    types = document.get("type")
    issuer = _issuer_of(document)
    return (
        (types == "VerifiableCredential" or isinstance(types, list))
        and "VerifiableCredential" in types
        and issuer is not None
        and not key_ring.of_controller(issuer)
    )


def _issuer_of(document: Mapping[str, Any]) -> str | None:
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    return found if isinstance(found, str) else None


def _told(facts: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}
