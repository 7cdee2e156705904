"""One bounded exchange over HTTP: no redirect, of one media type, whole and in time."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_CHUNK = 64 * 1024


class ExchangeFailed(OSError):
    """No usable answer came; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is asked of whom, and what answer is taken.

    `kinds` are the media types taken; none of them means any.
    """

    url: str
    kinds: Collection[str]
    limit: int
    seconds: float
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def exchange(asked: Exchange) -> bytes:
    """Return the body of the answer with status 200. Raises ExchangeFailed."""
    address = urlsplit(asked.url)
    connection = _connection(address, asked.seconds)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        with _watched(asked.seconds) as watch:
            connection.connect()
            watch(connection.sock)
            connection.request(
                asked.method,
                path,
                body=asked.body,
                headers={"Accept-Encoding": "identity", **asked.headers},
            )
            with connection.getresponse() as answer:
                return _read(answer, asked)
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


def _read(answer: http.client.HTTPResponse, asked: Exchange) -> bytes:
    if answer.status != 200:
        raise ExchangeFailed(f"it answered with status {answer.status}")
    kind = answer.headers.get_content_type()
    if asked.kinds and kind not in asked.kinds:
        raise ExchangeFailed(f"it answered with {ascii(kind)[1:61]}")
    announced = answer.length
    body = bytearray()
    while part := answer.read(_CHUNK):
        body += part
        if len(body) > asked.limit:
            raise ExchangeFailed(f"its answer is larger than {asked.limit} bytes")
    if announced is not None and len(body) < announced:
        raise ExchangeFailed("its answer broke off")
    return bytes(body)


@contextmanager
def _watched(seconds: float) -> Iterator[Callable[[socket.socket], None]]:
    """Cut the watched socket after `seconds`, however busy it is.

    A socket's own time limit starts anew with every byte, so a slow drip outlives it.
    """
    deadline = time.monotonic() + seconds
    watched: list[socket.socket] = []

    def cut() -> None:
        for one in watched:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield watched.append
        if time.monotonic() >= deadline:
            raise ExchangeFailed("it did not answer in time")
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
            raise ExchangeFailed("it did not answer in time") from error
        if isinstance(error, ExchangeFailed):
            raise
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ExchangeFailed(reason) from error
    finally:
        timer.cancel()
