"""The typefaces of the printed certificate, and what they can show.

Source Sans and Source Serif (SIL Open Font License) come from registry packages. They
are embedded under names of our own, so that a font of the machine never stands in.
Latin letters that they lack, such as seven of Skolt Sámi, are in `page_more_letters`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from issuer.credentials.page_more_letters import letters_beyond
from issuer.credentials.page_refusals import CharacterUnprintable

SANS = "Certificate Sans"
SERIF = "Certificate Serif"

# A line break ends a line, a tab is a space; the soft hyphen and the zero-width space
# only allow a break. All occur in published qualification requirements. Other invisible
# characters, such as those that turn the direction of writing, are not printable.
_SHOWN_BY_LAYOUT = frozenset("\n\t\u00ad\u200b")
# Drawn with another character of the same shape.
PRINTED_AS = {"\u2011": "-"}


@dataclass(frozen=True, slots=True)
class Face:
    """One font file and the CSS name, weight and style it answers to."""

    family: str
    weight: int
    package: str
    file: str
    style: str = "normal"

    @property
    def address(self) -> str:
        """Return the address under which the renderer asks for the file."""
        return f"fonts/{self.file}"

    def read(self) -> bytes:
        """Return the font file's bytes, from the installed package."""
        return (files(self.package) / "files" / self.file).read_bytes()


# TrueType, not OpenType-CFF: WeasyPrint 70's subsets of the latter point at .notdef
# glyphs, which ISO 19005-3 §6.2.11.8 forbids (veraPDF), and are half as big again.
FACES = (
    Face(SANS, 400, "font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    Face(SANS, 400, "font_source_sans_pro", "SourceSansPro-It.ttf", "italic"),
    Face(SANS, 600, "font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    Face(SERIF, 400, "font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    Face(SERIF, 600, "font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
)

FACES_CSS = "\n".join(
    f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
    f'font-style: {face.style}; src: url("asset:{face.address}") }}'
    for face in FACES
)


@cache
def font_assets() -> dict[str, bytes]:
    """Return the font files by the address the renderer asks for."""
    return {face.address: face.read() for face in FACES}


def font_folders() -> list[str]:
    """Return the folders of the font files, for a process that is to see no others."""
    return sorted({str(files(face.package) / "files") for face in FACES})


@cache
def source_characters(family: str | None = None) -> frozenset[str]:
    """Return every character that our own fonts show, or those of one family.

    A family's weights and styles show the same characters.
    """
    shown: set[str] = set()
    for face in FACES:
        if family in {None, face.family}:
            with TTFont(BytesIO(font_assets()[face.address]), lazy=True) as font:
                shown.update(map(chr, font.getBestCmap()))
    return frozenset(shown)


@cache
def printable_characters() -> frozenset[str]:
    """Return every character that the certificate can show.

    A template names all families, so a letter missing in the serif (ŋ, ŧ of the Sámi
    languages) is shown by the sans.
    """
    own = source_characters()
    return own | letters_beyond(own) | _SHOWN_BY_LAYOUT | PRINTED_AS.keys()


def needs_more_letters(text: str) -> bool:
    """Tell whether a letter of `text` is in none of the fonts but MORE_LETTERS."""
    return not (set(text) - _SHOWN_BY_LAYOUT).isdisjoint(
        letters_beyond(source_characters())
    )


def is_in_serif(text: str) -> bool:
    """Tell whether the serif has every letter: a name is set in one typeface."""
    return set(text) <= source_characters(SERIF) | _SHOWN_BY_LAYOUT


def missing_characters(texts: Iterable[str]) -> set[str]:
    """Return the characters of `texts` that no font of the certificate can show."""
    return set().union(*texts) - printable_characters()


def require_printable(texts: Iterable[str]) -> None:
    """Raise CharacterUnprintable naming the characters no font can show."""
    if missing := missing_characters(texts):
        named = (
            f"{character} (U+{ord(character):04X})"
            if character.isprintable()
            else f"U+{ord(character):04X}"
            for character in sorted(missing)
        )
        raise CharacterUnprintable(characters=", ".join(named))
