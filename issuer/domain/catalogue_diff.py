"""What changed between two editions of a qualification, in plain words.

Units are matched by code, then by their id in ePerusteet, then by name. Requirements
of a matched unit are matched by key, then by text, then by likeness of text: codes are
given per text, so a reworded requirement often has a new one.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from issuer.domain.catalogue import CatalogueEdition, Requirement, Unit
from issuer.domain.texts import LANGUAGES, LocalText

LIKENESS = 0.6
_T = TypeVar("_T")


class ChangeKind(StrEnum):
    """What kind of thing changed."""

    QUALIFICATION_RENAMED = "qualification_renamed"
    VALIDITY_CHANGED = "validity_changed"
    UNIT_ADDED = "unit_added"
    UNIT_REMOVED = "unit_removed"
    UNIT_RENAMED = "unit_renamed"
    SCOPE_CHANGED = "scope_changed"
    REQUIREMENT_ADDED = "requirement_added"
    REQUIREMENT_REMOVED = "requirement_removed"
    REQUIREMENT_REWORDED = "requirement_reworded"
    REQUIREMENT_RECODED = "requirement_recoded"


_WORDS = {
    ChangeKind.QUALIFICATION_RENAMED: "The qualification is now called “{after}”, "
    "before “{before}”.",
    ChangeKind.VALIDITY_CHANGED: "The qualification is now valid {after}, before "
    "{before}.",
    ChangeKind.UNIT_ADDED: "New unit: {unit}.",
    ChangeKind.UNIT_REMOVED: "Unit removed: {unit}.",
    ChangeKind.UNIT_RENAMED: "{unit} is now called “{after}”, before “{before}”.",
    ChangeKind.SCOPE_CHANGED: "{unit} now has the scope {after}, before {before}.",
    ChangeKind.REQUIREMENT_ADDED: "{unit} has a new requirement: “{after}”.",
    ChangeKind.REQUIREMENT_REMOVED: "{unit} no longer requires: “{before}”.",
    ChangeKind.REQUIREMENT_REWORDED: "{unit} words a requirement anew: “{after}”, "
    "before “{before}”.",
    ChangeKind.REQUIREMENT_RECODED: "{unit} gives the same requirement another code: "
    "{after}, before {before}.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `unit` is a unit's name with its code, empty for the whole."""

    kind: ChangeKind
    unit: str = ""
    before: str = ""
    after: str = ""

    def in_words(self) -> str:
        """Return the change as an English sentence."""
        return _WORDS[self.kind].format(
            unit=self.unit, before=self.before, after=self.after
        )


def changes_between(
    older: CatalogueEdition, newer: CatalogueEdition
) -> tuple[Change, ...]:
    """Return what changed from `older` to `newer`, in the order of the newer file."""
    return (*_of_the_whole(older, newer), *_of_units(older, newer))


def _of_the_whole(older: CatalogueEdition, newer: CatalogueEdition) -> Iterator[Change]:
    if difference := _first_difference(older.name, newer.name):
        yield Change(ChangeKind.QUALIFICATION_RENAMED, "", *difference)
    before, after = _validity(older), _validity(newer)
    if before != after:
        yield Change(ChangeKind.VALIDITY_CHANGED, "", before, after)


def _of_units(older: CatalogueEdition, newer: CatalogueEdition) -> Iterator[Change]:
    pairs, removed, added = _matched(
        list(older.units),
        list(newer.units),
        [
            lambda unit: (unit.code, unit.source_id) if unit.code else None,
            lambda unit: unit.code,
            lambda unit: unit.source_id,
            lambda unit: unit.name.in_language("fi"),
        ],
    )
    before_of = {id(after): before for before, after in pairs}
    is_new = {id(unit) for unit in added}
    for unit in newer.units:
        if id(unit) in is_new:
            yield Change(ChangeKind.UNIT_ADDED, _label(unit))
        else:
            yield from _of_unit(before_of[id(unit)], unit)
    for unit in removed:
        yield Change(ChangeKind.UNIT_REMOVED, _label(unit))


