"""The child that reads one PDF of a stranger's and ends. See `pdf_apart`.

Modules are loaded first, then everything is given up: memory, time, files, programs and
the network, as far as the system lets a process give it up.
"""

import base64
import contextlib
import ctypes
import json
import os
import resource
import sys
from datetime import datetime
from typing import Any

MEMORY = 700 * 1024 * 1024
CPU_SECONDS = 8
ANSWER = 1024 * 1024
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostby",
    "socket.sendto",
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "ctypes.dlopen",
)


def main() -> None:
    """Read the order from stdin, do it, write the answer to stdout."""
    order = json.load(sys.stdin.buffer)
    pdf = base64.b64decode(order["pdf"])
    deed = _reading() if order["deed"] == "read" else _inspecting(order)
    give_up()
    json.dump(deed(pdf), sys.stdout)


def give_up() -> None:
    """Let this process do no more than compute, little and not for long."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))

    def refuse(event: str, facts: tuple[Any, ...]) -> None:
        writes = event == "open" and (int(facts[2] or 0) & (os.O_WRONLY | os.O_RDWR))
        if writes or event.startswith(_FORBIDDEN):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _reading() -> Any:  # noqa: ANN401 - a function of the bytes
    from issuer.credentials.pdf_attachment import (  # noqa: PLC0415 - before giving up
        PdfRefused,
        read_credential,
    )

    def read(pdf: bytes) -> dict[str, Any]:
        try:
            credential = read_credential(pdf)
        except PdfRefused as error:
            return {"refused": error.code}
        return {"credential": base64.b64encode(credential).decode()}

    return read


def _inspecting(order: dict[str, Any]) -> Any:  # noqa: ANN401 - a function of the bytes
    from issuer.credentials.pades_inspection import (  # noqa: PLC0415 - before giving up
        inspect_pdf,
    )

    def inspect(pdf: bytes) -> dict[str, Any]:
        since = order["known_since"]
        checks = inspect_pdf(
            pdf,
            roots=_all(order["roots"]),
            timestamp_roots=_all(order["timestamp_roots"]),
            revocation_lists=_all(order["revocation_lists"]),
            known_since=datetime.fromisoformat(since) if since else None,
            at=datetime.fromisoformat(order["at"]),
        )
        return {
            "checks": [
                {
                    "name": check.name,
                    "outcome": check.outcome.value,
                    "text": check.text,
                    "facts": dict(check.facts),
                    "reason": check.reason,
                }
                for check in checks
            ]
        }

    return inspect


def _all(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


if __name__ == "__main__":
    main()
