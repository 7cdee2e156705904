"""Whose key a passkey is, sealed by the issuer when it is registered.

Without it a signature says only that some passkey made it. The binding is a JSON
object in JCS; the issuer's credential key in force signs its bytes after a tag:

    type, v        `PasskeyBinding`, 1
    issuer, org    the issuer's DID, and the organisation's pseudonym in statements
    person         the pseudonym of whose key it is
    credential_id, public_key   of the passkey, base64url; the key as a
                   SubjectPublicKeyInfo, which every program reads
    algorithm      of its signatures: -8 EdDSA, -7 ES256, -257 RS256 (COSE)
    rp_id          the host the key belongs to; pages of no other can use it
    may_leave_device  whether it is synced
    shown_by       how the person had shown who they are: code, pin, passkey; `link`
                   where a link of `enrolled_by` was enough, `none` in the demo
    enrolled_by    the pseudonym of who handed the link out; empty where nobody did
    valid_from     since when the key speaks for the person
    bound_at       when this was sealed
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from webauthn.helpers import base64url_to_bytes

from issuer.credentials import bounded_json
from issuer.credentials.jcs import canonical_bytes
from issuer.credentials.key_ring import KeyRing, instant_text
from issuer.credentials.signer import Signer
from issuer.domain.errors import IssuerError, sentence

BINDING_TAG: Final = b"osaamisen-kuittaus/avain/v1\0"
PURPOSE: Final = "credential"
TYPE, VERSION = "PasskeyBinding", 1
_TYPES: Final = {"algorithm": int, "may_leave_device": bool}
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class BindingMalformed(IssuerError):
    """The bytes are no binding of this form."""

    code = "binding.malformed"
    sentence = sentence("This does not say whose passkey it is.")


@dataclass(frozen=True, slots=True)
class PasskeyBinding:
    """The members of a binding, as the module tells them."""

    issuer: str
    org: str
    person: str
    credential_id: str
    public_key: str
    algorithm: int
    rp_id: str
    may_leave_device: bool
    shown_by: str
    enrolled_by: str
    valid_from: str
    bound_at: str

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that the issuer signs."""
        return canonical_bytes({"type": TYPE, "v": VERSION, **asdict(self)})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the binding of its canonical bytes; raises BindingMalformed."""
        try:
            said = bounded_json.parse(data)
            if said.pop("type") != TYPE or said.pop("v") != VERSION:
                raise BindingMalformed
            names = {each.name for each in fields(cls)}
            if set(said) != names or not all(
                type(said[name]) is _TYPES.get(name, str) for name in names
            ):
                raise BindingMalformed
            found = cls(**said)
        except (bounded_json.JsonRefused, AttributeError, TypeError, LookupError):
            raise BindingMalformed from None
        times = (found.valid_from, found.bound_at)
        if not all(map(_INSTANT.fullmatch, times)) or found.to_bytes() != data:
            raise BindingMalformed
        return found


def seal_binding(binding: PasskeyBinding, signer: Signer) -> bytes:
    """Return the issuer's signature over a binding: Ed25519, 64 bytes (RFC 8032)."""
    return signer.sign(BINDING_TAG + binding.to_bytes())


def find_flaw_of_binding(
    data: bytes, signature: bytes, *, key_id: str, ring: KeyRing
) -> str:
    """Return in one word what is wrong with a sealed binding; "" where it holds.

    What a key sealed before it was retired stands; after it was revoked, nothing does.
    """
    try:
        binding = PasskeyBinding.parse(data)
    except BindingMalformed:
        return "malformed"
    key = ring.find(key_id)
    if key is None:
        return "unknown_key"
    if key.controller != binding.issuer or key.purpose != PURPOSE:
        return "other_key"
    revoked = key.revoked_from
    if revoked and binding.bound_at >= instant_text(revoked):
        return "revoked_key"
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(
            signature, BINDING_TAG + data
        )
    except InvalidSignature:
        return "binding_signature"
    return ""


def as_base64url(data: bytes) -> str:
    """Return bytes as base64url without padding (RFC 4648 §5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url text; raises BindingMalformed."""
    try:
        return base64url_to_bytes(text)
    except ValueError:
        raise BindingMalformed from None
