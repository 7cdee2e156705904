"""The public ePerusteet API over HTTP: find a qualification and fetch its bytes.

Follows no redirect, sends no more than the search and a `Caller-id`, and is bounded in
time, size and pages. Pages are counted by ourselves, as the answer's own page number
may stay at 0; one failed page fails the whole search.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit

from issuer.gateways.eperusteet_http import Patience, get_json
from issuer.gateways.eperusteet_json import LARGEST_FILE, Place, parse_json
from issuer.gateways.eperusteet_refusals import (
    CallerIdWrong,
    EperusteetAddressWrong,
    EperusteetTooLarge,
    QualificationAmbiguous,
    QualificationMissing,
)

_LARGEST_PAGE = 4 * 1024 * 1024
_PAGE_SIZE = 50
_MOST_PAGES = 40
_RECORD_NUMBER = re.compile(r"[A-Za-z0-9./-]{1,60}")


@dataclass(frozen=True, slots=True)
class FetchedQualification:
    """A qualification's bytes and the address they came from."""

    raw: bytes
    url: str


@dataclass(frozen=True, slots=True)
class EperusteetClient:
    """Where the API is and how long we wait; `total_seconds` bounds a whole fetch."""

    base_url: str
    caller_id: str
    connect_seconds: float = 10
    read_seconds: float = 20
    total_seconds: float = 120
    largest_answer: int = LARGEST_FILE

    def fetch(self, record_number: str) -> FetchedQualification:
        """Return the one qualification of exactly `record_number`.

        Raises an EperusteetFailed that says what went wrong and where, or a
        CatalogueRefused if a page of the search is not what it should be.
        """
        wanted = record_number.strip()
        if not _RECORD_NUMBER.fullmatch(wanted):
            raise QualificationMissing(record_number=ascii(wanted[:60]))
        deadline = time.monotonic() + self.total_seconds
        source_id = self._find(wanted, deadline)
        path = f"/api/external/peruste/{source_id}"
        raw = self._get(path, deadline, self.largest_answer)
        return FetchedQualification(raw, self.base_url + path)

    def _find(self, record_number: str, deadline: float) -> int:
        """Search page by page; the search matches parts, we only the whole."""
        found: set[int] = set()
        page, pages = 0, 1
        while page < pages:
            query = urlencode(
                {
                    "diaarinumero": record_number,
                    "poistuneet": "true",
                    "sivu": page,
                    "sivukoko": _PAGE_SIZE,
                }
            )
            path = f"/api/external/perusteet?{query}"
            answer = parse_json(
                self._get(path, deadline, min(_LARGEST_PAGE, self.largest_answer)),
                name=self.base_url + path,
            )
            found |= set(_exact_matches(answer, record_number))
            page, pages = page + 1, answer.integer("sivuja") or 0
            if pages > _MOST_PAGES:
                raise EperusteetTooLarge(
                    url=self.base_url + path, limit=f"{_MOST_PAGES} pages"
                )
        if not found:
            raise QualificationMissing(record_number=record_number)
        if len(found) > 1:
            ids = ", ".join(map(str, sorted(found)))
            raise QualificationAmbiguous(record_number=record_number, ids=ids)
        return found.pop()

    def _get(self, path: str, deadline: float, limit: int) -> bytes:
        base = _checked_base(self.base_url)
        if not (self.caller_id.isascii() and self.caller_id.isprintable()):
            raise CallerIdWrong
        return get_json(
            base.geturl() + path,
            headers={"Caller-id": self.caller_id},
            patience=Patience(self.connect_seconds, self.read_seconds, deadline),
            limit=limit,
        )


def _checked_base(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_address = is_address and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise EperusteetAddressWrong(url=ascii(base_url)) from error
    if not (is_address and base_url.isascii() and base_url.isprintable()):
        raise EperusteetAddressWrong(url=ascii(base_url))
    return parts


def _exact_matches(answer: Place, record_number: str) -> Iterator[int]:
    """Yield the ids of the qualifications of exactly that record number."""
    if answer.field("data").is_missing:
        answer.field("data").refuse("a list of qualifications")
    for place in answer.items("data"):
        given = place.string("diaarinumero") or ""
        source_id = place.integer("id")
        if given.strip().casefold() == record_number.casefold() and source_id:
            yield source_id
