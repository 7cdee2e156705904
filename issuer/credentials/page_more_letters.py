"""Latin letters that the certificate's own fonts lack, from Noto Sans (OFL).

Skolt Sámi writes Ǥ Ǩ Ʒ Ǯ and their small letters. Noto Sans comes as one variable file
of 2 MB with every weight; a page gets a regular and a semibold cut of it that hold the
missing letters only. Cutting takes a second, and only pages with such letters need it.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

MORE_LETTERS = "Certificate More Letters"
WEIGHTS = (400, 600)
_PACKAGE = "fontpkg_noto_sans"
_FILE = "NotoSans[wdth,wght].ttf"
# One letter is one glyph: nothing of how letters change beside each other is needed.
_DROPPED = ["GDEF", "GPOS", "GSUB"]
# Between two such letters a space is set in their typeface too.
_SPACES = " \u00a0\u00ad\u2003\u200b"

FACES_CSS = "\n".join(
    f'@font-face {{ font-family: "{MORE_LETTERS}"; font-weight: {weight}; '
    f'src: url("asset:fonts/more-{weight}.ttf") }}'
    for weight in WEIGHTS
)


@cache
def letters_beyond(own: frozenset[str]) -> frozenset[str]:
    """Return the Latin letters of Noto Sans that are not among `own`."""
    with TTFont(BytesIO(_variable()), lazy=True) as font:
        return frozenset(
            letter
            for letter in map(chr, font.getBestCmap())
            if letter not in own
            and unicodedata.category(letter)[0] == "L"
            and unicodedata.name(letter, "").startswith("LATIN ")
        )


@cache
def more_letters_assets(own: frozenset[str]) -> dict[str, bytes]:
    """Return the two cuts by the address the renderer asks for."""
    letters = letters_beyond(own)
    return {f"fonts/more-{weight}.ttf": _cut(letters, weight) for weight in WEIGHTS}


@cache
def _variable() -> bytes:
    return (files(_PACKAGE) / "files" / _FILE).read_bytes()


def _cut(letters: frozenset[str], weight: int) -> bytes:
    # Imported here because the serving process, which only asks what can be printed,
    # does without.
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415
    from fontTools.varLib import instancer  # type: ignore[import-untyped]  # noqa: PLC0415

    options = subset.Options(layout_features=[], notdef_outline=True)
    options.drop_tables += _DROPPED
    # The moment of cutting would make a font, and so a page, that never comes again.
    with TTFont(BytesIO(_variable()), lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=map(ord, letters.union(_SPACES)))
        subsetter.subset(font)
        instancer.instantiateVariableFont(
            font, {"wght": weight, "wdth": 100}, inplace=True
        )
        cut = BytesIO()
        font.save(cut)
    return cut.getvalue()
