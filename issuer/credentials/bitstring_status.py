"""Bitstring Status List v1.0 (W3C): which certificates of an issuer are revoked.

A list is one bit a certificate, 131,072 of them, gzipped. Everyone fetches the whole
list, so nobody learns which certificate was looked at. Index 0 is the leftmost bit.
"""

import base64
import gzip
import re
import zlib
from collections.abc import Set
from dataclasses import dataclass
from typing import Self

from issuer.domain.errors import IssuerError, sentence

ENTRIES = 131_072
_BYTES = ENTRIES // 8
_LARGEST_ENCODED = 64 * 1024
_ENCODED = re.compile(r"u[A-Za-z0-9_-]+", re.ASCII)


class StatusListMalformed(IssuerError):
    """The text is no status list of the agreed length."""

    code = "status_list.malformed"
    sentence = sentence("This is not a status list: %(reason)s")


@dataclass(frozen=True, slots=True)
class StatusBits:
    """The bits of one list; immutable, a flip gives another."""

    data: bytes

    @classmethod
    def empty(cls) -> Self:
        """Return a list in which nothing is set."""
        return cls(bytes(_BYTES))

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """Read `encodedList`: `u`, then base64url of gzip (§3.2).

        Never inflates more than the list's length. Raises StatusListMalformed.
        """
        if len(encoded) > _LARGEST_ENCODED or not _ENCODED.fullmatch(encoded):
            raise StatusListMalformed(reason="it is not multibase base64url")
        text = encoded[1:]
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            inflater = zlib.decompressobj(wbits=31)
            data = inflater.decompress(packed, _BYTES + 1)
        except (ValueError, zlib.error) as error:
            raise StatusListMalformed(reason="it does not unpack") from error
        if len(data) != _BYTES or not inflater.eof or inflater.unused_data:
            raise StatusListMalformed(reason=f"it is not {ENTRIES} entries long")
        return cls(data)

    def encode(self) -> str:
        """Return `encodedList` (§3.3); compare bits, not texts: zlibs pack unlike."""
        packed = gzip.compress(self.data, compresslevel=9, mtime=0)
        return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def is_set(self, index: int) -> bool:
        """Tell whether the bit at `index` is set; raises StatusListMalformed beyond."""
        _require_index(index)
        return bool(self.data[index // 8] >> (7 - index % 8) & 1)

    def with_set(self, indexes: Set[int]) -> Self:
        """Return the list with these bits set as well."""
        changed = bytearray(self.data)
        for index in indexes:
            _require_index(index)
            changed[index // 8] |= 1 << (7 - index % 8)
        return type(self)(bytes(changed))


def _require_index(index: int) -> None:
    if not 0 <= index < ENTRIES:
        raise StatusListMalformed(reason=f"it has no entry {index}")
