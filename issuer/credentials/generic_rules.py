"""Rules for single values of any Verifiable Credential, ours or not.

Wider than those of our certificates (`shape_rules`), and no wider than VCDM: each
raises FlawFound or is content.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from issuer.credentials.shape_rules import FlawFound

# RFC 3987 without what no IRI holds, so that every processor reads it alike.
_ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\x00-\x20\x7f]+')
# The expression of VCDM 2.0 §4.9.1 for an XSD 1.1 dateTimeStamp.
_TIMESTAMP = re.compile(
    r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|(24:00:00(\.0+)?))"
    r"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))",
    re.ASCII,
)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_DIRECTIONS = {"ltr", "rtl"}


def is_url(value: object) -> bool:
    """Tell whether `value` is an absolute URL (VCDM 2.0 §4.4)."""
    return isinstance(value, str) and bool(_ABSOLUTE.fullmatch(value))


def url(value: object, place: str) -> None:
    """Require one absolute URL."""
    if not is_url(value):
        raise FlawFound(place, "it is not one absolute URL")


def timestamp(value: object, place: str) -> datetime:
    """Require a time with its zone, and return it (VCDM 2.0 §4.9)."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise FlawFound(place, "it is not a dateTimeStamp")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise FlawFound(place, "it is not a time of the calendar") from error


def types(value: object, place: str, *, needed: str = "") -> None:
    """Require one or more type names, and `needed` among them (§4.5)."""
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise FlawFound(place, "it is not one or more names of types")
    if needed and needed not in names:
        raise FlawFound(place, f"{needed} is not among them")


def each_object(value: object, place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield one or more objects that are not empty, each with its place."""
    members = value if isinstance(value, list) else [value]
    if not members:
        raise FlawFound(place, "it is empty")
    for number, member in enumerate(members):
        where = f"{place}[{number}]" if isinstance(value, list) else place
        if not isinstance(member, Mapping) or not member:
            raise FlawFound(where, "it is not an object with members")
        yield member, where


def typed_objects(
    value: object, place: str, *, needs_id: bool = False, needs_type: bool = True
) -> None:
    """Require one or more objects with a type, and a URL for each id there is."""
    for member, where in each_object(value, place):
        if needs_type or "type" in member:
            types(member.get("type"), f"{where}.type")
        if needs_id or "id" in member:
            url(member.get("id"), f"{where}.id")


def url_or_object_with_id(value: object, place: str) -> None:
    """Require a URL, or an object whose id is one (§4.7)."""
    if isinstance(value, Mapping):
        url(value.get("id"), f"{place}.id")
    else:
        url(value, place)


def words(value: object, place: str) -> None:
    """Require a string or language value object, or several of these (§11.1)."""
    members = value if isinstance(value, list) else [value]
    if not members:
        raise FlawFound(place, "it is empty")
    for member in members:
        if not isinstance(member, str) and not _is_language_value(member):
            raise FlawFound(place, "it is neither text nor text in a language")


def _is_language_value(value: object) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("@value"), str):
        return False
    if value.keys() - {"@value", "@language", "@direction"}:
        return False
    language, direction = value.get("@language", "en"), value.get("@direction", "ltr")
    return (
        isinstance(language, str)
        and bool(_LANGUAGE.fullmatch(language))
        and direction in _DIRECTIONS
    )
