"""SMS through an HTTP gateway on this machine."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from issuer.gateways.messages import AddressRefused, MessageNotTaken
from issuer.gateways.sms import HttpSms, require_sms_url

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def gateway():
    """A gateway that answers with `status` and keeps what it got in `seen`."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.seen.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(self.server.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.seen, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def send(gateway):
    url = f"http://127.0.0.1:{gateway.server_port}/send?from=us"
    HttpSms(url, token="a token", seconds=5).send(
        address="+358401234567", subject="", body="Koodisi on 123456", at=AT
    )


def test_an_sms_is_one_post_with_a_token(gateway):
    send(gateway)
    [(path, headers, body)] = gateway.seen
    assert path == "/send?from=us"
    assert headers["Authorization"] == "Bearer a token"
    assert body == {"to": "+358401234567", "text": "Koodisi on 123456"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (422, AddressRefused),
        (500, MessageNotTaken),
        (401, MessageNotTaken),
        (302, MessageNotTaken),
    ],
)
def test_a_refusal_names_the_status_and_no_redirect_is_followed(gateway, status, kind):
    gateway.status = status
    with pytest.raises(MessageNotTaken, match=f"HTTP {status}") as refused:
        send(gateway)
    assert type(refused.value) is kind
    assert len(gateway.seen) == 1


@pytest.mark.parametrize(
    "url",
    ["http://sms.example/send", "ftp://sms.example", "sms.example", "https://u:p@x/"],
)
def test_codes_go_through_https_only(url):
    with pytest.raises(ValueError, match="it "):
        require_sms_url(url)


def test_a_gateway_that_is_away_is_no_crash():
    with pytest.raises(MessageNotTaken, match="ConnectionRefusedError"):
        HttpSms("http://127.0.0.1:1/", token="t", seconds=1).send(
            address="+358401234567", subject="", body="x", at=AT
        )
