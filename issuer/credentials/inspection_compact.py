"""Inspection of the compact proof: the digits of a QR code, alone or in its URL."""

from datetime import UTC, datetime

from issuer.credentials import inspection_sentences as say
from issuer.credentials.compact_proof import (
    CompactClaims,
    CompactProofRefused,
    kid_of,
    read_digits,
)
from issuer.credentials.inspection_checks import (
    Surroundings,
    check_dates,
    check_key,
    check_status_entry,
    failed,
    passed,
    stopped,
    unknown,
)
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.presented import digits_of
from issuer.domain.errors import sentence
from issuer.domain.verification import Check, Reason

_WITHOUT_UNITS = sentence(
    "The code says whose certificate it is. Its units are too many for a code: see the "
    "certificate itself."
)


def inspect_digits(data: bytes, around: Surroundings) -> tuple[Check, ...]:
    """Return the checks of a code in the order of CHECKS; never raises.

    The code names its key only; the issuer is who holds that key.
    """
    found: list[PublicKey] = []

    def public_key_of(kid: bytes) -> bytes | None:
        key = find_compact_key(around.key_ring, kid)
        found.extend([key] if key else [])
        return key.raw if key else None

    try:
        claims, _, holds = read_digits(digits_of(data), public_key_of=public_key_of)
    except CompactProofRefused as error:
        reason = str(error.facts["reason"])
        return stopped(
            failed("well_formed", Reason.UNREADABLE, error.sentence, reason=reason)
        )
    sealed = datetime.fromtimestamp(claims.issued, UTC)
    dates = check_dates(starts=[sealed], until=_until(claims), at=around.at)
    well_formed = passed("well_formed", say.CODE_READ)
    schema = passed("schema", say.CODE_COMPLETE if claims.units else _WITHOUT_UNITS)
    if not found:
        return (
            well_formed,
            unknown("issuer", Reason.ISSUER_UNKNOWN, say.CODE_ISSUER_UNKNOWN),
            unknown("key", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
            unknown("signature", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
            schema,
            dates,
            unknown("status", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
        )
    issuer = found[0].controller
    return (
        well_formed,
        passed("issuer", say.ISSUER_KNOWN, issuer=issuer),
        check_key(found[0], issuer=issuer, purpose="compact", sealed=sealed),
        passed("signature", say.SIGNATURE_GOOD)
        if holds
        else failed("signature", Reason.ALTERED, say.SIGNATURE_BROKEN),
        schema,
        dates,
        _status(claims, issuer=issuer, around=around),
    )


def find_compact_key(key_ring: KeyRing, kid: bytes) -> PublicKey | None:
    """Return the one compact key with this short name, or None."""
    named = [
        key
        for key in key_ring.keys.values()
        if key.purpose == "compact" and kid_of(key.id) == kid
    ]
    return named[0] if len(named) == 1 else None


def _status(claims: CompactClaims, *, issuer: str, around: Surroundings) -> Check:
    if claims.status_list == 0:
        return unknown("status", Reason.LIST_ABSENT, say.STATUS_ABSENT)
    return check_status_entry(
        around.list_url(issuer, claims.status_list),
        claims.status_index,
        issuer=issuer,
        around=around,
    )


def _until(claims: CompactClaims) -> datetime | None:
    if claims.valid_until is None:
        return None
    return datetime.fromtimestamp(claims.valid_until, UTC)
