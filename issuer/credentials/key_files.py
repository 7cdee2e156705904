"""Files of the key folder: written whole or not at all, by one writer at a time."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGEST = 16_384


def make_folder(path: Path, *, mode: int) -> Path:
    """Make the folder unless it is there; give it `mode` in either case."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def write_whole(path: Path, data: bytes, *, mode: int) -> None:
    """Write a whole file or none: beside, to disk, then renamed into place.

    A reader finds the old file or the new one. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    with _opened(path.parent) as folder:
        os.fsync(folder)


def read_secret(
    path: Path, *, credentials_dir: Path | None = None
) -> tuple[bytes, bool]:
    """Return what the file holds, and whether others than its owner can reach it.

    Both are of the file that was opened, not of one put in its place meanwhile. In
    `credentials_dir`, which systemd makes for one service, the bits of the group stand
    for the service's own entry in an access list. Raises OSError.
    """
    is_lent = credentials_dir is not None and path.parent == credentials_dir
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        return file.read(LARGEST), bool(mode & (0o007 if is_lent else 0o077))


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder for oneself among those who change keys; readers go on."""
    with _opened(folder) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
