"""Texts of ePerusteet, many of them HTML, as the plain text we store.

Markup, scripts and styles are dropped, entities decoded, control characters taken
out, and the rest is put in NFC. A name is one line without spare white space; a
requirement keeps its words and spaces as published, but for those at its ends.
"""

import re
import unicodedata
from html.parser import HTMLParser

from issuer.domain.catalogue_refusals import CatalogueHoldsIdentityCode
from issuer.domain.personal_identity_code import holds_personal_identity_code
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_json import Place

LONGEST_TEXT = 100_000
# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
NOT_SHOWN = frozenset({"script", "style", "template", "head", "noscript"})
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile(r"[ \t\n\r\f\v\x85]*[\t\n\r\f\v\x85][ \t\n\r\f\v\x85]*")


class ShownText(HTMLParser):
    """Reads what a browser would show; subclasses see each block begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what is not shown; tell of a block."""
        if tag in NOT_SHOWN:
            self._hidden.append(tag)
        elif tag in BLOCKS and not self._hidden:
            self.block_begins(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<br/>` as a block; an empty `<script/>` hides nothing after it."""
        if tag in BLOCKS and not self._hidden:
            self.block_begins(tag)
            self.block_ends(tag)

    def handle_endtag(self, tag: str) -> None:
        """Show again after what was not shown; tell of a block's end."""
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in BLOCKS and not self._hidden:
            self.block_ends(tag)

    def handle_data(self, data: str) -> None:
        """Pass on what is shown."""
        if not self._hidden:
            self.words(_BREAKS.sub(" ", data))

    def block_begins(self, tag: str) -> None:
        """Take note of a block's begin."""

    def block_ends(self, tag: str) -> None:
        """Take note of a block's end."""

    def words(self, words: str) -> None:
        """Take the words shown."""


class _Lines(ShownText):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]

    def block_begins(self, tag: str) -> None:
        self.lines.append("")

    def block_ends(self, tag: str) -> None:
        self.lines.append("")

    def words(self, words: str) -> None:
        self.lines[-1] += words


def read_name(place: Place) -> LocalText:
    """Return the name at `place`, one tidy line in each language it was given in.

    Raises CatalogueShapeWrong or CatalogueHoldsIdentityCode, as all readers here do.
    """
    return _local(place, " ")


def read_text(place: Place) -> LocalText:
    """Return the text at `place` verbatim, paragraphs and list items as lines."""
    return _local(place, "\n")


def read_markup(place: Place, language: str) -> str:
    """Return the markup at `place` in `language`, cleared of control characters."""
    given = place.string(language) or ""
    there = place.field(language)
    if len(given) > LONGEST_TEXT:
        there.refuse(f"a text of at most {LONGEST_TEXT} characters")
    try:
        given.encode()
    except UnicodeEncodeError:
        there.refuse("a text of whole characters")
    return _CONTROLS.sub("", given)


def feed(reader: ShownText, markup: str, place: Place) -> None:
    """Let `reader` read all of `markup`; raises CatalogueShapeWrong at `place`."""
    try:
        reader.feed(markup)
        reader.close()
    except AssertionError:  # how html.parser complains about a broken declaration
        place.refuse("HTML that can be read")


def one_line(text: str) -> str:
    """Return `text` as one line in NFC without spare white space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def refuse_identity_code(text: str, place: Place) -> None:
    """Raise CatalogueHoldsIdentityCode if `text`, read at `place`, holds one."""
    folded = unicodedata.normalize("NFKC", text)  # a code has at least nine digits
    if sum(map(str.isnumeric, folded)) >= 9 and holds_personal_identity_code(folded):
        raise CatalogueHoldsIdentityCode(file=place.file, place=place.path)


def _local(place: Place, joint: str) -> LocalText:
    given = {
        language: _plain(read_markup(place, language), place.field(language), joint)
        for language in ("fi", "sv", "en")
    }
    return LocalText(**given)


def _plain(markup: str, place: Place, joint: str) -> str | None:
    if not markup:
        return None
    lines = [_BREAKS.sub(" ", markup)]
    if "<" in markup or "&" in markup:
        reader = _Lines()
        feed(reader, markup, place)
        lines = reader.lines
    text = joint.join(line.strip() for line in lines if line.strip())
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()
    if joint == " ":
        text = one_line(text)
    refuse_identity_code(text, place)
    return text or None
