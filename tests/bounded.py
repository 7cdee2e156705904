"""A guard against what hangs on hostile input. What it costs is measured in bench/."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 5.0  # a hundred times what any of it takes


@contextmanager
def at_once() -> Iterator[None]:
    """Fail if the block takes seconds of this thread's processor time."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < MOST_SECONDS
