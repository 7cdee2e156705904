"""Public keys as JSON Web Keys (RFC 7517): P-256 (RFC 7518 §6.2), Ed25519 (RFC 8037).

A P-256 key is handled as its uncompressed point: 0x04 and the 32 bytes of x and of y.
"""

from base64 import b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
)

from issuer.domain.errors import IssuerError, sentence

_UNCOMPRESSED = b"\x04"
_P256_MEMBERS = {"kty", "crv", "x", "y"}


class JwkMalformed(IssuerError):
    """The value is not the JWK of a P-256 public key."""

    code = "jwk.malformed"
    sentence = sentence("This is not a P-256 public key: %(reason)s")


def build_p256(point: bytes) -> dict[str, str]:
    """Return the JWK of an uncompressed P-256 point; raises JwkMalformed."""
    _require_on_curve(point)
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _base64url(point[1:33]),
        "y": _base64url(point[33:]),
    }


def build_ed25519(raw: bytes) -> dict[str, str]:
    """Return the JWK of the 32 bytes of an Ed25519 public key (RFC 8037 §2)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw)}


def parse_p256(jwk: object) -> bytes:
    """Return the point of a JWK that holds kty, crv, x and y and nothing else.

    Raises JwkMalformed. A private key's `d` is refused like any other member.
    """
    if not isinstance(jwk, dict) or set(jwk) != _P256_MEMBERS:
        raise JwkMalformed(reason="a JWK with kty, crv, x and y is wanted")
    if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
        raise JwkMalformed(reason="its kty is not EC or its crv not P-256")
    point = _UNCOMPRESSED + _coordinate(jwk["x"]) + _coordinate(jwk["y"])
    _require_on_curve(point)
    return point


def _require_on_curve(point: bytes) -> None:
    if len(point) != 65 or not point.startswith(_UNCOMPRESSED):
        raise JwkMalformed(reason="an uncompressed point has 65 bytes")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError as error:
        raise JwkMalformed(reason="the point is not on the curve") from error


def _coordinate(text: object) -> bytes:
    """Decode one coordinate; exactly one text stands for each value (RFC 7515 §2)."""
    try:
        value = b64decode(f"{text}=".encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        value = b""
    if len(value) != 32 or _base64url(value) != text:
        raise JwkMalformed(reason="a coordinate is not 32 bytes in base64url")
    return value


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
