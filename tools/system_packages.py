"""What pip cannot install: the libraries WeasyPrint loads, and Debian's half of venv.

Found by loading, not by asking a package manager, so that any way of installing them
counts. Installed with apt-get where this user may; otherwise the exact line is said.
"""

import ctypes
import ctypes.util
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence

from tools.steps import StepFailed, note, run
from tools.toolchain import base_python

# Library → the Debian and Ubuntu package that brings it. Pango brings the first three
# of the others along; WeasyPrint warns without harfbuzz-subset and writes larger files.
LIBRARIES = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libharfbuzz.so.0": "libpango-1.0-0",
    "libfontconfig.so.1": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}

_SYSTEM_FOLDERS = ("/usr/bin", "/bin")


def loads(library: str) -> bool:
    """Tell whether the dynamic linker finds and loads `library`."""
    if sys.platform == "darwin":
        stem = library.removeprefix("lib").split(".so")[0]
        return ctypes.util.find_library(stem) is not None
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def list_missing_libraries(
    present: Callable[[str], bool] = loads,
) -> list[str]:
    """Return the packages whose libraries do not load, each once."""
    return list(
        dict.fromkeys(
            package for library, package in LIBRARIES.items() if not present(library)
        )
    )


def list_missing_venv() -> list[str]:
    """Return Debian's venv package if this Python came without ensurepip."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def install_line(packages: Iterable[str]) -> str:
    """Return the command that a person of this system types."""
    if sys.platform == "darwin":
        return "brew install pango"
    words = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        return "install what Debian calls " + " ".join(packages)
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}{shlex.join(words)}"


def apt_prefix() -> list[str] | None:
    """Return what goes before apt-get for it to work without a question, or None."""
    if not shutil.which("apt-get") or os.environ.get("NO_APT"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return None if asked.returncode else ["sudo", "-n"]


def install(packages: Sequence[str], *, why: str) -> None:
    """Install `packages`, or raise StepFailed with the line that does."""
    line = install_line(packages)
    prefix = apt_prefix()
    if prefix is None:
        raise StepFailed(f"{why}\nInstall it with:\n    {line}\nThen try again.")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    apt += ["-o", "DPkg::Lock::Timeout=300"]
    cure = f"apt-get could not install it. By hand:\n    {line}"
    added = [*apt, "install", "-y", "--no-install-recommends", *packages]
    try:
        run(added, cure=cure)
    except StepFailed:  # a new system has no package lists yet, or old ones
        run([*apt, "update"], cure=cure)
        run(added, cure=cure)
    note(f"apt-get installed {' '.join(packages)}")


def require_system_packages(*, also: Sequence[str] = ()) -> None:
    """Have every library and venv in place, or raise StepFailed.

    `also` are packages worth naming in the same line, should a person have to type it.
    """
    missing = list_missing_libraries()
    if str(base_python().parent) in _SYSTEM_FOLDERS:
        missing += list_missing_venv()
    elif list_missing_venv():
        raise StepFailed(
            f"{base_python()} cannot make virtual environments (no ensurepip). "
            "Point PYTHON at another: make PYTHON=/usr/bin/python3 …"
        )
    if missing:
        if apt_prefix() is None:
            missing += also
        install(missing, why=f"This system lacks {', '.join(missing)}.")
        importlib.invalidate_caches()
        still = list_missing_libraries() + list_missing_venv()
        if still:
            raise StepFailed(f"Still missing after apt-get: {', '.join(still)}")
