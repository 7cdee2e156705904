"""A statement signed by a passkey, checked from bytes (WebAuthn Level 3 §7.2).

    challenge  SHA-256(`osaamisen-kuittaus/v1` NUL statement), the statement in JCS
    leaf       a mark in JCS; the statement's `root` is the Merkle root over the marks
    signature  over the authenticator data and the SHA-256 of the client data

Nothing but the bytes and the key is needed, so that it can be checked years later and
by others. Counting uses of a key is left to whoever accepts a signature first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
)
from webauthn.helpers.exceptions import WebAuthnException

from issuer.credentials import bounded_json
from issuer.credentials.jcs import NotCanonical, canonical_bytes
from issuer.domain.merkle import root_along, root_of
from issuer.domain.signed_statements import (
    SignedMark,
    SignedStatement,
    StatementMalformed,
)
from issuer.domain.signing import SignatureRefused

DOMAIN_TAG: Final = b"osaamisen-kuittaus/v1\0"
USER_PRESENT, USER_VERIFIED, MAY_LEAVE_DEVICE = 0x01, 0x04, 0x08
_SHORTEST_DATA: Final = 37
_LOCAL: Final = "localhost"
_SHA256 = hashes.SHA256()
# EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2).
_KINDS: Final[dict[int, type]] = {
    -8: ed25519.Ed25519PublicKey,
    -7: ec.EllipticCurvePublicKey,
    -257: rsa.RSAPublicKey,
}


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator answered, raw."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def flags(self) -> int:
        """The flags of the authenticator data (WebAuthn §6.1)."""
        return self.authenticator_data[32]

    @property
    def may_leave_device(self) -> bool:
        """Tell whether the key is a synced one: eligible for backup (§6.1.3)."""
        return bool(self.flags & MAY_LEAVE_DEVICE)

    @property
    def origin(self) -> str:
        """The origin that the client data name; "" where they name none."""
        said = _client_data(self.client_data).get("origin")
        return said if isinstance(said, str) else ""


def statement_bytes(statement: SignedStatement) -> bytes:
    """Return the canonical bytes of a statement; raises NotCanonical."""
    return canonical_bytes(statement.as_document())


def mark_bytes(mark: SignedMark) -> bytes:
    """Return the canonical bytes of a mark, a leaf of the tree; raises NotCanonical."""
    return canonical_bytes(mark.as_document())


def root_over(leaves: Sequence[bytes]) -> str:
    """Return the root that a statement over these leaves holds."""
    return root_of(leaves).hex()


def challenge_of(statement: bytes) -> bytes:
    """Return the challenge that a signature of this statement answers."""
    return sha256(DOMAIN_TAG + statement).digest()


def read_statement(data: bytes) -> SignedStatement:
    """Return the statement of its canonical bytes; raises StatementMalformed."""
    return SignedStatement.parse(_canonical(data))


def read_mark(data: bytes) -> SignedMark:
    """Return the mark of its canonical bytes; raises StatementMalformed."""
    return SignedMark.parse(_canonical(data))


def read_assertion(answer: str) -> Assertion:
    """Return what a browser sent as AuthenticationResponseJSON (WebAuthn §5.1).

    Raises SignatureRefused where it is none; nothing is checked yet.
    """
    try:
        said = bounded_json.parse(answer.encode())
        response = said["response"]
        assertion = Assertion(
            base64url_to_bytes(said["rawId"]),
            base64url_to_bytes(response["clientDataJSON"]),
            base64url_to_bytes(response["authenticatorData"]),
            base64url_to_bytes(response["signature"]),
        )
    except (bounded_json.JsonRefused, *_UNREADABLE):
        raise SignatureRefused from None
    if len(assertion.authenticator_data) < _SHORTEST_DATA:
        raise SignatureRefused
    return assertion


def public_key_info(cose_key: bytes) -> bytes:
    """Return a registered COSE_Key as SubjectPublicKeyInfo, DER (RFC 5280 §4.1).

    Raises SignatureRefused for a key of another kind than its algorithm is of.
    """
    try:
        decoded = decode_credential_public_key(cose_key)
        key = decoded_public_key_to_cryptography(decoded)
    except _UNREADABLE:
        raise SignatureRefused from None
    if not isinstance(key, _KINDS.get(int(decoded.alg), ())):
        raise SignatureRefused
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def find_flaw(
    assertion: Assertion, *, statement: bytes, public_key: bytes, rp_id: str
) -> str:
    """Return in one word what is wrong with a signature; "" where it holds.

    `public_key` is a SubjectPublicKeyInfo; its kind decides between EdDSA, ES256 and
    RS256, the only ones that a passkey is registered with. Checks type, challenge,
    origin, relying party, that the person was there and verified, and the signature.
    """
    said = _client_data(assertion.client_data)
    data = assertion.authenticator_data
    if said.get("type") != "webauthn.get" or said.get("crossOrigin", False) is True:
        return "type"
    if _bytes(said.get("challenge")) != challenge_of(statement):
        return "challenge"
    if not is_origin_of(assertion.origin, rp_id=rp_id):
        return "origin"
    if len(data) < _SHORTEST_DATA or data[:32] != sha256(rp_id.encode()).digest():
        return "relying_party"
    if not (data[32] & USER_PRESENT and data[32] & USER_VERIFIED):
        return "not_verified"
    signed = data + sha256(assertion.client_data).digest()
    return "" if _holds(public_key, assertion.signature, signed) else "signature"


def find_flaw_of_mark(
    mark: bytes, *, statement: bytes, index: int, path: Sequence[bytes]
) -> str:
    """Return what is wrong with a mark's place in a statement; "" where it is there."""
    try:
        read_mark(mark)
        said = read_statement(statement)
    except StatementMalformed:
        return "malformed"
    root = root_along(mark, index=index, size=said.n, path=path)
    return "" if root is not None and root.hex() == said.root else "not_in_statement"


def is_origin_of(origin: str, *, rp_id: str) -> bool:
    """Tell whether pages of `origin` may use keys of `rp_id` (WebAuthn §5.1.4.1).

    By https only; http is secure on this very machine alone.
    """
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return False
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host == _LOCAL)
    return is_secure and bool(rp_id) and (host == rp_id or host.endswith(f".{rp_id}"))


_UNREADABLE: Final = (
    WebAuthnException,
    UnsupportedAlgorithm,
    UnicodeEncodeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def _holds(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        match load_der_public_key(public_key):
            case ed25519.Ed25519PublicKey() as key:
                key.verify(signature, signed)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(signature, signed, ec.ECDSA(_SHA256))
            case rsa.RSAPublicKey() as key:
                key.verify(signature, signed, padding.PKCS1v15(), _SHA256)
            case _:
                return False
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _client_data(data: bytes) -> dict[str, Any]:
    """Return the client data; browsers may add members to them (§5.8.1)."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _bytes(text: object) -> bytes | None:
    try:
        return base64url_to_bytes(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _canonical(data: bytes) -> object:
    try:
        document = bounded_json.parse(data)
        if canonical_bytes(document) == data:
            return document
    except (bounded_json.JsonRefused, NotCanonical):
        pass
    raise StatementMalformed(reason="it is not in canonical form")
