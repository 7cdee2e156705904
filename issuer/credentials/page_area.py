"""One target area on paper: what its rows share stands once, in its heading.

Who saw it, where and at which task differ seldom. Where they do, the heading lists each
case under a letter and a row names its letter, so that a row stays one line.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_CODES = "ammattitaitovaatimukset_"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ASPECTS = ("instructor", "site", "task")

Row = Mapping[str, Any]


def arrange(requirements: Sequence[Row]) -> dict[str, Any]:
    """Return `heading` and its dates, `cases` by letter, and the rows of an area.

    `heading` are the texts that all identified rows share; `cases` are pairs of a
    letter and a text, none if there is only one case.
    """
    rows = [
        {**row, "instructor": _instructor(row), "mark": row.get("mark") or ""}
        for row in requirements
    ]
    seen = [row for row in rows if row["identified"]]
    days = sorted({row["observed_on"] for row in seen if row["observed_on"]})
    differing = [key for key in _ASPECTS if len({row[key] or "" for row in seen}) > 1]
    shared = [key for key in _ASPECTS if seen and key not in differing]
    texts = dict.fromkeys(_case(row, differing) for row in seen)
    letters = {text: letter_of(place) for place, text in enumerate(filter(None, texts))}
    return {
        "seen_from": days[0] if days else None,
        "seen_to": days[-1] if days else None,
        "heading": [seen[0][key] for key in shared if seen[0][key]],
        "cases": [(letter, text) for text, letter in letters.items()],
        "rows": [_row(row, letters.get(_case(row, differing), "")) for row in rows],
    }


def letter_of(place: int) -> str:
    """Return the letter of a case: a to z, then aa, ab and so on."""
    before, at = divmod(place, len(_ALPHABET))
    return (letter_of(before - 1) if before else "") + _ALPHABET[at]


def _case(row: Row, differing: Iterable[str]) -> str:
    if not row["identified"]:
        return ""
    return ", ".join(row[key] for key in differing if row[key])


def _row(row: Row, letter: str) -> dict[str, Any]:
    return {
        "text": row["text"],
        "text_language": row["text_language"],
        "second": row.get("second"),
        "identified": row["identified"],
        "observed_on": row["observed_on"],
        "mark": row["mark"],
        "code": (row["code"] or "").removeprefix(_CODES),
        "letter": letter,
    }


def _instructor(row: Row) -> str:
    """Return name and role, or the one of them that is stated."""
    return ", ".join(filter(None, (row["instructor"], row.get("instructor_role"))))
