"""What the page says, arranged for paper: from a statement to a template's values.

A template has loops and conditions only. Here the statement's rows are gathered so that
who, when and where stand once above an area and on a row only where they differ.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from issuer.credentials.page_fonts import PRINTED_AS, require_printable
from issuer.credentials.page_refusals import PageTooLarge
from issuer.domain.forbidden_claims import CLAUSE

MOST_REQUIREMENTS = 300

_PRINT = str.maketrans(PRINTED_AS)
_REQUIREMENT_CODES = "ammattitaitovaatimukset_"
_ZONE = "Europe/Helsinki"

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
    statement: Statement, *, title: str, check_url: str
) -> dict[str, Any]:
    """Return the values a template gets: strings, numbers, lists and dicts only.

    `statement` is the dict of a CertificateStatement (`dataclasses.asdict`).
    """
    shown: dict[str, Any] = {k: _as_printed(v) for k, v in statement.items()}
    issued_at = datetime.fromisoformat(shown["issued_at"])
    return {
        **shown,
        "title": title,
        "clause": CLAUSE[shown["language"]],
        "issued_on": issued_at.astimezone(ZoneInfo(_ZONE)).date().isoformat(),
        "sites": _unique(
            [environment["site"] for environment in shown["environments"]]
            + [row["site"] for area in _areas(shown) for row in area["requirements"]]
        ),
        "environments": [
            {**environment, "report": _address(environment["report_url"])}
            for environment in shown["environments"]
        ],
        "units": [_unit(unit) for unit in shown["units"]],
        "assurances": _assurances(_areas(shown)),
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


def _unit(unit: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row for area in unit["areas"] for row in area["requirements"]]
    total = unit["total"]
    return {
        **unit,
        "is_one_area": unit.get("scope_of_certificate") == "area",
        "percent": round(100 * unit["identified"] / total, 1) if total else 0,
        "assurances": _assurances(unit["areas"]),
        "has_codes": any(row["code"] for row in rows),
        "areas": [_area(area) for area in unit["areas"]],
    }


def _assurances(areas: Iterable[Mapping[str, Any]]) -> list[str]:
    rows = [row for area in areas for row in area["requirements"]]
    return sorted(_unique(row["assurance"] for row in rows))


def _area(area: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {**row, "instructor": _instructor(row), "mark": row.get("mark") or ""}
        for row in area["requirements"]
    ]
    seen = {
        key: _unique(row[key] for row in rows) for key in ("instructor", "site", "task")
    }
    days = sorted(_unique(row["observed_on"] for row in rows))
    differing = [key for key in ("task", "instructor", "site") if len(seen[key]) > 1]
    return {
        "name": area["name"],
        "seen_from": days[0] if days else None,
        "seen_to": days[-1] if days else None,
        "instructors": seen["instructor"],
        "sites": seen["site"],
        "task": seen["task"][0] if len(seen["task"]) == 1 else None,
        "rows": [
            {
                "text": row["text"],
                "text_language": row["text_language"],
                "identified": row["identified"],
                "observed_on": row["observed_on"],
                "mark": row["mark"],
                "code": (row["code"] or "").removeprefix(_REQUIREMENT_CODES),
                "notes": _unique(row[key] for key in differing),
            }
            for row in rows
        ],
    }


def _instructor(row: Mapping[str, Any]) -> str:
    """Return name and role, or the one of them that is stated."""
    return ", ".join(filter(None, (row["instructor"], row.get("instructor_role"))))
