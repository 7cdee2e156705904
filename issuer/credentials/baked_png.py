"""A badge picture with the credential baked in (Open Badges 3.0 §5.3.1).

One uncompressed iTXt chunk with the keyword `openbadgecredential` after the header. We
bake the JSON; others may bake the compact JWS instead, and both are read. Reading looks
at chunks only; no pixel is ever decoded.
"""

import struct
import zlib
from collections.abc import Iterator

from issuer.domain.errors import IssuerError, sentence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
LARGEST = 4 * 1024 * 1024
_HEADER_END = 33  # signature, and the IHDR chunk of 25 bytes
_MOST_CHUNKS = 10_000


class PngRefused(IssuerError):
    """The picture is no PNG, or holds no credential, or more than one."""

    code = "baked_png.refused"
    sentence = sentence("This picture holds no certificate: %(reason)s")


def is_png(data: bytes) -> bool:
    """Tell whether `data` begins as a PNG does."""
    return data.startswith(SIGNATURE)


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return the PNG `picture` with `credential` (UTF-8 JSON) baked in."""
    if not is_png(picture) or picture[12:16] != b"IHDR":
        raise PngRefused(reason="it is not a PNG")
    text = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + credential
    return picture[:_HEADER_END] + _chunk(b"iTXt", text) + picture[_HEADER_END:]


def read_baked(data: bytes) -> bytes:
    """Return the text baked into a PNG, JSON or a compact JWS; raises PngRefused.

    Bounded: at most 4 MB, no decompression, checksums compared, exactly one credential.
    """
    if len(data) > LARGEST:
        raise PngRefused(reason="it is larger than 4 MB")
    if not is_png(data):
        raise PngRefused(reason="it is not a PNG")
    found = [
        text.removeprefix(KEYWORD + b"\0")
        for kind, text in _chunks(data)
        if kind == b"iTXt" and text.startswith(KEYWORD + b"\0")
    ]
    if len(found) != 1:
        raise PngRefused(reason=f"it holds {len(found)} certificates instead of one")
    if found[0][:2] != b"\0\0":
        raise PngRefused(reason="its text is compressed")
    language_and_rest = found[0][2:].split(b"\0", 2)
    if len(language_and_rest) != 3:
        raise PngRefused(reason="its text is cut short")
    return language_and_rest[2]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if place == len(data):
            return
        if place + 12 > len(data):
            raise PngRefused(reason="it is cut short")
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 12 + length
        if end > len(data):
            raise PngRefused(reason="it is cut short")
        kind, body = data[place + 4 : place + 8], data[place + 8 : end - 4]
        if struct.pack(">I", zlib.crc32(kind + body)) != data[end - 4 : end]:
            raise PngRefused(reason="a part of it is damaged")
        yield kind, body
        place = end
    raise PngRefused(reason="it has too many parts")
