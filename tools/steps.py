"""One line per step that had something to do: a tick, what it was, how long it took.

What the programs said goes to var/setup.log; its end is shown when a step fails, and
what to do then.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.toolchain import ROOT

LOG = ROOT / "var" / "setup.log"
TAIL_LINES = 15

_done: list[str] = []


class StepFailed(Exception):
    """A step could not be done; `cure` is what a person does about it."""

    def __init__(self, cure: str, *, log_tail: str = "") -> None:
        self.cure = cure
        self.log_tail = log_tail
        super().__init__(cure)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title` with a tick and its time if work was done, a cross if it raises."""
    started, done_before = time.monotonic(), len(_done)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        print(f"  … {title}", end="\r", flush=True)
    try:
        yield
    except BaseException:
        print(f"  ✗ {title:<44}")
        raise
    if len(_done) > done_before:
        print(f"  ✓ {title:<44} {time.monotonic() - started:6.1f} s", flush=True)


def did(what: str) -> None:
    """Count a piece of work for the step at hand, and write it in the log."""
    _done.append(what)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n{what}\n")


def note(text: str) -> None:
    """Say something between the steps."""
    print(f"  – {text}", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    cure: str,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program with its words in the log; raise StepFailed with `cure`."""
    did(f"$ {' '.join(str(word) for word in command)}")
    with LOG.open("ab") as log:
        begins = log.tell()
        try:
            code = subprocess.call(
                command,
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise StepFailed(cure, log_tail=str(error)) from error
    if code:
        raise StepFailed(cure, log_tail=_said_since(begins))


def _said_since(begins: int) -> str:
    with LOG.open("rb") as log:
        log.seek(begins)
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:])
