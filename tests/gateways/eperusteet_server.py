"""A stand-in for ePerusteet on this machine: answers as a test tells it to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SEARCH = "/eperusteet-service/api/external/perusteet"
QUALIFICATION = "/eperusteet-service/api/external/peruste/"


class Answer:
    """One HTTP answer; `announced` lies about the length, `drip` sends it slowly."""

    def __init__(
        self,
        body: bytes = b"",
        *,
        status: int = 200,
        kind: str = "application/json;charset=UTF-8",
        announced: int | None = None,
        drip: float = 0.0,
        **headers: str,
    ) -> None:
        self.body, self.status, self.kind = body, status, kind
        self.announced = len(body) if announced is None else announced
        self.drip, self.headers = drip, headers


class Eperusteet(ThreadingHTTPServer):
    """The server with what it was asked; `answers` maps a request to an answer."""

    daemon_threads = True

    def __init__(self, answers: Callable[[str, dict[str, str]], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Replay)
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/eperusteet-service"


class _Replay(BaseHTTPRequestHandler):
    server: Eperusteet

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, query))
        self.server.headers.append(dict(self.headers))
        answer = self.server.answers(parts.path, query)
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(answer.announced))
            for name, value in answer.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self._send(answer)
        except OSError:
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            time.sleep(answer.drip)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(answers: Callable[[str, dict[str, str]], Answer]) -> Iterator[Eperusteet]:
    with Eperusteet(answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def search_answer(*found: tuple[int, str], pages: int = 1) -> Answer:
    """A page of the search; its own page number stays at 0, as it may in life."""
    data = [{"id": id_, "diaarinumero": number} for id_, number in found]
    page = {"data": data, "sivu": 0, "sivuja": pages, "sivukoko": 50}
    return Answer(json.dumps(page).encode())


def replaying(raw: bytes, record_number: str) -> Callable[..., Answer]:
    """Find `record_number` as qualification 77 and answer it with `raw`."""

    def answers(path: str, query: dict[str, str]) -> Answer:
        if path == SEARCH:
            return search_answer((77, record_number))
        return Answer(raw) if path == f"{QUALIFICATION}77" else Answer(status=404)

    return answers
