"""Claims: who on this machine does a piece of work now, so that nobody else begins it.

Locks of the operating system on small files. They end with the process that holds them,
however it ends, so nothing is ever left claimed. They save work that would be done
twice; that it is *stored* once is for the rows to say.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

_SLOTS = 256


class Claims:
    """A folder of lock files, as many as are ever needed and no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, name: str, *, waits: bool) -> Iterator[bool]:
        """Hold the claim of that name until the block ends; yield whether it is ours.

        If another thread or process holds it: wait for them, or yield False.
        """
        slot = sha256(name.encode()).digest()[0] % _SLOTS
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(
            self._folder / f"{slot:02x}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            yield _lock(handle, waits=waits)
        finally:
            os.close(handle)


def _lock(handle: int, *, waits: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
