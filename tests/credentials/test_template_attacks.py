"""A template or a text that attacks the renderer reaches no network and no file.

A canary file lies on the disk and a canary server listens on this machine: whatever a
template asks for, neither is ever touched.
"""

import io
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pypdf
import pytest

from issuer.credentials.page import render_page
from issuer.credentials.page_contents import require_page_possible
from issuer.credentials.page_refusals import (
    CharacterUnprintable,
    PageRefused,
    PageTooLarge,
    TemplateUnfit,
)
from issuer.credentials.page_templates import PageTemplate
from issuer.credentials.sealer import Draft
from issuer.services.page_renderer import PageNotDrawn, PageRenderer, PageTooSlow
from tests.credentials.printed_pages import TEMPLATES, page_of, text_of
from tests.statements import example_statement

SECRET = "canary-that-must-not-be-read"
CREATED = datetime(2026, 11, 24, tzinfo=UTC)


class Canary:
    """What must not be reached: a file, a server, and who has tried."""

    def __init__(self, file: Path, port: int) -> None:
        self.file = file
        self.web = f"http://127.0.0.1:{port}/x"
        self.reached: list[str] = []
        self.watching = False

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event in {"socket.connect", "urllib.Request", "socket.getaddrinfo"}:
            self.reached.append(event)
        if event == "open" and str(arguments[0]) == str(self.file):
            self.reached.append(f"open {arguments[0]}")


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    file = tmp_path_factory.mktemp("canary") / "secret.svg"
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>{SECRET}'
        '</text><path id="a" d="M0 0h9v9z"/></svg>'
    )

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            bird.reached.append(f"GET {self.path}")
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    bird = Canary(file, server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    sys.addaudithook(bird.see)  # stays for the process, and sees only while watching
    yield bird
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "osaamistodistus" / "1", tmp_path / "osaamistodistus/1")
    return tmp_path


@pytest.fixture
def draw(root: Path, canary: Canary) -> Callable[..., bytes]:
    """Draw a page of a template of few words; tell whether anything was reached."""
    folder = root / "osaamistodistus" / "1"

    def drawn(body: str = "", *, css: str = "", svg: str = "", html: str = "") -> bytes:
        html = html or f'<html lang="fi"><head><title>T</title></head>{body}</html>'
        (folder / "certificate.fi.html").write_text(html)
        (folder / "certificate.css").write_text(css)
        (folder / "assets").mkdir(exist_ok=True)
        (folder / "assets" / "arms.svg").write_text(svg or "<svg/>")
        canary.reached.clear()
        canary.watching = True
        try:
            return render_page(
                asdict(example_statement()),
                template=PageTemplate.load(root, "osaamistodistus", "1"),
                check_url="https://hiisi.example/q#1",
                credential=b"{}",
                created=CREATED,
            )
        finally:
            canary.watching = False

    return drawn


