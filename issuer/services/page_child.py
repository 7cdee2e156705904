"""One warm child process that draws pages, as its parent holds it.

The child gets an environment made for it: none of ours reaches it, so no path of a key,
no passphrase and no database address. Of fonts it has those of the certificate only.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import issuer
from issuer.credentials.page_fonts import font_folders
from issuer.credentials.page_refusals import PageRefused
from issuer.services.page_orders import Cut, Message, receive_message, send_message

_PROGRAM = "issuer.services.page_drawing"
_ROOT = Path(issuer.__file__).parent.parent
# Where the system's own libraries lie, on machines where that must be said.
_PASSED_ON: Final = (
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
)
# Whatever else the machine has would make a page that no other machine makes.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>{dirs}<cachedir>{folder}/cache</cachedir></fontconfig>
"""


class PageFailed(Exception):
    """The child could not draw the page, for a reason that is no refusal of ours."""


class PageChild:
    """A started child. It draws one page at a time; only one thread may hold it."""

    def __init__(self, *, most_pages: int, seconds: int) -> None:
        self.pid = 0
        self.drawn = 0
        self._most_pages = most_pages
        self._seconds = seconds
        self._is_warming = self._is_busy = self._is_stopped = False
        self._folder = Path(mkdtemp(prefix="issuer-page-"))
        (self._folder / "fonts.conf").write_text(
            _FONTS.format(
                dirs="".join(f"<dir>{folder}</dir>" for folder in font_folders()),
                folder=self._folder,
            ),
            encoding="utf-8",
        )
        self._wire, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-s", "-m", _PROGRAM, str(self._folder), str(seconds)],
                cwd=_ROOT,
                env=self._environment(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @property
    def is_worn(self) -> bool:
        """Tell whether it has drawn as many pages as one child should."""
        return self.drawn >= self._most_pages

    @property
    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def warm_up(self, order: Message) -> None:
        """Let it load what it needs and draw a page for nothing; returns at once."""
        with contextlib.suppress(Cut, TimeoutError):
            send_message(self._wire, order, until=self._deadline())
            self._is_warming = True

    def wait_warm(self) -> None:
        """Return once it has warmed up; raises Cut or TimeoutError."""
        if self._is_warming:
            receive_message(self._wire, until=self._deadline())
            self._is_warming = False

    def draw(self, order: Message) -> bytes:
        """Return the page that `order` asks for.

        Raises PageRefused and its kind, PageFailed, Cut where the process has died and
        TimeoutError where it took too long; it must then be stopped.
        """
        answer = self._ask(order)
        self.drawn += 1
        page = answer.get("page")
        if isinstance(page, bytes):
            return page
        raise _refusal(answer)

    def stop(self) -> None:
        """End the process now; a thread that waits for a page of it gets Cut."""
        self._is_stopped = True
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        if not self._is_busy:
            self._wire.close()

    def _ask(self, order: Message) -> Message:
        self._is_busy = True
        try:
            self.wait_warm()
            until = self._deadline()
            send_message(self._wire, order, until=until)
            return receive_message(self._wire, until=until)
        finally:
            self._is_busy = False
            if self._is_stopped:  # its number may be another's only from now on
                self._wire.close()

    def _deadline(self) -> float:
        return time.monotonic() + self._seconds

    def _environment(self) -> dict[str, str]:
        passed_on = {k: v for k, v in os.environ.items() if k in _PASSED_ON}
        folder = str(self._folder)
        return {
            **passed_on,
            "FONTCONFIG_FILE": f"{folder}/fonts.conf",
            "HOME": folder,
            "LC_ALL": "C.UTF-8",
            "TMPDIR": folder,
        }


def _refusal(answer: Message) -> Exception:
    """Return the error that a child's answer stands for, whatever that answer is."""
    facts = answer.get("facts")
    kinds: list[type[PageRefused]] = [PageRefused, *PageRefused.__subclasses__()]
    for kind in kinds:
        if kind.code == answer.get("refused") and isinstance(facts, dict):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                return kind(**facts)
    return PageFailed(str(answer.get("failed"))[:80])
