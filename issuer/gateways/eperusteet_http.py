"""One bounded GET: no redirect, JSON only, whole or not at all, and in time."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult

from issuer.gateways.eperusteet_refusals import (
    EperusteetAnswered,
    EperusteetBrokeOff,
    EperusteetFailed,
    EperusteetNotJson,
    EperusteetRedirects,
    EperusteetTooLarge,
    EperusteetTooSlow,
    EperusteetUnreachable,
)

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: to connect, for each reading, and (monotonic) at the latest."""

    connect_seconds: float
    read_seconds: float
    deadline: float


def get_json(
    base: SplitResult,
    path: str,
    *,
    headers: Mapping[str, str],
    patience: Patience,
    limit: int,
) -> bytes:
    """Return the body of the answer to `path` beneath `base`, at most `limit` bytes.

    Raises an EperusteetFailed that names the address and what went wrong.
    """
    url = base.geturl() + path
    connection = _connection(base, patience.connect_seconds)
    try:
        with _watched(patience.deadline, url) as watch:
            connection.connect()
            watch(connection.sock)
            connection.sock.settimeout(patience.read_seconds)
            connection.request(
                "GET",
                base.path + path,
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    **headers,
                },
            )
            with connection.getresponse() as answer:
                _require_json(answer, url)
                return _read_whole(answer, url, limit)
    finally:
        connection.close()


def _connection(base: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host = base.hostname or ""
    if base.scheme == "http":
        return http.client.HTTPConnection(host, base.port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(
        host, base.port, timeout=seconds, context=context
    )


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
