"""The public ePerusteet API over HTTP: find a qualification and fetch its bytes.

Follows no redirect, sends no more than the search and a `Caller-id`, and is bounded in
time, size and pages. Pages are counted by ourselves, as the answer's own page number
may stay at 0; one failed page fails the whole search.
"""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from issuer.gateways.eperusteet_json import LARGEST_FILE, Place, parse_json
from issuer.gateways.eperusteet_refusals import (
    CallerIdWrong,
    EperusteetAddressWrong,
    EperusteetAnswered,
    EperusteetBrokeOff,
    EperusteetFailed,
    EperusteetNotJson,
    EperusteetRedirects,
    EperusteetTooLarge,
    EperusteetTooSlow,
    EperusteetUnreachable,
    QualificationAmbiguous,
    QualificationMissing,
)

_CHUNK = 256 * 1024
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
        """Return the body of one answer, whole."""
        url = self.base_url + path
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Caller-id": self.caller_id,
        }
        if not (self.caller_id.isascii() and self.caller_id.isprintable()):
            raise CallerIdWrong
        connection = self._connection()
        try:
            with _watched(deadline, url) as watch:
                connection.connect()
                watch(connection.sock)
                connection.sock.settimeout(self.read_seconds)
                connection.request(
                    "GET", urlsplit(self.base_url).path + path, headers=headers
                )
                with connection.getresponse() as answer:
                    _require_json(answer, url)
                    return _read_whole(answer, url, limit)
        except UnicodeError as error:
            raise EperusteetAddressWrong(url=self.base_url) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.base_url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise EperusteetAddressWrong(url=self.base_url) from error
        if parts.scheme not in {"http", "https"} or not host:
            raise EperusteetAddressWrong(url=self.base_url)
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.connect_seconds)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, port, timeout=self.connect_seconds, context=context
        )


def _exact_matches(answer: Place, record_number: str) -> Iterator[int]:
    """Yield the ids of the qualifications of exactly that record number."""
    if answer.field("data").is_missing:
        answer.field("data").refuse("a list of qualifications")
    for place in answer.items("data"):
        given = place.string("diaarinumero") or ""
        source_id = place.integer("id")
        if given.strip().casefold() == record_number.casefold() and source_id:
            yield source_id


def _require_json(answer: http.client.HTTPResponse, url: str) -> None:
    if 300 <= answer.status < 400:
        location = ascii(answer.headers.get("Location", "nowhere"))[1:-1]
        raise EperusteetRedirects(url=url, location=location[:200])
    if answer.status != 200:
        raise EperusteetAnswered(url=url, status=answer.status)
    kind = answer.headers.get_content_type()
    if kind != "application/json":
        raise EperusteetNotJson(url=url, kind=kind[:60])
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise EperusteetNotJson(url=url, kind=ascii(coding)[1:-1][:60])


def _read_whole(answer: http.client.HTTPResponse, url: str, limit: int) -> bytes:
    """Return the body if it is no longer than `limit` and came to its end."""
    announced = answer.length
    parts: list[bytes] = []
    size = 0
    while part := answer.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise EperusteetTooLarge(url=url, limit=f"{limit} bytes")
    if announced is not None and size < announced:
        raise EperusteetBrokeOff(url=url, received=size)
    return b"".join(parts)


@contextmanager
def _watched(deadline: float, url: str) -> Iterator[Callable[[socket.socket], None]]:
    """Cut the watched socket at the deadline; tell our errors from the network's.

    A socket's own time limit starts anew with every byte, so a slow drip outlives it.
    """
    is_late = threading.Event()
    watched: list[socket.socket] = []

    def cut() -> None:
        is_late.set()
        for one in watched:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield watched.append
        if is_late.is_set():
            raise EperusteetTooSlow(url=url)
    except TimeoutError as error:
        raise EperusteetTooSlow(url=url) from error
    except (OSError, http.client.HTTPException, EperusteetBrokeOff) as error:
        if is_late.is_set():
            raise EperusteetTooSlow(url=url) from error
        raise _broken(error, url) from error
    finally:
        timer.cancel()


def _broken(error: Exception, url: str) -> EperusteetFailed:
    if isinstance(error, EperusteetFailed):
        return error
    if isinstance(error, http.client.IncompleteRead):
        return EperusteetBrokeOff(url=url, received=len(error.partial))
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return EperusteetUnreachable(url=url, reason=reason.rstrip("."))
