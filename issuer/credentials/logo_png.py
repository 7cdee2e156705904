"""A PNG logo, decoded within bounds and encoded again with its pixels and no more.

Colours become 8-bit RGB with transparency where there is any; a profile, a text, a
date, a place and whatever follows the picture stay behind.
"""

import struct
import zlib
from io import BytesIO

from PIL import Image

from issuer.credentials.logo_png_chunks import keep_drawing_chunks
from issuer.credentials.logo_refusals import LogoUnreadable

LONGEST_SIDE = 1200
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


def rewrite_png(data: bytes) -> tuple[bytes, float]:
    """Return the picture made anew, and its width over its height.

    Raises LogoUnreadable, LogoMoves and LogoTooDetailed.
    """
    drawing = keep_drawing_chunks(data)
    try:
        with Image.open(BytesIO(drawing), formats=["PNG"]) as picture:
            picture.load()
            clean = _plain(picture)
    except _BROKEN as error:
        raise LogoUnreadable(field="logo") from error
    ratio = clean.width / clean.height
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    written = BytesIO()
    clean.save(written, "PNG", optimize=True)
    return written.getvalue(), ratio


def _plain(picture: Image.Image) -> Image.Image:
    """Return the pixels alone in a new picture: 8-bit RGB, or RGBA if see-through."""
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: Pillow's own conversion would turn most of them white.
        picture = picture.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
    see_through = picture.has_transparency_data
    plain = picture.convert("RGBA" if see_through else "RGB")
    return Image.frombytes(plain.mode, plain.size, plain.tobytes())
