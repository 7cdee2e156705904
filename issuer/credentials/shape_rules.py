"""Rules for single values of a credential; each raises FlawFound or is content.

IRIs are absolute and plain ASCII (RFC 3986, a subset of RFC 3987), because JSON-LD
processors part over anything looser. Times are UTC in whole seconds.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

Rule = Callable[[object, str], None]

_LONGEST_LINE = 2000
_LONGEST_TEXT = 100_000
_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_REST = rf"(?:/{_CHARACTER}*)*(?:\?(?:{_CHARACTER}|[/?])*)?(?:#(?:{_CHARACTER}|[/?])*)?"
_HTTP_URL = re.compile(
    rf"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?{_REST}"
)
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._-]+(?:(?::|%3A)[A-Za-z0-9._-]+)*")
_DID_URL = re.compile(_DID.pattern + r"#[A-Za-z0-9._-]+")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII
)


class Flaw(NamedTuple):
    """Where a document breaks its shape (a JSON path), and how."""

    place: str
    reason: str


class FlawFound(Exception):
    """Carries a flaw from the rule that found it."""

    def __init__(self, place: str, reason: str) -> None:
        self.flaw = Flaw(place, reason)
        super().__init__(f"{place}: {reason}")


def text(value: object, place: str) -> None:
    """Require a text that is not empty; line feed is its only control character."""
    _require_text(value, place, longest=_LONGEST_TEXT, allowed="\n")


def line(value: object, place: str) -> None:
    """Require a text of one line."""
    _require_text(value, place, longest=_LONGEST_LINE, allowed="")


def iri(value: object, place: str) -> None:
    """Require an absolute http or https URL, or a DID with or without a fragment."""
    found = _string(value, place)
    if len(found) > _LONGEST_LINE or not (
        _HTTP_URL.fullmatch(found) or _DID.fullmatch(found) or _DID_URL.fullmatch(found)
    ):
        raise FlawFound(place, "it is not an absolute address")


def instant(value: object, place: str) -> None:
    """Require a time that exists, as `YYYY-MM-DDThh:mm:ssZ`."""
    found = _string(value, place)
    if not _INSTANT.fullmatch(found) or not _exists(found):
        raise FlawFound(place, "it is not a time like 2026-11-24T09:30:00Z")


def exactly(expected: Any) -> Rule:  # noqa: ANN401 - any JSON value
    """Return a rule that requires this very value, with these very types."""

    def rule(value: object, place: str) -> None:
        if not _same(value, expected):
            raise FlawFound(place, "it is not the value it must be")

    return rule


def one_of(*choices: str) -> Rule:
    """Return a rule that requires one of these texts."""

    def rule(value: object, place: str) -> None:
        if _string(value, place) not in choices:
            raise FlawFound(place, "it is not one of the values it may be")

    return rule


def matching(pattern: str, reason: str) -> Rule:
    """Return a rule that requires the whole text to match, else gives `reason`."""
    compiled = re.compile(pattern, re.ASCII)

    def rule(value: object, place: str) -> None:
        if not compiled.fullmatch(_string(value, place)):
            raise FlawFound(place, reason)

    return rule


did = matching(_DID.pattern, "it is not a DID")
did_url = matching(_DID_URL.pattern, "it is not the DID URL of a key")


def _string(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise FlawFound(place, "it is not a text")
    return value


def _require_text(value: object, place: str, *, longest: int, allowed: str) -> None:
    found = _string(value, place)
    if not found.strip():
        raise FlawFound(place, "it is empty")
    if len(found) > longest:
        raise FlawFound(place, "it is too long")
    if any(
        unicodedata.category(c) in {"Cc", "Cs"} for c in set(found) if c not in allowed
    ):
        raise FlawFound(place, "it holds an invisible control character")


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _same(value: object, expected: object) -> bool:
    """Compare as JSON does: False is not 0, and 1 is not 1.0."""
    if type(value) is not type(expected):
        return False
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(_same, value, expected))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(
            _same(member, expected[name]) for name, member in value.items()
        )
    return value == expected
