"""How an organisation's certificates look: one accent colour, a logo, their limits.

The accent stands as text on white and as a line on its own tint, so it must be dark
enough for both (WCAG 2.1, 1.4.3 and 1.4.11). A certificate keeps the look it was
reserved with; what is changed later is for later certificates.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from issuer.domain.errors import IssuerError, sentence

SPRUCE = "#14523f"
LEAST_ON_WHITE = 4.5
LEAST_ON_TINT = 3.0
_WHITE = "#ffffff"
_SHARE_IN_TINT = 0.12
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class ColourMalformed(IssuerError):
    """A colour is not written as `#rrggbb`."""

    code = "look.colour_malformed"
    sentence = sentence(
        "Write the colour as # and six characters 0–9 and a–f, for example #14523f."
    )


class ContrastTooLow(IssuerError):
    """An accent colour would not be readable on white."""

    code = "look.contrast_too_low"
    sentence = sentence(
        "%(colour)s is too light to read on white paper: its contrast is %(ratio)s:1 "
        "and must be at least %(least)s:1. The nearest darker colour that will do is "
        "%(nearest)s."
    )


@dataclass(frozen=True, slots=True)
class PageLook:
    """How one certificate's pages look, pinned when it is reserved.

    `logo_sha256` addresses the checked and re-encoded logo in the blob store;
    `logo_ratio` is its width over its height, written as a decimal number because a
    draft's canonical form holds no other. Without a logo the four are empty.
    """

    accent: str = SPRUCE
    accent_tint: str = "#e3eae8"
    logo_sha256: str | None = None
    logo_type: str | None = None
    logo_alt: str = ""
    logo_ratio: str | None = None

    def as_pinned(self) -> dict[str, Any]:
        """Return the look as primitives, as a draft holds it."""
        return asdict(self)


def parse_accent(text: str) -> str:
    """Return the accent colour in lower case; raise unless it can be read.

    Raises ColourMalformed, and ContrastTooLow with the ratio and a colour that will do.
    """
    colour = text.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise ColourMalformed(field="accent")
    if not _is_readable(colour):
        raise ContrastTooLow(
            field="accent",
            colour=colour,
            ratio=_rounded_down(contrast(colour, _WHITE)),
            least=str(LEAST_ON_WHITE),
            nearest=nearest_readable(colour),
        )
    return colour


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance).

    Raises ValueError for what is no `#rrggbb`.
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint_of(accent: str) -> str:
    """Return the pale tint of an accent, for bands and panels behind ink or accent."""
    return _written(255 - (255 - c) * _SHARE_IN_TINT for c in _channels(accent))


def nearest_readable(colour: str) -> str:
    """Return the lightest shade of `colour`, of its own hue, that can be read."""
    channels = _channels(colour)
    shades = (
        _written(c * share / 255 for c in channels) for share in range(255, -1, -1)
    )
    return next(shade for shade in shades if _is_readable(shade))


def _is_readable(colour: str) -> bool:
    return (
        contrast(colour, _WHITE) >= LEAST_ON_WHITE
        and contrast(colour, tint_of(colour)) >= LEAST_ON_TINT
    )


def _luminance(colour: str) -> float:
    linear = []
    for channel in _channels(colour):
        share = channel / 255
        linear.append(
            share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        )
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    if not _COLOUR.fullmatch(colour):
        raise ValueError(f"not a colour: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _rounded_down(ratio: float) -> str:
    """Write a ratio with two decimals, never rounded up to the limit it misses."""
    return f"{int(ratio * 100) / 100:.2f}"
