"""What someone presents to be checked, told apart by its first bytes."""

import re
from typing import Any

from issuer.credentials import baked_png, bounded_json, pdf_attachment, vc_jwt
from issuer.credentials.compact_claims import serial_of as serial_of_claims
from issuer.credentials.compact_proof import CompactProofRefused, read_digits
from issuer.domain.errors import IssuerError
from issuer.domain.identifiers import Serial, SerialMalformed

Unreadable = (
    bounded_json.JsonRefused,
    pdf_attachment.PdfRefused,
    baked_png.PngRefused,
)

_DIGITS = re.compile(rb"(?:https?://[^\s#]{1,200}/q#)?([0-9]{100,2200})")
_JWT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def looks_like_digits(data: bytes) -> bool:
    """Tell whether this is a QR code's text: its URL or its digits alone."""
    return len(data) < 4096 and _DIGITS.fullmatch(data.strip()) is not None


def digits_of(data: bytes) -> str:
    """Return the digits of a QR code's text; raises CompactProofRefused."""
    match = _DIGITS.fullmatch(data.strip())
    if match is None:
        raise CompactProofRefused(reason="it is not a number of ours")
    return match.group(1).decode()


def looks_like_jwt(data: bytes) -> bool:
    """Tell whether this has the three parts of a compact JWS."""
    if len(data) > bounded_json.LARGEST * 2 or data.lstrip()[:2] != b"ey":
        return False
    return _JWT.fullmatch(data.strip()) is not None


def find_jwt(data: bytes) -> bytes | None:
    """Return the compact JWS that this is, or that is baked into this PNG, or None."""
    if baked_png.is_png(data):
        try:
            data = baked_png.read_baked(data)
        except baked_png.PngRefused:
            return None
    return data if looks_like_jwt(data) else None


def parse_presented(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value presented in `data`: itself JSON, a PDF or a baked PNG.

    Nothing about it is trusted yet. Raises JsonRefused, PdfRefused or PngRefused.
    """
    if pdf_attachment.is_pdf(data):
        data = pdf_attachment.read_credential(data)
    elif baked_png.is_png(data):
        data = baked_png.read_baked(data)
    return bounded_json.parse(data)


def peek_serial(data: bytes) -> str | None:
    """Return the serial that what was presented claims for itself, untrusted."""
    try:
        if looks_like_digits(data):
            claims, _, _ = read_digits(digits_of(data), public_key_of=lambda _: None)
            return serial_of_claims(claims)
        jwt = find_jwt(data)
        document = vc_jwt.read_jwt(jwt)[0] if jwt else parse_presented(data)
        claimed = document["id"].rpartition("/v/")[2]
        return str(Serial.parse(claimed))
    except (IssuerError, TypeError, KeyError, AttributeError):
        return None


def serial_of(document: dict[str, Any], *, public_url: str) -> str | None:
    """Return the serial in an id of our own making, printed form only, or None."""
    prefix = f"{public_url.rstrip('/')}/v/"
    claimed = str(document["id"])
    if not claimed.startswith(prefix):
        return None
    try:
        serial = str(Serial.parse(claimed.removeprefix(prefix)))
    except SerialMalformed:
        return None
    return serial if claimed == prefix + serial else None


def is_what_was_sealed(
    data: bytes, *, credential: bytes, jwt: bytes | None, digits: str | None
) -> bool | None:
    """Tell whether `data` says what we sealed, whatever file carries it.

    Given are the stored forms of the certificate with its serial; None where that form
    was never made. Another spelling of the same JSON is the same; so is a JWT with
    another signature over the same words. `data` has been inspected.
    """
    if looks_like_digits(data):
        return None if digits is None else digits_of(data) == digits
    if (given := find_jwt(data)) is not None:
        return None if jwt is None else _signed_part(given) == _signed_part(jwt)
    try:
        return bool(parse_presented(data) == bounded_json.parse(credential))
    except Unreadable:
        return False


def _signed_part(jwt: bytes) -> bytes:
    return jwt.strip().rpartition(b".")[0]
