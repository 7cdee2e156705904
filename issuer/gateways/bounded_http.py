"""One bounded exchange over HTTP: no redirect, of one media type, whole and in time."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_CHUNK = 256 * 1024


class ExchangeFailed(OSError):
    """No usable answer came; the message says why, as the end of a sentence."""


class ExchangeTooSlow(ExchangeFailed):
    """A connection, a reading or the whole exchange took too long."""

    def __init__(self) -> None:
        super().__init__("it did not answer in time")


class AnswerRefused(ExchangeFailed):
    """An answer of another status than 200; `location` is where a redirect points."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(f"it answered with status {status}")
        self.status, self.location = status, location


class AnswerOfAnotherKind(ExchangeFailed):
    """An answer of another media type or coding than was asked for."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"it answered with {kind}")
        self.kind = kind


class AnswerTooLarge(ExchangeFailed):
    """An answer of more bytes than are taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"its answer is larger than {limit} bytes")
        self.limit = limit


class AnswerBrokeOff(ExchangeFailed):
    """An answer that ended before its announced length."""

    def __init__(self, received: int) -> None:
        super().__init__("its answer broke off")
        self.received = received


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is asked of whom, and what answer is taken.

    `kinds` are the media types taken; none of them means any. The whole takes
    `seconds` at most, connecting `connect_seconds` and each reading `read_seconds`.
    """

    url: str
    kinds: Collection[str]
    limit: int
    seconds: float
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    connect_seconds: float | None = None
    read_seconds: float | None = None


def exchange(asked: Exchange) -> bytes:
    """Return the body of the answer with status 200. Raises ExchangeFailed's kinds."""
    address = urlsplit(asked.url)
    connection = _connection(address, asked.connect_seconds or asked.seconds)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        with _watched(asked.seconds) as watch:
            connection.connect()
            watch(connection.sock)
            connection.sock.settimeout(asked.read_seconds or asked.seconds)
            connection.request(
                asked.method,
                path,
                body=asked.body,
                headers={"Accept-Encoding": "identity", **asked.headers},
            )
            with connection.getresponse() as answer:
                _require_wanted(answer, asked)
                return _read(answer, asked.limit)
    finally:
        connection.close()


def _connection(address: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=seconds)
    if address.scheme != "https":
        raise ExchangeFailed("its address is neither http nor https")
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(
        host, address.port, timeout=seconds, context=context
    )


def _require_wanted(answer: http.client.HTTPResponse, asked: Exchange) -> None:
    if answer.status != 200:
        raise AnswerRefused(
            answer.status, _shown(answer.headers.get("Location", "nowhere"), 200)
        )
    kind = answer.headers.get_content_type()
    if asked.kinds and kind not in asked.kinds:
        raise AnswerOfAnotherKind(_shown(kind, 60))
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise AnswerOfAnotherKind(_shown(coding, 60))


def _shown(text: str, most: int) -> str:
    """Return what a stranger wrote, fit to be printed."""
    return ascii(text)[1:-1][:most]


def _read(answer: http.client.HTTPResponse, limit: int) -> bytes:
    """Return the body if it is no longer than `limit` and came to its end."""
    announced = answer.length
    parts: list[bytes] = []
    size = 0
    while part := answer.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise AnswerTooLarge(limit)
    if announced is not None and size < announced:
        raise AnswerBrokeOff(size)
    return b"".join(parts)


@contextmanager
def _watched(seconds: float) -> Iterator[Callable[[socket.socket], None]]:
    """Cut the watched socket after `seconds`, however busy it is.

    A socket's own time limit starts anew with every byte, so a slow drip outlives it.
    """
    is_late = threading.Event()
    watched: list[socket.socket] = []

    def cut() -> None:
        is_late.set()
        for one in watched:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield watched.append
        if is_late.is_set():
            raise ExchangeTooSlow
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, TimeoutError) or is_late.is_set():
            raise ExchangeTooSlow from error
        raise _failure(error) from error
    finally:
        timer.cancel()


def _failure(error: Exception) -> ExchangeFailed:
    if isinstance(error, ExchangeFailed):
        return error
    if isinstance(error, http.client.IncompleteRead):
        return AnswerBrokeOff(len(error.partial))
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return ExchangeFailed(reason)
