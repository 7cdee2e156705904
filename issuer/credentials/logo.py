"""An organisation's logo, checked and made anew: what is stored is never the file sent.

A PNG is decoded and encoded again, an SVG is written again from a short list of what a
drawing may hold. So nothing hidden gets onto a certificate: no metadata, no script, no
address, no second file behind the first.
"""

from dataclasses import dataclass

from issuer.credentials.logo_png import rewrite_png
from issuer.credentials.logo_png_chunks import PNG_SIGNATURE
from issuer.credentials.logo_refusals import (
    LogoShapeUnfit,
    LogoTooLarge,
    LogoUnreadable,
)
from issuer.credentials.logo_svg import rewrite_svg

LARGEST = 200 * 1024
PNG_TYPE = "image/png"
SVG_TYPE = "image/svg+xml"
NARROWEST = 1 / 3
WIDEST = 8.0


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that is safe to print; `ratio` is its width over its height."""

    data: bytes
    media_type: str
    ratio: float


def parse_logo(data: bytes) -> Logo:
    """Return the logo in `data` made anew; the same file gives the same bytes.

    Raises LogoTooLarge, LogoUnreadable, LogoPartRefused, LogoTextRefused,
    LogoTooDetailed, LogoMoves or LogoShapeUnfit.
    """
    if len(data) > LARGEST:
        raise LogoTooLarge(field="logo", limit=LARGEST // 1024)
    if data.startswith(PNG_SIGNATURE):
        media_type, (clean, ratio) = PNG_TYPE, rewrite_png(data)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        media_type, (clean, ratio) = SVG_TYPE, rewrite_svg(data)
    else:
        raise LogoUnreadable(field="logo")
    if not NARROWEST <= ratio <= WIDEST:
        raise LogoShapeUnfit(field="logo")
    return Logo(clean, media_type, round(ratio, 4))
