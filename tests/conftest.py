"""Tools that tests share: the real data beside the checkout, a browser, Node, and a
guard that keeps every test on this machine.

A missing tool skips its tests, with the reason. In CI (`CI=true`) it fails them, so
that a green run has run everything. Imports are lazy: the domain's tests start fast.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tools.system_packages import loads
from tools.toolchain import (
    ROOT,
    Node,
    find_chromium,
    find_foreign_packages,
    find_node,
    find_node_modules,
    find_program,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
SHARED_DATA = ROOT.parent / "shared" / "data"
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class LeavesTheMachine(RuntimeError):
    """A test reached for an address that is not this machine's own."""


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse names and addresses beyond this machine (in this process; not in those
    it starts)."""
    look_up = socket.getaddrinfo

    def local_names_only(host: Any, *rest: Any, **more: Any) -> Any:
        _require_local(host)
        return look_up(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", local_names_only)
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _guarded(method))
        yield


def _guarded(method: str) -> Any:
    unguarded = getattr(socket.socket, method)

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _require_local(address[0])
        return unguarded(self, address)

    return guarded


def _require_local(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        local = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        local = False
    if not local:
        raise LeavesTheMachine(f"{name}: tests talk to this machine only")


def absent(what: str) -> NoReturn:
    """Skip where a tool is missing; in CI, fail."""
    if IN_CI:
        pytest.fail(f"{what} (CI must have it; `make test` installs it)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data of the trade, which lies beside the checkout or not at all."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium."""
    return find_chromium() or absent("no Chromium: apt-get install chromium")


@pytest.fixture(scope="session")
def browser(chromium: Path) -> "Iterator[Browser]":
    """A running Chromium; take a fresh context from it for each test."""
    if not loads("libatomic.so.1"):
        absent("Playwright's driver needs libatomic: apt-get install libatomic1")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow to load)

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=CHROMIUM_ARGUMENTS
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def node() -> Path:
    """A Node that is new enough, with the foreign verifiers beside it."""
    found: Node = find_node() or absent("no Node of 20.19 or newer with npm")
    if not find_node_modules():
        absent("the foreign verifiers are not installed: npm ci in tests/node")
    return found.program


@pytest.fixture(scope="session")
def foreign_packages() -> Path:
    """The folder of foreign verifiers whose needs contradict those of the service."""
    return find_foreign_packages() or absent(
        "the foreign verifiers of requirements-foreign.txt are not installed"
    )


@pytest.fixture(scope="session")
def qpdf() -> Path:
    """The program that checks the structure of a PDF."""
    return find_program("qpdf") or absent("no qpdf: apt-get install qpdf")


@pytest.fixture(scope="session")
def openssl() -> Path:
    """The program that builds certificate paths and checks signatures."""
    return find_program("openssl") or absent("no openssl: apt-get install openssl")


@pytest.fixture(scope="session")
def certutil() -> Path:
    """The program that keeps the store of roots that poppler trusts."""
    return find_program("certutil") or absent(
        "no certutil: apt-get install libnss3-tools"
    )


@pytest.fixture(scope="session")
def poppler() -> Path:
    """The folder of pdftotext, pdffonts, pdftoppm and their kin."""
    found = find_program("pdftotext") or absent(
        "no pdftotext: apt-get install poppler-utils"
    )
    return found.parent
