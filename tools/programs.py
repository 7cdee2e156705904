"""What only the tests need: a browser, PDF tools, Node, and verifiers of others.

Installed where this user may. Elsewhere their tests are skipped and say so, except in
CI, where a missing program is a failure.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.steps import StepFailed, note, run
from tools.system_packages import apt_prefix, install, install_line, loads
from tools.toolchain import (
    FOREIGN,
    FOREIGN_REQUIREMENTS,
    NODE_TESTS,
    ROOT,
    STAMP,
    Node,
    find_chromium,
    find_foreign_packages,
    find_node,
    find_node_modules,
    find_program,
    foreign_digest,
)
from tools.virtualenv import PYTHON, require_installed

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# The Debian package → how it shows that it is there.
PROGRAMS: dict[str, Callable[[], object]] = {
    "chromium": find_chromium,
    "libatomic1": lambda: loads("libatomic.so.1"),  # Playwright's driver links to it
    # With these a guide's reader checks a JWT by hand, and its test does the same.
    "openssl": lambda: find_program("openssl"),
    "jq": lambda: find_program("jq"),
    "xxd": lambda: find_program("xxd"),
    "poppler-utils": lambda: find_program("pdftotext"),
    "qpdf": lambda: find_program("qpdf"),
    # Tells poppler whom to trust, so that it judges our PDFs' seals.
    "libnss3-tools": lambda: find_program("certutil"),
    # Brings Java. With it come veraPDF and the EU's DSS, which judge our PDFs.
    "maven": lambda: find_program("java") and find_program("mvn"),
}
LOCK = NODE_TESTS / "package-lock.json"


def list_missing_programs() -> list[str]:
    """Return the packages of the programs that are not on the PATH."""
    return [package for package, find in PROGRAMS.items() if not find()]


def require_programs() -> None:
    """Install what is missing where allowed; raise StepFailed only in CI."""
    missing = list_missing_programs()
    if missing and apt_prefix() is not None:
        for package in missing:
            _install_or_say(package)
        missing = list_missing_programs()
    if not missing:
        return
    said = f"{', '.join(missing)} missing: {install_line(missing)}"
    if IN_CI:
        raise StepFailed(said)
    note(f"tests that need it are skipped, {said}")


def _install_or_say(package: str) -> None:
    try:
        install([package], why=f"The tests use {package}.")
    except StepFailed:
        if IN_CI:
            raise


def require_node() -> None:
    """Have a Node that is new enough: the system's, or one from PyPI in .venv."""
    if not find_node():
        require_installed("requirements-node.txt")
        if not find_node():
            raise StepFailed("The Node from PyPI does not run on this machine.")


def require_verifiers() -> None:
    """Have tests/node/node_modules as the lock file says."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = NODE_TESTS / "node_modules" / ".lock-sha256"
    if find_node_modules() and stamp.exists() and stamp.read_text() == digest:
        return
    node = find_node()
    if not node:
        raise StepFailed("No Node of 20.19 or newer with npm.")
    run(
        [*_npm(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cure="npm could not install the verifiers. Is the network there?",
        cwd=NODE_TESTS,
        environment=_npm_environment(node),
    )
    stamp.write_text(digest)


def require_foreign_packages() -> None:
    """Have the Python verifiers that cannot lie in .venv, in a folder of their own.

    They need other versions of what the service needs, and are run apart from it.
    """
    if find_foreign_packages():
        return
    shutil.rmtree(FOREIGN, ignore_errors=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    places = ["--target", str(FOREIGN), "-r", str(FOREIGN_REQUIREMENTS)]
    run(
        [*pip, "install", "--require-hashes", *places],
        cure="pip could not install the foreign verifiers. Is the network there?",
    )
    (FOREIGN / STAMP).write_text(foreign_digest(), encoding="utf-8")


def _npm(node: Node) -> list[str | Path]:
    return [node.program, node.npm] if node.npm.suffix == ".js" else [node.npm]


def _npm_environment(node: Node) -> dict[str, str]:
    """Put this Node first on the PATH; keep npm's cache here if HOME is no place."""
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    home = Path(os.environ.get("HOME", "/nonexistent"))
    if os.access(home, os.W_OK) or "npm_config_cache" in os.environ:
        return {"PATH": path}
    cache = ROOT / "var" / "npm"
    return {"PATH": path, "HOME": tempfile.gettempdir(), "npm_config_cache": str(cache)}
