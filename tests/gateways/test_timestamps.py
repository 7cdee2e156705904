"""A time-stamp authority over the network: asked once, within bounds, and then left."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from issuer.credentials.pades import TimestampRefused, seal_pdf
from issuer.credentials.pades_inspection import inspect_pdf
from issuer.gateways.bounded_http import Exchange, ExchangeFailed, exchange
from issuer.gateways.revocation_lists import RevocationLists
from issuer.gateways.timestamps import TimestampAuthority
from tests.credentials.sealed_pdfs import AT, STAMPED, authority, plain_page, sealer

REPLY = "application/timestamp-reply"


@contextmanager
def answering(respond) -> Iterator[tuple[str, list[bytes]]]:
    """Serve on loopback; `respond` gets the request's handler and its body."""
    asked: list[bytes] = []

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            respond(self, asked[-1])

        do_GET = do_POST  # noqa: N815

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa?policy=1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler, body: bytes, *, status=200, kind=REPLY, length=None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(length or len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def stamps(handler, request: bytes) -> None:
    assert handler.headers["Content-Type"] == "application/timestamp-query"
    assert handler.path == "/tsa?policy=1"
    send(handler, authority().at(STAMPED)(request))


def test_an_authority_stamps_the_seal() -> None:
    with answering(stamps) as (url, asked):
        pdf = seal_pdf(
            plain_page(), seal=sealer().seal, at=AT, timestamper=TimestampAuthority(url)
        )
    assert len(asked) == 1
    checks = inspect_pdf(
        pdf,
        roots=sealer().roots,
        timestamp_roots=[authority().root],
        at=STAMPED.replace(year=2034),  # the seal has ended: only the stamp carries it
    )
    assert {check.outcome.value for check in checks} == {"passed"}


def redirect(handler, _) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.end_headers()


def drip(handler, _) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", REPLY)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.05)


def packed(handler, _) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", REPLY)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (packed, "gzip"),
        (lambda h, _: send(h, b"no", status=503), "status 503"),
        (redirect, "status 302"),
        (lambda h, _: send(h, b"<html>", kind="text/html"), "text/html"),
        (lambda h, _: send(h, b"0" * 100_000), "larger than 65536"),
        (lambda h, _: send(h, b"0" * 10, length=20), "broke off|in time"),
        (lambda h, _: time.sleep(2), "in time"),
        (drip, "in time"),
        (lambda h, _: h.connection.close(), "."),
    ],
    ids=[
        "packed",
        "down",
        "redirect",
        "html",
        "large",
        "broken",
        "silent",
        "dripping",
        "hangs up",
    ],
)
def test_what_is_no_answer_is_said_in_time(respond, reason: str) -> None:
    with answering(respond) as (url, asked):
        ask = TimestampAuthority(url, seconds=1)
        began = time.monotonic()
        with pytest.raises(ExchangeFailed, match=reason):
            ask(b"request")
        assert time.monotonic() - began < 3
        assert asked == [b"request"]
        # Then it is left alone for a minute.
        with pytest.raises(ExchangeFailed, match="a moment ago"):
            ask(b"request")
        assert asked == [b"request"]


def test_nobody_there_is_said_as_a_refused_time_stamp() -> None:
    with pytest.raises(TimestampRefused):
        seal_pdf(
            plain_page(),
            seal=sealer().seal,
            at=AT,
            timestamper=TimestampAuthority("http://127.0.0.1:1/"),
        )


def test_other_schemes_are_not_spoken() -> None:
    for url in ("ftp://127.0.0.1/a", "file:///etc/passwd", "ldap://a/b"):
        with pytest.raises(ExchangeFailed, match="neither http nor https"):
            exchange(Exchange(url=url, kinds=(), limit=9, seconds=1))


def test_a_list_is_fetched_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(lambda h, _: send(h, b"list", kind="text/plain")) as (url, asked):
        lists = RevocationLists()
        assert [lists(url), lists(url)] == [b"list", b"list"]
        assert len(asked) == 1
        now = time.monotonic()
        monkeypatch.setattr("time.monotonic", lambda: now + 3601)
        assert lists(url) == b"list"
        assert len(asked) == 2
