"""The signature inside a sealed PDF, made with an open X.509 seal."""

from functools import lru_cache
from typing import Protocol

from issuer.credentials.cms_signature import SignatureForm
from issuer.credentials.pades_timestamps import (
    LARGEST_TOKEN,
    RequestTimestamp,
    stamp,
)

_ATTRIBUTES = 2560  # attributes, a signature of up to 512 bytes and what surrounds them
_STEP = 512


class PdfSeal(Protocol):
    """What seals a PDF: certificates in DER, the seal's own first, and a signature.

    A qualified seal at a trust service provider, whose key never leaves it, comes in
    here: `sign` then asks the provider.
    """

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The seal's own certificate and those above it."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the SHA-256 of `data`, as CMS holds it."""


def room_for(seal: PdfSeal, *, has_timestamp: bool) -> int:
    """Return how many hex digits a signature is given; for a seal always as many.

    A file's length then tells nothing, and does not change when it is made anew.
    """
    needed = len(_form(seal.chain).certificates) + _ATTRIBUTES
    if has_timestamp:
        needed += LARGEST_TOKEN
    return 2 * (-(-needed // _STEP) * _STEP)


def sign_digest(
    digest: bytes, *, seal: PdfSeal, timestamper: RequestTimestamp | None
) -> bytes:
    """Return the signature over a document's SHA-256, in DER (EN 319 142-1 §6.3).

    With a `timestamper` it carries a signature time-stamp. Raises TimestampRefused.
    """
    form = _form(seal.chain)
    attributes = form.attributes(digest)
    signature = seal.sign(attributes)
    token = stamp(signature, request=timestamper) if timestamper else b""
    return form.assemble(attributes, signature, timestamp=token)


@lru_cache(maxsize=64)
def _form(chain: tuple[bytes, ...]) -> SignatureForm:
    return SignatureForm.of(chain)
