"""The chunks of a PNG that make its picture, whole and within bounds (PNG §5, §11).

Only what draws is handed on: head, palette, transparency, pixels, end. We look for
ourselves whether the pixels are all there, as libraries can be told not to mind.
"""

import struct
import zlib
from collections.abc import Iterator

from issuer.credentials.logo_refusals import (
    LogoMoves,
    LogoTooDetailed,
    LogoUnreadable,
)

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 16_000_000
_ANIMATION = b"acTL"
_DRAWING = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HEAD = struct.Struct(">IIBBBBB")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column and row of each pass of an interlaced picture, and the steps (§8.2).
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def keep_drawing_chunks(data: bytes) -> bytes:
    """Return the PNG with nothing in it but its picture.

    Raises LogoUnreadable, LogoMoves, and LogoTooDetailed before a pixel is unpacked.
    """
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise LogoUnreadable(field="logo")
    if any(kind == _ANIMATION for kind, _ in chunks):
        raise LogoMoves(field="logo")
    pixels = b"".join(body for kind, body in chunks if kind == b"IDAT")
    if _unpacked_size(pixels, most := _expected_size(chunks[0][1])) != most:
        raise LogoUnreadable(field="logo")
    return PNG_SIGNATURE + b"".join(
        _written(kind, body) for kind, body in chunks if kind in _DRAWING
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk, to the end of the picture (§5.3)."""
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        checked = data[at + 4 : at + 8 + length]
        crc = data[at + 8 + length : at + 12 + length]
        if zlib.crc32(checked).to_bytes(4, "big") != crc:
            raise LogoUnreadable(field="logo")
        yield checked[:4], checked[4:]
        if checked[:4] == b"IEND":
            return
        at += 12 + length


def _written(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def _expected_size(head: bytes) -> int:
    """Return how many bytes the rows take with their filter types (§7.2, §9)."""
    if len(head) != _HEAD.size:
        raise LogoUnreadable(field="logo")
    width, height, depth, colour, _, _, interlaced = _HEAD.unpack(head)
    if not width or not height or colour not in _CHANNELS:
        raise LogoUnreadable(field="logo")
    if width * height > MOST_PIXELS:
        raise LogoTooDetailed(field="logo")
    bits = depth * _CHANNELS[colour]
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    total = 0
    for column, row, across, down in passes:
        columns = max(0, -(-(width - column) // across))
        rows = max(0, -(-(height - row) // down))
        total += rows * (1 + -(-columns * bits // 8)) if columns else 0
    return total


def _unpacked_size(packed: bytes, most: int) -> int:
    """Return how much is packed, without keeping it; 0 if it is cut or damaged."""
    unpacking = zlib.decompressobj()
    size, rest = 0, packed
    try:
        while rest and not unpacking.eof and size <= most:
            size += len(unpacking.decompress(rest, 65_536))
            rest = unpacking.unconsumed_tail
    except zlib.error:
        return 0
    return size if unpacking.eof else 0
