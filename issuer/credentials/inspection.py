"""Inspection of a presented credential: six checks, each passed, failed or unknown.

Inspection reads nothing but the bytes, the key ring and the pinned contexts. What an
issuer we do not know has sealed is left open: neither forged nor valid. Revocation is
known from our own books and is checked elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from issuer.credentials import inspection_sentences as say
from issuer.credentials import pdf_attachment
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.eddsa_rdfc_2022 import is_signed
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.lint import find_misplaced
from issuer.credentials.presented import (
    Unreadable,
    parse_presented,
    peek_serial,
    serial_of,
)
from issuer.credentials.rdfc import (
    NotCanonicalizable,
    canonical_lines,
    count_statements,
    joined,
)
from issuer.credentials.shape import SEALED, find_flaw
from issuer.domain.verification import Check, Outcome

__all__ = ["CHECKS", "inspect", "peek_serial"]

CHECKS = ("well_formed", "issuer", "key", "signature", "schema", "dates")
_CLOCK_SKEW = timedelta(minutes=5)


def inspect(
    data: bytes,
    *,
    key_ring: KeyRing,
    contexts: ContextLibrary,
    public_url: str,
    at: datetime,
) -> tuple[Check, ...]:
    """Return the checks of `data` in the order of CHECKS; never raises.

    `public_url` is where certificates of issuers in the key ring must live. Follows
    VCDM 2.0 §7.1 and VC Data Integrity §4.4, with the closed shape as safe mode.
    """
    try:
        document = parse_presented(data)
    except Unreadable as error:
        return _stopped(_failed("well_formed", error.sentence))
    if flaw := find_flaw(document, SEALED):
        if _is_foreign(document, key_ring):
            return _foreign(document)
        return _stopped(_failed("well_formed", say.SHAPE_BROKEN, place=flaw.place))
    well_formed = _passed(
        "well_formed", say.PDF_READ if pdf_attachment.is_pdf(data) else say.JSON_READ
    )
    if not key_ring.of_controller(document["issuer"]["id"]):
        return (
            well_formed,
            *_issuer_unknown(document["issuer"]["id"]),
            _schema(document),
            _dates(document, at),
        )
    key = key_ring.find(document["proof"]["verificationMethod"])
    return (
        well_formed,
        _passed("issuer", say.ISSUER_KNOWN, issuer=document["issuer"]["id"]),
        _key(document, key),
        _signature(document, key, contexts),
        _schema(document, public_url=public_url),
        _dates(document, at),
    )


def _key(document: Mapping[str, Any], key: PublicKey | None) -> Check:
    if key is None or key.controller != document["issuer"]["id"]:
        return _failed("key", say.KEY_NOT_THEIRS)
    sealed = _instant(document["proof"]["created"])
    if sealed < key.created:
        return _failed("key", say.KEY_NOT_YET)
    if key.revoked_from is not None and key.revoked_from <= sealed:
        return _failed("key", say.KEY_REVOKED)
    if key.retired is not None and key.retired < sealed:
        return _failed("key", say.KEY_RETIRED)
    return _passed("key", say.KEY_GOOD)


def _signature(
    document: Mapping[str, Any], key: PublicKey | None, contexts: ContextLibrary
) -> Check:
    if key is None or key.controller != document["issuer"]["id"]:
        return _unknown("signature", say.SIGNATURE_WITHOUT_KEY)
    unsealed = {name: value for name, value in document.items() if name != "proof"}
    try:
        lines = canonical_lines(unsealed, contexts=contexts)
    except NotCanonicalizable:
        return _failed("signature", say.SIGNATURE_BROKEN)
    if len(lines) != count_statements(unsealed) or not is_signed(
        joined(lines), proof=document["proof"], public_key=key.raw
    ):
        return _failed("signature", say.SIGNATURE_BROKEN)
    return _passed("signature", say.SIGNATURE_GOOD)


def _schema(document: dict[str, Any], *, public_url: str | None = None) -> Check:
    if place := find_misplaced(document):
        return _failed("schema", say.SCHEMA_BROKEN, place=place)
    if public_url and not serial_of(document, public_url=public_url):
        return _failed("schema", say.ID_NOT_OURS)
    return _passed("schema", say.SCHEMA_GOOD)


def _dates(document: Mapping[str, Any], at: datetime) -> Check:
    starts = [document["validFrom"], document["proof"]["created"]]
    if max(map(_instant, starts)) > at + _CLOCK_SKEW:
        return _failed("dates", say.DATE_AHEAD, date=max(starts))
    until = document.get("validUntil")
    if until is not None and _instant(until) < at:
        return _failed("dates", say.DATE_PAST, date=until)
    return _passed("dates", say.DATES_GOOD)


def _is_foreign(document: object, key_ring: KeyRing) -> bool:
    """Tell whether this looks like a credential of an issuer we do not know."""
    if not isinstance(document, dict):
        return False
    types = document.get("type")
    issuer = _issuer_of(document)
    return (
        isinstance(types, list)
        and "VerifiableCredential" in types
        and issuer is not None
        and not key_ring.of_controller(issuer)
    )


def _issuer_of(document: Mapping[str, Any]) -> str | None:
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    return found if isinstance(found, str) else None


def _foreign(document: Mapping[str, Any]) -> tuple[Check, ...]:
    return (
        _unknown("well_formed", say.FORM_FOREIGN),
        *_issuer_unknown(str(_issuer_of(document))),
        _unknown("schema", say.FORM_FOREIGN),
        _unknown("dates", say.FORM_FOREIGN),
    )


def _issuer_unknown(issuer: str) -> tuple[Check, Check, Check]:
    return (
        _unknown("issuer", say.ISSUER_UNKNOWN, issuer=issuer[:200]),
        _unknown("key", say.NO_KEYS),
        _unknown("signature", say.NO_KEYS),
    )


def _stopped(first: Check) -> tuple[Check, ...]:
    return (first, *(_unknown(name, say.NOT_REACHED) for name in CHECKS[1:]))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _passed(name: str, text: str, **facts: str) -> Check:
    return Check(name, Outcome.PASSED, text, facts)


def _failed(name: str, text: str, **facts: str) -> Check:
    return Check(name, Outcome.FAILED, text, facts)


def _unknown(name: str, text: str, **facts: str) -> Check:
    return Check(name, Outcome.UNKNOWN, text, facts)
