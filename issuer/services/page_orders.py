"""What passes between this process and the children that draw pages.

One message is JSON and the byte strings it names, over a socket. Nothing in it is
executed or unpickled: a child that hostile contents have turned can answer with a wrong
page, and with no more than that.
"""

import json
import socket
import time
from collections.abc import Mapping
from typing import Any

LARGEST = 64 * 1024 * 1024
_LENGTH = 8

Message = dict[str, Any]


class Cut(ConnectionError):
    """The other side is gone, or what it sent is no message."""


def send_message(
    wire: socket.socket, message: Mapping[str, Any], *, until: float | None = None
) -> None:
    """Send a message; values that are bytes go as they are, the others as JSON.

    `until` is an instant of time.monotonic. Raises TimeoutError after it, Cut if the
    other side is gone.
    """
    parts = {k: v for k, v in message.items() if isinstance(v, bytes)}
    plain = {k: v for k, v in message.items() if k not in parts}
    lengths = {name: len(part) for name, part in parts.items()}
    head = json.dumps([plain, lengths]).encode()
    data = b"".join((len(head).to_bytes(_LENGTH, "big"), head, *parts.values()))
    left = memoryview(data)
    while left:
        _set_deadline(wire, until)
        try:
            left = left[wire.send(left) :]
        except TimeoutError:
            raise
        except OSError as error:
            raise Cut from error


def receive_message(wire: socket.socket, *, until: float | None = None) -> Message:
    """Return the next message; raises Cut or, after `until`, TimeoutError."""
    size = int.from_bytes(_receive(wire, _LENGTH, until), "big")
    if size > LARGEST:
        raise Cut
    try:
        plain, lengths = json.loads(_receive(wire, size, until))
        if sum(lengths.values()) > LARGEST or min(lengths.values(), default=0) < 0:
            raise Cut
        return {
            **plain,
            **{name: _receive(wire, int(n), until) for name, n in lengths.items()},
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Cut from error


def _receive(wire: socket.socket, size: int, until: float | None) -> bytes:
    data = bytearray()
    while len(data) < size:
        _set_deadline(wire, until)
        try:
            piece = wire.recv(min(size - len(data), 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Cut from error
        if not piece:
            raise Cut
        data += piece
    return bytes(data)


def _set_deadline(wire: socket.socket, until: float | None) -> None:
    if until is None:
        wire.settimeout(None)
        return
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    wire.settimeout(left)
