"""The older structure: requirements as an HTML list, criteria as `arviointi`.

A requirement is a leaf item of the list, an `<li>` without a list inside it. An item
that does hold a list is the heading of what it holds, and the paragraph before a list
(often "Opiskelija osaa", which the items continue) is the heading of the list.
"""

import unicodedata
from dataclasses import dataclass, field

from issuer.domain.catalogue import (
    AssessedTopic,
    GradingLevel,
    Requirement,
    TargetArea,
)
from issuer.domain.texts import LANGUAGES, LocalText
from issuer.gateways.eperusteet_grading import read_levels
from issuer.gateways.eperusteet_json import Place
from issuer.gateways.eperusteet_keys import key_of_text
from issuer.gateways.eperusteet_texts import (
    ShownText,
    feed,
    one_line,
    read_markup,
    read_name,
    refuse_identity_code,
)

_BULLETS = ("•", "·", "–", "-", "●")


@dataclass(slots=True)
class _Item:
    depth: int
    heading: str
    words: str = ""
    children: list["_Item"] = field(default_factory=list)
    holds_list: bool = False


class _ListReader(ShownText):
    """Builds the tree of list items; tolerates missing end tags, as browsers do."""

    def __init__(self) -> None:
        super().__init__()
        self.top: list[_Item] = []
        self.paragraphs: list[str] = [""]
        self._open: list[_Item] = []
        self._depth = 0

    def block_begins(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            if self._open and self._open[-1].depth == self._depth:
                self._open[-1].holds_list = True
            self._depth += 1
        elif tag == "li":
            self._close(self._depth)
            item = _Item(self._depth, self._heading())
            (self._open[-1].children if self._open else self.top).append(item)
            self._open.append(item)
        else:
            self._gap()

    def block_ends(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._close(self._depth)
            self._depth = max(0, self._depth - 1)
            if self._depth == 0:
                self._gap()
        elif tag == "li":
            if self._open and self._open[-1].depth == self._depth:
                self._open.pop()
        else:
            self._gap()

    def words(self, words: str) -> None:
        if self._open:
            self._open[-1].words += words
        else:
            self.paragraphs[-1] += words

    def _gap(self) -> None:
        if self._open:
            self._open[-1].words += " "
        else:
            self.paragraphs.append("")

    def _close(self, depth: int) -> None:
        while self._open and self._open[-1].depth >= depth:
            self._open.pop()

    def _heading(self) -> str:
        said = [one_line(p) for p in self.paragraphs if p.strip()]
        return said[-1] if said else ""


_Leaf = tuple[str, str]  # heading, requirement


def read_listed_areas(place: Place, *, unit_code: str | None) -> list[TargetArea]:
    """Return the target areas of the HTML list at `place`, none if it has no list.

    Other languages join the first one that has a list only where they have as many
    items; a list that cannot be laid beside it is left out rather than misplaced.
    Raises CatalogueShapeWrong or CatalogueHoldsIdentityCode.
    """
    leaves = {language: _leaves(place, language) for language in LANGUAGES}
    first = next((found for found in leaves.values() if found), [])
    beside = {
        language: found
        for language, found in leaves.items()
        if len(found) == len(first)
    }
    areas: list[tuple[LocalText, list[Requirement]]] = []
    for position in range(len(first)):
        heading = LocalText(**{k: v[position][0] or None for k, v in beside.items()})
        text = LocalText(**{k: v[position][1] or None for k, v in beside.items()})
        if not areas or areas[-1][0] != heading:
            areas.append((heading, []))
        key = key_of_text(text, unit_code=unit_code)
        areas[-1][1].append(Requirement(key=key, code=None, text=text))
    return [
        TargetArea(name, tuple(found), has_heading=name != LocalText())
        for name, found in areas
    ]


def read_assessment(place: Place) -> tuple[AssessedTopic, ...]:
    """Return the criteria of `arviointi` at `place`, topic by topic."""
    topics = []
    for area in place.items("arvioinninKohdealueet"):
        heading = read_name(area.field("otsikko"))
        for target in area.items("arvioinninKohteet"):
            name = read_name(target.field("otsikko"))
            levels = read_levels(target.items("osaamistasonKriteerit"))
            kept: tuple[GradingLevel, ...] = tuple(x for x in levels if x.criteria)
            topics.append(AssessedTopic(name if name.fi else heading, kept))
    return tuple(topics)


def _leaves(place: Place, language: str) -> list[_Leaf]:
    markup = read_markup(place, language)
    if not markup:
        return []
    there = place.field(language)
    reader = _ListReader()
    feed(reader, markup, there)
    found = [leaf for item in reader.top for leaf in _leaves_of(item, item.heading)]
    if not reader.top:
        found = _bulleted(reader.paragraphs)
    for _, text in found:
        refuse_identity_code(text, there)
    return found


def _leaves_of(item: _Item, heading: str) -> list[_Leaf]:
    """Return the leaves of `item`, the tree walked without recursion."""
    found: list[_Leaf] = []
    waiting = [(item, heading)]
    while waiting:
        this, above = waiting.pop()
        words = unicodedata.normalize("NFC", this.words).strip()
        if this.holds_list or this.children:
            below = [(child, one_line(words) or above) for child in this.children]
            waiting.extend(reversed(below))
        elif words:
            found.append((above, words))
    return found


def _bulleted(paragraphs: list[str]) -> list[_Leaf]:
    """Return the paragraphs that begin with a bullet, in lists typed by hand."""
    heading, found = "", []
    for paragraph in map(one_line, paragraphs):
        if paragraph.startswith(_BULLETS):
            found.append((heading, paragraph.lstrip("".join(_BULLETS)).strip()))
        elif paragraph:
            heading = paragraph
    return [leaf for leaf in found if leaf[1]]
