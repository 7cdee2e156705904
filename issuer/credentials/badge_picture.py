"""The picture of a badge: drawn by us, the same for every certificate.

A spruce square with a check mark, as PNG, small enough to travel. The words are in the
credential, not in the picture, so that no language and no name is burnt in.
"""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

_SIDE = 512
_SPRUCE = (20, 82, 63)
_TINT = (228, 239, 233)


@cache
def badge_picture() -> bytes:
    """Return the PNG; the same bytes on every machine with the same Pillow."""
    large = Image.new("RGB", (_SIDE * 2, _SIDE * 2), "white")
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle((32, 32, 991, 991), radius=96, fill=_SPRUCE)
    pen.ellipse((224, 160, 800, 736), outline=_TINT, width=40)
    pen.line((376, 456, 480, 560, 664, 352), fill="white", width=64, joint="curve")
    for x, y in ((376, 456), (664, 352)):
        pen.ellipse((x - 32, y - 32, x + 32, y + 32), fill="white")
    pen.rounded_rectangle((288, 816, 736, 848), radius=16, fill=_TINT)
    out = BytesIO()
    small = large.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    small.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