def everything_in(pdf: bytes) -> bytes:
    """Return the bytes of every stream and string of a file."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    parts = []
    for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm) + 2):
        item = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        parts.append(repr(item).encode())
        if hasattr(item, "get_data"):
            parts.append(item.get_data())
    return b"\n".join(parts)


MARKUP = (
    '<body><img alt="x" src="{}">',
    '<body><img alt="x" srcset="{} 2x" src="{}">',
    '<head><link rel="stylesheet" href="{}"></head>',
    '<head><link rel="attachment" href="{}"></head>',
    '<body><a rel="attachment" href="{}">x</a>',
    '<body><object data="{}">x</object>',
    '<body><embed src="{}">',
    '<body><iframe src="{}"></iframe>',
    '<body><video poster="{0}" src="{0}"></video>',
    '<head><base href="{}"></head><body><img alt="x" src="y.png">',
    '<head><meta http-equiv="refresh" content="0; url={}"></head>',
    '<head><script src="{}"></script></head>',
    '<head><style>@import url("{}");</style></head>',
    '<head><style>@import "{}";</style></head>',
    '<body style="background: url({})">x',
    '<body background="{}">x',
    '<body><ul style="list-style-image: url({})"><li>x</ul>',
    '<body><p style="content: url({})">x',
    '<body><p style="border-image: url({}) 1">x',
    '<body><svg viewBox="0 0 9 9"><image href="{}" width="9" height="9"/></svg>',
    '<body><svg viewBox="0 0 9 9"><use href="{}#a"/></svg>',
)
STYLES = (
    '@import url("{}");',
    '@import "{}" print;',
    "body {{ background: url({}) }}",
    "@page {{ background: url({}) }}",
    "@page {{ @top-left {{ content: url({}) }} }}",
    "p::before {{ content: url({}) }}",
    "body {{ list-style-image: url({}); display: list-item }}",
    "@font-face {{ font-family: X; src: url({}) }} body {{ font-family: X }}",
    '@font-face {{ font-family: X; src: url({}) format("woff2") }} p {{ font: 9pt X }}',
    "body {{ mask: url({}); filter: url({}); clip-path: url({}#a) }}",
    "@color-profile device-cmyk {{ src: url({}) }}",
)
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
PICTURES = (
    '<image href="{}" width="9" height="9"/>',
    f'<image {XLINK} xlink:href="{{}}" width="9" height="9"/>',
    '<use href="{}#a"/>',
    f'<use {XLINK} xlink:href="{{}}#a"/>',
    '<style>@import url("{}");</style>',
    "<style>path {{ fill: url({}#a) }}</style><path d='M0 0h9v9z'/>",
    '<path d="M0 0h9v9z" fill="url({}#a)"/>',
    '<path d="M0 0h9v9z" style="mask: url({}#a); filter: url({}#a)"/>',
    '<path d="M0 0h9v9z" marker-end="url({}#a)" clip-path="url({}#a)"/>',
    '<filter id="f"><feImage href="{}"/></filter><path d="M0 0h9" filter="url(#f)"/>',
    '<linearGradient id="g" href="{}#a"/><path d="M0 0h9v9z" fill="url(#g)"/>',
    '<script href="{}"/>',
    '<foreignObject><img src="{}"/></foreignObject>',
)


def addresses(canary: Canary) -> tuple[str, ...]:
    return (canary.web, canary.file.as_uri(), str(canary.file), "data:image/svg+xml,x")


def require_nothing_reached(
    canary: Canary, draw: Callable[..., bytes], **given: str
) -> None:
    try:
        pdf = draw(**given)
    except TemplateUnfit:
        pdf = b""
    assert canary.reached == []
    if pdf:
        found = everything_in(pdf)
        assert SECRET.encode() not in found
        attached = pypdf.PdfReader(io.BytesIO(pdf)).attachments
        assert list(attached) == ["credential.json"]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_reaches_nothing(
    markup: str, canary: Canary, draw: Callable[..., bytes]
) -> None:
    for address in addresses(canary):
        require_nothing_reached(canary, draw, body=markup.format(address, address))


@pytest.mark.parametrize("css", STYLES)
def test_a_style_sheet_reaches_nothing(
    css: str, canary: Canary, draw: Callable[..., bytes]
) -> None:
    for address in addresses(canary):
        css_of_it = css.format(address, address, address)
        require_nothing_reached(canary, draw, body="<body><p>x", css=css_of_it)


@pytest.mark.parametrize("inner", PICTURES)
@pytest.mark.parametrize("inline", [True, False], ids=["inline", "asset"])
def test_a_picture_reaches_nothing(
    inner: str, inline: bool, canary: Canary, draw: Callable[..., bytes]
) -> None:
    for address in addresses(canary):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
            f"{inner.format(address, address)}</svg>"
        )
        body = '<body><img alt="x" src="asset:assets/arms.svg">'
        require_nothing_reached(
            canary, draw, body=f"<body>{svg}" if inline else body, svg=svg
        )


@pytest.mark.parametrize("place", ["asset", "page"])
@pytest.mark.parametrize(
    "entity",
    ['SYSTEM "{}"', 'PUBLIC "-//x//y" "{}"', '% p SYSTEM "{}"> %p; <!ENTITY z "'],
)
def test_an_external_entity_is_not_read(
    entity: str, place: str, canary: Canary, draw: Callable[..., bytes]
) -> None:
    for address in addresses(canary):
        declared = f"[<!ENTITY x {entity.format(address)}>]"
        svg = (
            f"<!DOCTYPE svg {declared}>"
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
            "<text>&x;</text></svg>"
        )
        body = '<body><img alt="x" src="asset:assets/arms.svg"/></body>'
        html = (
            f'<!DOCTYPE html {declared}><html lang="fi"><head><title>T</title></head>'
            "<body><p>&x;</p></body></html>"
        )
        given = {"body": body, "svg": svg} if place == "asset" else {"html": html}
        require_nothing_reached(canary, draw, **given)


@pytest.mark.parametrize("place", ["asset", "page"])
def test_entities_that_multiply_fill_nothing(
    place: str, canary: Canary, draw: Callable[..., bytes]
) -> None:
    laughs = '<!ENTITY a0 "haha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    svg = f'<!DOCTYPE svg [{laughs}]><svg viewBox="0 0 9 9"><text>&a9;</text></svg>'
    html = f'<!DOCTYPE html [{laughs}]><html lang="fi"><title>T</title>&a9;</html>'
    body = '<body><img alt="x" src="asset:assets/arms.svg"/></body>'
    given = {"body": body, "svg": svg} if place == "asset" else {"html": html}
    require_nothing_reached(canary, draw, **given)


def test_the_canary_sings(canary: Canary) -> None:
    """The watch itself works: an opened file and a connection are seen."""
    import urllib.request  # noqa: PLC0415

    canary.reached.clear()
    canary.watching = True
    try:
        canary.file.read_text()
        with pytest.raises(OSError, match="404"):
            urllib.request.urlopen(canary.web)
    finally:
        canary.watching = False
    assert f"open {canary.file}" in canary.reached
    assert {"GET /x", "socket.connect"} <= set(canary.reached)


@pytest.mark.parametrize(
    "markup",
    [
        '{% include "/etc/passwd" %}',
        '{% include "../../../../etc/passwd" %}',
        '{% include "template.toml" %}',
        '{% import "os" as os %}',
        '{% extends "base.html" %}',
        '{{ "".__class__.__mro__[1].__subclasses__() }}',
        "{{ cycler.__init__.__globals__.os }}",
        "{{ self.__init__.__globals__ }}",
        '{{ "%s"|format(x) }}',
        '{{ "{0.__class__}".format(title) }}',
        "{{ tasks.__add__ }}",
    ],
)
def test_jinja_reaches_nothing(
    markup: str, canary: Canary, draw: Callable[..., bytes]
) -> None:
    with pytest.raises(TemplateUnfit):
        draw(f"<body>{markup}")
    assert canary.reached == []


HOSTILE = (
    "<img src='{0}'><link rel=stylesheet href='{0}'><style>@import url({0})</style>"
    '"><link rel=attachment href="{0}"> {{{{ 7*7 }}}} {{% raw %}} &lt;b&gt; url({0})'
)


def texts_replaced(value: Any, text: str, *, kept: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: item if key in kept else texts_replaced(item, text, kept=kept)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [texts_replaced(item, text, kept=kept) for item in value]
    return text if isinstance(value, str) else value


# What our own code writes: languages, dates, numbers and addresses of a fixed form.
OURS = frozenset(
    {
        *("serial", "id", "language", "text_language", "name_language", "issued_at"),
        *("period_from", "period_to", "edition_date", "published_on", "observed_on"),
        *("accepted_on", "valid_until", "assurance", "mark", "scope_unit", "seen_on"),
        *("scope_of_certificate", "builds_on", "supersedes", "holder_birth_date"),
        *("second_language", "issued_on", "qualification_type"),
    }
)


def test_hostile_text_stays_text_in_every_field(canary: Canary) -> None:
    text = HOSTILE.format(canary.web)
    statement = texts_replaced(asdict(example_statement(units=2)), text, kept=OURS)
    canary.reached.clear()
    canary.watching = True
    try:
        pdf = render_page(
            statement,
            template=PageTemplate.load(TEMPLATES, "osaamistodistus", "1"),
            check_url="https://hiisi.example/q#1",
            credential=b"{}",
            created=CREATED,
        )
    finally:
        canary.watching = False
    assert canary.reached == []
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert list(reader.attachments) == ["credential.json"]
    seen = "".join(text_of(pdf).split())
    holes = "".join(text.split())
    assert seen.count(holes) >= 15
    for page in reader.pages:
        assert not page.get("/Annots")


@pytest.fixture
def renderer(root: Path) -> Iterator[PageRenderer]:
    renderer = PageRenderer(root, seconds=4)
    yield renderer
    renderer.close()


def draft_of(template: PageTemplate) -> Draft:
    sample = json.loads((TEMPLATES / "osaamistodistus/1/sample.json").read_bytes())
    names = ("serial", "key_id", "jwt_key_id", "compact_key_id")
    return Draft(
        **dict.fromkeys(names, ""),
        statement=sample,
        document={},
        created=sample["issued_at"],
        template=template.name,
        template_version=template.version,
        template_sha256=template.sha256,
    )


@pytest.mark.parametrize(
    "markup",
    [
        "{% for a in range(9**5) %}{% for b in range(9**5) %}{% endfor %}{% endfor %}",
        "{{ 10 ** (10 ** 9) }}",
        '{{ "x" * (10 ** 11) }}',
        "{{ ('<p>x</p>' * 4000000)|safe }}",
    ],
    ids=["loop", "power", "memory", "boxes"],
)
def test_a_template_without_end_ends(
    markup: str, root: Path, renderer: PageRenderer
) -> None:
    folder = root / "osaamistodistus" / "1"
    (folder / "certificate.fi.html").write_text(f"<html>{markup}</html>")
    template = PageTemplate.load(root, "osaamistodistus", "1")
    with pytest.raises((PageTooSlow, PageNotDrawn, PageRefused)):
        renderer(draft_of(template), b"{}", "https://hiisi.example/q#1")


def test_a_statement_without_end_is_refused_at_once() -> None:
    with pytest.raises(PageTooLarge, match="at most 300"):
        require_page_possible(asdict(example_statement(units=43)))
    with pytest.raises(CharacterUnprintable):
        require_page_possible(asdict(replace(example_statement(), coach="\u202e")))


def test_what_is_hostile_in_a_language_or_mark_is_escaped() -> None:
    statement = example_statement()
    unit = replace(statement.units[0], name_language='sv"><b>', scope_unit="<b>")
    assert page_of(replace(statement, units=(unit,))).startswith(b"%PDF")
