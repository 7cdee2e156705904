"""A child that is killed at its work, and what it had said by then."""

import os
import signal
import time


def killed_child(work, *, life):
    """Let a child work for its life, then kill it; return the lines it had written."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        work(writing)
        os._exit(0)
    os.close(writing)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as promises:
        return [line.strip() for line in promises if line.endswith("\n")]