def _of_unit(older: Unit, newer: Unit) -> Iterator[Change]:
    unit = _label(older)
    if difference := _first_difference(older.name, newer.name):
        yield Change(ChangeKind.UNIT_RENAMED, unit, *difference)
    before, after = _scope(older), _scope(newer)
    if before != after:
        yield Change(ChangeKind.SCOPE_CHANGED, unit, before, after)
    pairs, removed, added = _matched(
        [r for area in older.all_areas for r in area.requirements],
        [r for area in newer.all_areas for r in area.requirements],
        [
            lambda requirement: (requirement.key, requirement.text),
            lambda requirement: requirement.key,
            lambda requirement: requirement.text.in_language("fi"),
        ],
    )
    for was, now in [*pairs, *_alike(removed, added)]:
        yield from _of_requirement(unit, was, now)
    for requirement in removed:
        text = requirement.text.in_language("fi")
        yield Change(ChangeKind.REQUIREMENT_REMOVED, unit, before=text)
    for requirement in added:
        text = requirement.text.in_language("fi")
        yield Change(ChangeKind.REQUIREMENT_ADDED, unit, after=text)


def _of_requirement(
    unit: str, older: Requirement, newer: Requirement
) -> Iterator[Change]:
    if difference := _first_difference(older.text, newer.text):
        yield Change(ChangeKind.REQUIREMENT_REWORDED, unit, *difference)
    elif older.code != newer.code:
        before, after = older.code or "none", newer.code or "none"
        yield Change(ChangeKind.REQUIREMENT_RECODED, unit, before, after)


def _matched(
    older: list[_T], newer: list[_T], keys: list[Callable[[_T], Hashable]]
) -> tuple[list[tuple[_T, _T]], list[_T], list[_T]]:
    """Pair what is the same by the first key that says so; return the rest of both.

    A key of None says nothing, and where a key is repeated, the pairs go in order.
    """
    pairs: list[tuple[_T, _T]] = []
    for key in keys:
        waiting: dict[Hashable, list[_T]] = defaultdict(list)
        for was in older:
            waiting[key(was)].append(was)
        waiting.pop(None, None)
        rest: list[_T] = []
        paired: set[int] = set()
        for now in newer:
            if same := waiting.get(key(now)):
                paired.add(id(same[0]))
                pairs.append((same.pop(0), now))
            else:
                rest.append(now)
        older = [was for was in older if id(was) not in paired]
        newer = rest
    return pairs, older, newer


def _alike(
    removed: list[Requirement], added: list[Requirement]
) -> list[tuple[Requirement, Requirement]]:
    """Take from both lists the pairs whose Finnish texts are most alike."""
    likeness = sorted(
        (
            (_likeness(was, now), -i, -j)
            for i, was in enumerate(removed)
            for j, now in enumerate(added)
        ),
        reverse=True,
    )
    taken: list[tuple[Requirement, Requirement]] = []
    old, new = list(removed), list(added)
    for ratio, i, j in likeness:
        was, now = old[-i], new[-j]
        if ratio >= LIKENESS and was in removed and now in added:
            removed.remove(was)
            added.remove(now)
            taken.append((was, now))
    return taken


def _likeness(was: Requirement, now: Requirement) -> float:
    texts = was.text.in_language("fi"), now.text.in_language("fi")
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKENESS else 0.0


def _first_difference(older: LocalText, newer: LocalText) -> tuple[str, str] | None:
    """Return the texts in the first language in which they differ."""
    for language in LANGUAGES:
        before, after = getattr(older, language), getattr(newer, language)
        if before != after:
            mark = "" if language == "fi" else f" ({language})"
            return f"{before or 'no text'}{mark}", f"{after or 'no text'}{mark}"
    return None


def _label(unit: Unit) -> str:
    return f"{unit.name.in_language('fi')} ({unit.code or 'no code'})"


def _scope(unit: Unit) -> str:
    if unit.scope is None:
        return "not given"
    most = f"–{unit.scope_maximum:f}" if unit.scope_maximum is not None else ""
    return f"{unit.scope:f}{most} {unit.scope_unit}"


def _validity(edition: CatalogueEdition) -> str:
    days = (edition.valid_from, edition.valid_until, edition.transition_until)
    start, end, transition = (f"{d.day}.{d.month}.{d.year}" if d else "" for d in days)
    more = f", in transition until {transition}" if transition else ""
    return f"from {start or 'no date'}{f' until {end}' if end else ''}{more}"
