"""What the page says, arranged for paper: from a statement to a template's values.

A template has loops and conditions only. Here what a statement may leave out gets its
empty value, and texts in a second language stand beside those they translate.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from issuer.credentials.page_area import arrange
from issuer.credentials.page_fonts import PRINTED_AS, require_printable
from issuer.credentials.page_refusals import PageTooLarge
from issuer.domain.days import day_in_finland
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.licence_cards import was_expired

MOST_REQUIREMENTS = 300

_PRINT = str.maketrans(PRINTED_AS)
# What statements did not hold before somebody asked for it.
_WITHOUT = {"shows_levels": False, "valid_until": None}

Statement = Mapping[str, Any]


def require_page_possible(statement: Statement) -> None:
    """Raise PageTooLarge or CharacterUnprintable if no page can show `statement`.

    Ask before sealing: a sealed certificate without a page is of no use on paper.
    """
    count = sum(len(area["requirements"]) for area in _areas(statement))
    if count > MOST_REQUIREMENTS:
        raise PageTooLarge(count=count, limit=MOST_REQUIREMENTS)
    require_printable(_texts(statement))


def build_contents(
    statement: Statement, *, titles: Mapping[str, str], check_url: str
) -> dict[str, Any]:
    """Return the values a template gets: strings, numbers, lists and dicts only.

    `statement` is the dict of a CertificateStatement (`dataclasses.asdict`), `titles`
    what the template calls itself in each language.
    """
    shown: dict[str, Any] = {k: _as_printed(v) for k, v in statement.items()}
    issued_at = datetime.fromisoformat(shown["issued_at"])
    second = shown.get("second_language") or None
    return {
        **_WITHOUT,
        **shown,
        "title": titles[shown["language"]],
        "second_language": second,
        "second_title": titles[second] if second else None,
        "clause": CLAUSE[shown["language"]],
        "second_clause": CLAUSE[second] if second else None,
        "issued_on": day_in_finland(issued_at).isoformat(),
        "qualification": _translated(shown["qualification"], second),
        "sites": _unique(
            [environment["site"] for environment in shown["environments"]]
            + [row["site"] for area in _areas(shown) for row in area["requirements"]]
        ),
        "environments": [
            {**environment, "report": _address(environment["report_url"])}
            for environment in shown["environments"]
        ],
        "units": [_unit(unit, second) for unit in shown["units"]],
        "assurances": _assurances(_areas(shown)),
        "licence_cards": [
            {
                **card,
                "is_expired": was_expired(
                    card["valid_until"], issued_at=shown["issued_at"]
                ),
            }
            for card in shown.get("licence_cards") or []
        ],
        "check_host": urlsplit(check_url).netloc,
        "earlier": [_serial_of(address) for address in shown["builds_on"]],
        "replaced": _serial_of(shown.get("supersedes") or ""),
    }


def write_day(day: str) -> str:
    """Return an ISO date as it is written in Finland, 24.11.2026."""
    on = date.fromisoformat(day)
    return f"{on.day}.{on.month}.{on.year}"


def write_span(first: str, last: str) -> str:
    """Return two ISO dates as one span; what they share stands once."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if begin == end:
        return write_day(last)
    year = "" if begin.year == end.year else str(begin.year)
    return f"{begin.day}.{begin.month}.{year}–{write_day(last)}"


def _serial_of(certificate_id: str) -> str:
    return certificate_id.rstrip("/").rpartition("/")[2]


def _areas(statement: Statement) -> Iterator[Mapping[str, Any]]:
    for unit in statement["units"]:
        yield from unit["areas"]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _as_printed(value: object) -> object:
    """Return `value` with each character in the shape the fonts have for it."""
    if isinstance(value, str):
        return value.translate(_PRINT)
    if isinstance(value, Mapping):
        return {key: _as_printed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_printed(item) for item in value]
    return value


def _unique(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _address(url: str) -> dict[str, str]:
    """Return an address as it is printed, and as a link if it is one of the web."""
    scheme, _, rest = url.partition("://")
    is_web = scheme in {"http", "https"}
    return {"href": url if is_web else "", "text": rest if is_web else url}


def _translated(named: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    """Return the values with `second` as the text in the second language, or None."""
    second = named.get("second")
    if not second or second["language"] != language:
        return {**named, "second": None}
    return {**named, "second": second.get("name") or second.get("text")}


def _unit(unit: Mapping[str, Any], second: str | None) -> dict[str, Any]:
    rows = [row for area in unit["areas"] for row in area["requirements"]]
    total = unit["total"]
    areas = [
        {
            **_translated(area, second),
            **arrange([_translated(row, second) for row in area["requirements"]]),
        }
        for area in unit["areas"]
    ]
    return {
        **_translated(unit, second),
        "is_one_area": unit.get("scope_of_certificate") == "area",
        "percent": round(100 * unit["identified"] / total, 1) if total else 0,
        "assurances": _assurances(unit["areas"]),
        "has_codes": any(row["code"] for row in rows),
        "has_letters": any(area["cases"] for area in areas),
        "areas": areas,
    }


def _assurances(areas: Iterable[Mapping[str, Any]]) -> list[str]:
    rows = [row for area in areas for row in area["requirements"]]
    return sorted(_unique(row["assurance"] for row in rows))
