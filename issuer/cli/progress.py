"""How far a long command is: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from issuer.services.due_work import Step

LINE_SECONDS = 10
_BAR = 24
_LONGEST = 79


class Progress:
    """Steps done, how many a second, and how long the rest will take.

    Written to standard error, so that standard output stays the result alone.
    """

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._is_terminal = sys.stderr.isatty()
        self._is_open = False
        self._done = self._failed = 0

    def tell(self, step: Step) -> None:
        """Take note of a step, and say so if it is time."""
        self._done += 1
        self._failed += step.has_failed
        instant = time.monotonic()
        if self._is_terminal:
            click.echo(f"\r{self._bar(step.left)}", err=True, nl=False)
            self._is_open = True
        elif instant - self._told >= LINE_SECONDS:
            click.echo(self._words(step.left), err=True)
            self._told = instant

    def close(self) -> None:
        """End the line that the bar is on."""
        if self._is_open:
            click.echo(err=True)
            self._is_open = False

    def _bar(self, left: int) -> str:
        filled = round(_BAR * self._done / (self._done + left))
        bar = "█" * filled + "░" * (_BAR - filled)
        return f"{bar} {self._words(left)}"[:_LONGEST].ljust(_LONGEST)

    def _words(self, left: int) -> str:
        rate = self._done / max(time.monotonic() - self._began, 0.001)
        rest = timedelta(seconds=round(left / rate))
        failed = f", {self._failed} failed" if self._failed else ""
        return (
            f"{self._done} of {self._done + left}{failed}, "
            f"{rate:.1f} a second, {rest} left"
        )


@contextmanager
def showing_progress() -> Iterator[Progress]:
    """Show progress while the block runs; say how to go on if it is interrupted."""
    progress = Progress()
    try:
        yield progress
    except KeyboardInterrupt:
        progress.close()
        click.echo(
            "✗ interrupted. What was done is stored: run the command again to go on.",
            err=True,
        )
        raise SystemExit(130) from None
    finally:
        progress.close()
