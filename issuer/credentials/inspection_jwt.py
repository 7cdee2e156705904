"""Inspection of a certificate presented as a JWT (VC-JOSE-COSE, ES256)."""

from issuer.credentials import inspection_sentences as say
from issuer.credentials.inspection_checks import (
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
from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.credentials.vc_jwt import JwtRefused, is_signed, peek_issuer, read_jwt
from issuer.domain.verification import Check, Reason


def inspect_jwt(
    data: bytes, around: Surroundings, *, read: str = say.JWT_READ
) -> tuple[Check, ...]:
    """Return the checks of a JWT in the order of CHECKS; never raises.

    `read` says how it came: as it is, or baked into a picture.
    """
    try:
        document, key_id, signed, signature = read_jwt(data)
    except JwtRefused as error:
        theirs = peek_issuer(data)
        if theirs and not around.key_ring.of_controller(theirs):
            return foreign(theirs)
        reason = str(error.facts["reason"])
        return stopped(
            failed("well_formed", Reason.UNREADABLE, error.sentence, reason=reason)
        )
    issuer = document["issuer"]["id"]
    if flaw := find_flaw(document, UNSEALED):
        if isinstance(issuer, str) and not around.key_ring.of_controller(issuer):
            return foreign(issuer)
        return stopped(
            failed("well_formed", Reason.UNREADABLE, say.SHAPE_BROKEN, place=flaw.place)
        )
    starts = instant_of(document["validFrom"])
    dates = check_dates(
        starts=[starts],
        until=instant_of(document["validUntil"]) if "validUntil" in document else None,
        at=around.at,
    )
    well_formed = passed("well_formed", read)
    if not around.key_ring.of_controller(issuer):
        return (
            well_formed,
            *issuer_unknown(issuer),
            check_schema(document),
            dates,
            unknown("status", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
        )
    key = around.key_ring.find(key_id)
    if key is None or key.controller != issuer or key.purpose != "jwt":
        signature_check = unknown(
            "signature", Reason.KEY_NOT_THEIRS, say.SIGNATURE_WITHOUT_KEY
        )
    elif is_signed(signed, signature=signature, public_key=key.raw):
        signature_check = passed("signature", say.SIGNATURE_GOOD)
    else:
        signature_check = failed("signature", Reason.ALTERED, say.SIGNATURE_BROKEN)
    return (
        well_formed,
        passed("issuer", say.ISSUER_KNOWN, issuer=issuer),
        check_key(key, issuer=issuer, purpose="jwt", sealed=starts),
        signature_check,
        check_schema(document, public_url=around.public_url),
        dates,
        check_status(document, around),
    )
