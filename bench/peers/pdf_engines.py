"""The engines that print: ours in a warm child, Chromium over CDP, typst in process.

Each prints a page and tells how much of the processor it has used so far: its own
process and those it started, whatever they did between the pages.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import typst
from playwright.sync_api import CDPSession, sync_playwright

from bench.peers.pdf_pages import NAME, TEMPLATES, Page, credential, template
from issuer.credentials.page import colours_css
from issuer.credentials.page_fonts import FACES, FACES_CSS, font_folders
from issuer.credentials.page_look import DrawnLook
from issuer.domain.look import PageLook
from issuer.services.page_child import PageChild

TICK = os.sysconf("SC_CLK_TCK")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRINTED_ON = 1795512600  # 24 November 2026, as the sample says


class Engine(Protocol):
    """Prints one certificate at a time."""

    name: str

    def print(self, page: Page) -> bytes:
        """Return the certificate as PDF."""

    def cpu(self) -> float:
        """Return the seconds of processor time used so far."""


def cpu_of_tree(root: int) -> float:
    """Return the processor time of a process and all below it, ended ones included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(process.name)] = int(fields[1])
            used[int(process.name)] = sum(map(int, fields[11:15])) / TICK
    below = {root}
    while more := {pid for pid, up in parents.items() if up in below} - below:
        below |= more
    return sum(used.get(pid, 0) for pid in below)


def memory_of(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Ours:
    """The very child process of the service, with all it does between two pages."""

    name = "ours"

    def __init__(self) -> None:
        self.child = PageChild(most_pages=10**9, seconds=120)

    def print(self, page: Page) -> bytes:
        """Return the certificate as PDF/A-3a and PDF/UA-1."""
        return self.child.draw(
            {
                "statement": json.dumps(page.statement).encode(),
                "template_dir": str(TEMPLATES / NAME / template().version),
                "template_sha256": template().sha256,
                "check_url": page.check_url,
                "credential": credential(),
                "created": page.statement["issued_at"],
            }
        )

    def cpu(self) -> float:
        """Return what the child has used, once it has nothing left to do."""
        before = -1.0
        while before != (now := cpu_of_tree(self.child.pid)):
            before = now
            time.sleep(0.05)
        return now


@dataclass
class Typst:
    """typst, with the same words and the two standards that it also claims."""

    name = "typst"

    def __post_init__(self) -> None:
        self._source = Path(__file__).with_name("pdf_typst.typ").read_bytes()
        self._compiler = typst.Compiler(
            font_paths=font_folders(), ignore_system_fonts=True
        )

    def print(self, page: Page) -> bytes:
        """Return the certificate as PDF/A-3a and PDF/UA-1."""
        return self._compiler.compile(
            input=self._source,
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            timestamp=PRINTED_ON,
            sys_inputs={
                "page": json.dumps(page.contents),
                "credential": credential().decode(),
            },
        )

    def cpu(self) -> float:
        """Return what this process has used: typst runs in it."""
        return time.process_time()


@dataclass
class Chromium:
    """Chromium's print of the same HTML and style sheet; tagged, not archivable.

    The browser is open and a tab waits. The tab opens the file of each certificate, as
    services that print with Chromium do.
    """

    pid: int
    folder: Path
    _page: Any
    _session: CDPSession
    name = "chromium"

    def print(self, page: Page) -> bytes:
        """Return the certificate as a tagged PDF."""
        self._show(self._html(page))
        self._page.evaluate("document.fonts.ready.then(() => null)")
        printed = self._session.send(
            "Page.printToPDF",
            {
                "preferCSSPageSize": True,
                "printBackground": True,
                "generateTaggedPDF": True,
                "generateDocumentOutline": True,
            },
        )
        return base64.b64decode(printed["data"])

    def cpu(self) -> float:
        """Return what the browser and its processes have used."""
        return cpu_of_tree(self.pid)

    def _show(self, html: str) -> None:
        file = self.folder / "certificate.html"
        file.write_text(html, encoding="utf-8")
        self._page.goto(file.as_uri(), wait_until="load")

    def _html(self, page: Page) -> str:
        faces = FACES_CSS.replace("asset:fonts/", f"{self.folder.as_uri()}/")
        css = faces + template().css + colours_css(DrawnLook(PageLook()))
        code = base64.b64encode(page.code.encode()).decode()
        markup = page.markup.replace(
            "asset:qr.svg", f"data:image/svg+xml;base64,{code}"
        )
        return markup.replace("</head>", f"<style>{css}</style></head>")


class ChromiumKept(Chromium):
    """The same in the way that costs it least, which nobody else's page allows.

    One page stays open and has read the fonts; only its contents are replaced.
    """

    name = "chromium_kept"

    def _show(self, html: str) -> None:
        self._page.set_content(html, wait_until="load")


def find_chromium() -> str | None:
    """Return the browser's program, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def chromium(program: str) -> Iterator[list[Chromium]]:
    """Open a browser with a tab for either way, from which fonts can be read."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for face in FACES:
            (folder / face.file).write_bytes(face.read())
        blank = folder / "blank.html"
        blank.write_text("<!doctype html><title>Certificates</title>")
        browser = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-port=0",
                f"--user-data-dir={folder}/profile",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            address = next(
                line.partition("listening on ")[2].strip()
                for line in browser.stderr or ()
                if "listening on " in line
            )
            with sync_playwright() as playwright:
                context = playwright.chromium.connect_over_cdp(address).contexts[0]
                ways = []
                for way in (Chromium, ChromiumKept):
                    page = context.new_page()
                    page.goto(blank.as_uri())
                    session = context.new_cdp_session(page)
                    ways.append(way(browser.pid, folder, page, session))
                yield ways
        finally:
            browser.kill()
            browser.wait()
