"""The credential as a JWT: W3C VC-JOSE-COSE `vc+jwt`, ES256, for wallets that want one.

The payload is the credential itself, without proof, and beside it the claims that Open
Badges 3.0 §8.2.4 asks for: iss, jti, sub, nbf and exp, each equal to the credential's
own value. ES256 is deterministic here (RFC 6979): the same draft gives the same bytes.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from issuer.credentials import bounded_json
from issuer.credentials.signer import Signer
from issuer.domain.errors import IssuerError, sentence

ALGORITHM = "ES256"
TYPE = "vc+jwt"
CLAIMS = ("iss", "jti", "sub", "nbf", "exp")
_PARTS = 3


class JwtRefused(IssuerError):
    """The text is no JWT of our form."""

    code = "vc_jwt.refused"
    sentence = sentence("This is not a certificate as a JWT: %(reason)s")


def build_jwt(document: Mapping[str, Any], *, signer: Signer) -> bytes:
    """Return `document`, which has no proof, as a signed compact JWS."""
    header = {"alg": ALGORITHM, "typ": TYPE, "cty": "vc", "kid": signer.key_id}
    signed = _encoded(header) + b"." + _encoded({**document, **claims_of(document)})
    return signed + b"." + _base64url(signer.sign(signed))


def claims_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the registered claims that repeat the credential's own values."""
    claims: dict[str, Any] = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    return claims


def read_jwt(data: bytes) -> tuple[dict[str, Any], str, bytes, bytes]:
    """Return the credential, the key id, what was signed, and the signature.

    Nothing is trusted yet but the form. Raises JwtRefused for any other algorithm or
    type, or claims that do not repeat the credential's values.
    """
    parts = data.strip().split(b".")
    if len(parts) != _PARTS:
        raise JwtRefused(reason="it does not have three parts")
    header, payload = (_decoded(part) for part in parts[:2])
    expected = {"alg": ALGORITHM, "typ": TYPE, "cty": "vc", "kid": header.get("kid")}
    if header != expected or not isinstance(header["kid"], str):
        raise JwtRefused(reason="its header is not ours")
    document = {name: value for name, value in payload.items() if name not in CLAIMS}
    if "vc" in payload or "proof" in payload:
        raise JwtRefused(reason="it wraps another form")
    try:
        claims = claims_of(document)
    except (KeyError, TypeError, ValueError) as error:
        raise JwtRefused(reason="a compulsory value is missing") from error
    if claims != {name: payload[name] for name in CLAIMS if name in payload}:
        raise JwtRefused(reason="its claims differ from the certificate")
    return document, header["kid"], data.strip().rpartition(b".")[0], _bytes(parts[2])


def peek_issuer(data: bytes) -> str | None:
    """Return whose credential a JWT of any form says it is, untrusted; else None.

    Issuers sign with other algorithms too, and name themselves in `iss` or in the
    credential (VC-JOSE-COSE §3.1, VCDM 1.1 §6.3.1: in its `vc`).
    """
    parts = data.strip().split(b".")
    if len(parts) != _PARTS:
        return None
    try:
        payload = _decoded(parts[1])
    except JwtRefused:
        return None
    inner = payload.get("vc")
    document = inner if isinstance(inner, dict) else payload
    named = document.get("issuer")
    if isinstance(named, dict):
        named = named.get("id")
    issuer = payload.get("iss", named)
    return issuer if isinstance(issuer, str) and ":" in issuer else None


def is_signed(signed: bytes, *, signature: bytes, public_key: bytes) -> bool:
    """Tell whether the 64 bytes r||s were made over `signed` (RFC 7518 §3.4).

    `public_key` is the uncompressed P-256 point; never raises.
    """
    if len(signature) != 64:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _encoded(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _base64url(text.encode())


def _decoded(part: bytes) -> dict[str, Any]:
    try:
        value = bounded_json.parse(_bytes(part))
    except bounded_json.JsonRefused as error:
        raise JwtRefused(reason="a part of it is not JSON") from error
    if not isinstance(value, dict):
        raise JwtRefused(reason="a part of it is not an object")
    return value


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _bytes(part: bytes) -> bytes:
    """Decode strictly: one text stands for one value, so a changed last bit shows."""
    try:
        data = base64.b64decode(part + b"=" * (-len(part) % 4), b"-_", validate=True)
    except ValueError as error:
        raise JwtRefused(reason="a part of it is not base64url") from error
    if _base64url(data) != part:
        raise JwtRefused(reason="a part of it is not base64url")
    return data


def _seconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
