"""The program of a child process that draws pages, started by `page_child`.

It is started with an environment of four variables and one socket. It holds no key, no
database and no secret, may use so much memory and time and no more, sees the fonts of
the certificate only, and ends at once when the process that started it is gone.
"""

import contextlib
import gc
import logging
import os
import queue
import resource
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from issuer.credentials.page import render_in_child
from issuer.domain.errors import IssuerError
from issuer.services.page_orders import (
    Cut,
    Message,
    receive_message,
    send_message,
)

MEMORY = 1536 * 1024 * 1024
FILES = 64
_GRACE_SECONDS = 5
_NICENESS = 5


def main(folder: Path, cpu_seconds: int) -> None:
    """Draw what is ordered on the socket at standard input until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    wire = socket.socket(fileno=os.dup(0))
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, FILES)
    os.nice(_NICENESS)  # people who wait for a web page go first
    logging.disable(logging.CRITICAL)  # its warnings quote what people wrote
    orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(
        target=_listen, args=(wire, orders, folder), name="orders", daemon=True
    ).start()
    # Collected between pages: within one, the collector would walk the box tree again
    # and again. What the first page leaves behind serves all later ones.
    gc.disable()
    while True:
        _draw_next(wire, orders, cpu_seconds)
        gc.collect()
        if not gc.get_freeze_count():
            gc.freeze()


def _draw_next(
    wire: socket.socket, orders: "queue.SimpleQueue[Message]", cpu_seconds: int
) -> None:
    order = orders.get()
    _limit_time(cpu_seconds)
    with contextlib.suppress(Cut):  # the listening thread ends the process
        send_message(wire, _answer(order))


def _listen(
    wire: socket.socket, orders: "queue.SimpleQueue[Message]", folder: Path
) -> None:
    """Pass orders on; end the process, also amid a page, when the parent is gone."""
    with contextlib.suppress(Cut):
        while True:
            orders.put(receive_message(wire))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _answer(order: Message) -> dict[str, Any]:
    try:
        return {"page": render_in_child(**order)}
    except IssuerError as error:
        return {"refused": error.code, "facts": error.facts}
    except Exception as error:  # whatever it is, the parent is told
        return {"failed": type(error).__name__}


def _limit(what: int, most: int) -> None:
    # macOS knows some of the limits only by name.
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))


def _limit_time(cpu_seconds: int) -> None:
    """Let the system end the process if the next page takes more of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + cpu_seconds + _GRACE_SECONDS
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
