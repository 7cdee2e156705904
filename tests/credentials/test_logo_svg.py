"""An SVG logo is written anew from a short list; whatever else it holds is refused."""

import re
from xml.etree import ElementTree

import pytest

from issuer.credentials.logo import SVG_TYPE, parse_logo
from issuer.credentials.logo_refusals import (
    LogoPartRefused,
    LogoTextRefused,
    LogoTooDetailed,
    LogoUnreadable,
)
from issuer.credentials.logo_svg_parts import ELEMENTS, PRESENTATION
from tests.bounded import at_once
from tests.credentials.logos import DRAWN, SVG_HEAD, svg

LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">"""
    + b"".join(
        b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    + b"]>"
    + svg('<g id="&j;"/>')
)


def part_of(data: bytes) -> str:
    with pytest.raises(LogoPartRefused) as refused:
        parse_logo(data)
    return str(refused.value.facts["part"])


def test_a_drawing_of_inkscape_is_taken_with_its_shapes_and_colours():
    logo = parse_logo(DRAWN)
    assert (logo.media_type, logo.ratio) == (SVG_TYPE, 2.5)
    assert logo.data.decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80" width="200" '
        'height="80"><defs><linearGradient id="p1"><stop offset="0" '
        'stop-color="#14523f" stop-opacity="1"/><stop offset="100%" '
        'stop-color="#e3eae8"/></linearGradient><linearGradient x1="0" x2="200" '
        'gradientUnits="userSpaceOnUse" id="p2" href="#p1"/><clipPath id="p3"><circle '
        'cx="40" cy="40" r="30"/></clipPath></defs><g transform="translate(1 2) '
        'scale(1)" stroke="none" fill="url(#p2)"><path d="M10 -5.5L0.5 10Zm5 5a25 25 '
        '0 0 1 -5 6l1 1l2 2Z" clip-path="url(#p3)"/></g><rect x="100" y="20" '
        'width="20%" height="40" rx="2" fill="rgb(20, 82, 63)"/><polygon points="10 '
        '10 20 30 30 10"/></svg>\n'
    )


def test_the_same_file_gives_the_same_bytes_and_the_result_is_stable():
    once = parse_logo(DRAWN)
    again = parse_logo(once.data)
    assert again.ratio == once.ratio
    assert parse_logo(again.data) == again


def test_names_dates_and_paths_of_the_drawer_stay_behind():
    assert b"Paula" in DRAWN
    assert not re.search(
        rb"(?i)paula|1990|inkscape|label|<!--|<\?", parse_logo(DRAWN).data
    )


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<script href="https://evil.example/x.js"/>', "<script>"),
        ("<foreignObject><p/></foreignObject>", "<foreignObject>"),
        ("<style>path{fill:red}</style>", "<style>"),
        ('<style>@import "https://evil.example/";</style>', "<style>"),
        ('<image href="data:image/png;base64,iVBORw0KGgo="/>', "<image>"),
        ('<image xlink:href="file:///etc/passwd"/>', "<image>"),
        ('<use href="#x"/>', "<use>"),
        ('<use xlink:href="https://evil.example/x.svg#a"/>', "<use>"),
        ('<animate attributeName="d" to="M0 0"/>', "<animate>"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "<set>"),
        ('<a href="javascript:alert(1)"><path d="M0 0"/></a>', "<a>"),
        ('<filter id="f"/>', "<filter>"),
        ('<mask id="m"/>', "<mask>"),
        ('<pattern id="p"/>', "<pattern>"),
        ('<symbol id="s"/>', "<symbol>"),
        ('<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>', "<iframe>"),
        ('<path xmlns="http://www.w3.org/1999/xhtml" d="M0 0"/>', "<path>"),
        ('<svg viewBox="0 0 1 1"/>', "<svg>"),
        ('<path d="M0 0" onload="alert(1)"/>', "onload="),
        ('<g OnClick="alert(1)"/>', "OnClick="),
        ('<path d="M0 0" href="#x"/>', "href=#x"),
        (
            '<path d="M0 0" xlink:href="javascript:alert(1)"/>',
            "href=javascript:alert(1)",
        ),
        (
            '<linearGradient href="https://evil.example/#a"/>',
            "href=https://evil.example/#a",
        ),
        ('<linearGradient xlink:href="data:x,#a"/>', "href=data:x,#a"),
        (
            '<g fill="url(https://evil.example/#a)"/>',
            'fill="url(https://evil.example/#a)"',
        ),
        (
            '<g style="fill:url(javascript:alert(1))"/>',
            'fill="url(javascript:alert(1))"',
        ),
        ('<g style="background:URL(x)"/>', "background: url()"),
        ('<g style="background:\\75rl(x)"/>', "background: url()"),
        ('<g filter="url(#f)"/>', "filter: url()"),
        ('<g fill="expression(alert(1))"/>', 'fill="expression(alert(1))"'),
        ('<g fill="url(#nowhere)"/>', "fill: #nowhere"),
        ('<path d="M0 0" id="q"/><g fill="url(#q)"/>', "fill: #q"),
        ('<linearGradient id="q"/><g clip-path="url(#q)"/>', "clip-path: #q"),
    ],
)
def test_what_could_run_fetch_move_or_hide_is_refused_by_name(body, part):
    assert part_of(svg(body)) == part


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        LAUGHS.decode().encode("utf-8-sig"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + svg('<g id="&x;"/>'),
        b'<!DOCTYPE svg SYSTEM "https://evil.example/evil.dtd">' + svg(""),
        b'<!DOCTYPE svg [<!ENTITY % p SYSTEM "https://evil.example/">%p;]>' + svg(""),
        b"<!doctype svg>" + svg(""),
    ],
)
def test_a_doctype_is_refused_before_anything_is_read(data):
    with at_once():
        assert part_of(data) == "<!DOCTYPE>"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7"])
def test_other_encodings_hide_nothing(encoding):
    with pytest.raises((LogoUnreadable, LogoPartRefused)):
        parse_logo(LAUGHS.decode().encode(encoding))


@pytest.mark.parametrize("body", ["<text>Kunta</text>", "<g><text/></g>", "<tspan/>"])
def test_text_is_refused_with_what_to_do(body):
    with pytest.raises(LogoTextRefused, match="into outlines"):
        parse_logo(svg(body))


@pytest.mark.parametrize(
    "data",
    [
        b"<svg",
        b"<svg/>",
        svg("")[:-3],
        svg("<g>"),
        svg("") + b"<svg/>",
        svg("&nbsp;"),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 9">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="9">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" width="9%" height="9">'),
        b"<html><body>ei</body></html>"[:9],
        svg("<!-- \xe4 -->").decode().encode("latin-1"),
        b"\x1f\x8b\x08 an svgz",
    ],
)
def test_what_is_no_whole_drawing_is_refused(data):
    with pytest.raises((LogoUnreadable, LogoPartRefused)):
        parse_logo(data)


def test_a_page_is_no_drawing():
    assert part_of(b"<html><body>ei</body></html>") == "<html>"


@pytest.mark.parametrize(
    "body",
    [
        "<g/>" * 100_000,
        "<g/>" * 2_000,
        "<g>" * 60 + "</g>" * 60,
        "<metadata>" + "<x/>" * 9_000 + "</metadata>",
    ],
)
def test_a_hundred_thousand_shapes_are_refused_at_once(body):
    data = svg(body)[: 200 * 1024]
    with at_once(), pytest.raises(LogoTooDetailed):
        parse_logo(data)


def test_a_clip_used_a_thousand_times_counts_a_thousand_times():
    clip = '<clipPath id="c">' + '<rect width="1" height="1"/>' * 99 + "</clipPath>"
    used = '<rect width="1" height="1" clip-path="url(#c)"/>'
    assert parse_logo(svg(clip + used * 30))
    with pytest.raises(LogoTooDetailed):
        parse_logo(svg(clip + used * 40))


@pytest.mark.parametrize(
    "body",
    [
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>',
        '<linearGradient id="a" href="#a"/>',
        '<linearGradient id="a"/><linearGradient id="b" href="#a"/>'
        '<linearGradient id="c" href="#b"/>',
        '<clipPath id="a"><g clip-path="url(#a)"/></clipPath><g clip-path="url(#a)"/>',
        '<clipPath id="a"><g clip-path="url(#b)"/></clipPath>'
        '<clipPath id="b"><g clip-path="url(#a)"/></clipPath><g clip-path="url(#a)"/>',
    ],
)
def test_references_make_no_circle_and_no_chain(body):
    part_of(svg(body))


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("d", "L1 1"),
        ("d", "M1"),
        ("d", "M1 1 C1 1 2 2 3"),
        ("d", "M1 1 A1 1 0 2 0 3 3"),
        ("d", "M1 1 B2 2"),
        ("d", "M1 1 Z 2 2"),
        ("d", "M1 1e99"),
        ("d", "M1 1e999"),
        ("d", "M nan 1"),
        ("d", "M１ 1"),
        ("transform", "rotate(1 2)"),
        ("transform", "matrix(1 2 3 4 5)"),
        ("transform", "explode(1)"),
        ("transform", "scale(1) url(#x)"),
        ("transform", "scale(1"),
        ("stroke-width", "1;2"),
        ("stroke-width", "calc(1px)"),
        ("stroke-dasharray", "1 -2"),
        ("fill", "#12345"),
        ("fill", "var(--x)"),
        ("fill", "blorp"),
        ("stop-color", "currentColor"),
        ("transform", "scale(0)"),
        ("transform", "matrix(1 2 2 4 0 0)"),
        ("transform", "skewX(90)"),
        ("opacity", "inf"),
    ],
)
def test_a_value_that_no_renderer_was_made_for_is_refused(attribute, value):
    part = part_of(svg(f'<path {attribute}="{value}"/>'))
    assert part.startswith(f'{attribute}="')


def test_a_refusal_quotes_little_and_on_one_line():
    part = part_of(svg('<path d="M1 1&#10;&#10;' + "q" * 90_000 + '"/>'))
    assert len(part) < 60
    assert "\n" not in part


def test_nothing_is_written_that_is_not_on_the_list():
    every = "".join(
        f"<{name} {' '.join(f'{a}=@{a}@' for a in attributes)} bad=@x@ data-x=@1@/>"
        for name, attributes in ELEMENTS.items()
        if name != "svg"
    )
    values = {
        "d": "M1 1", "points": "1 1 2 2", "gradientUnits": "userSpaceOnUse",
        "clipPathUnits": "userSpaceOnUse", "gradientTransform": "scale(2)",
        "spreadMethod": "pad",
    }  # fmt: skip
    body = re.sub(r"@([^@]*)@", lambda m: f'"{values.get(m[1], "1")}"', every)
    root = ElementTree.fromstring(parse_logo(svg(body)).data)  # noqa: S314
    seen = set()
    for shape in root.iter():
        name = shape.tag.rpartition("}")[2]
        allowed = {*ELEMENTS[name], *PRESENTATION, "id", "href", "clip-path"}
        root_only = {"viewBox", "width", "height"} if name == "svg" else set()
        assert set(shape.attrib) <= allowed | root_only
        seen |= {(name, key) for key in shape.attrib}
    assert {(n, a) for n, attributes in ELEMENTS.items() for a in attributes} <= seen


def test_quotes_and_brackets_cannot_leave_their_attribute():
    hostile = svg('<g id="&quot;&gt;&lt;script&gt;" fill="red"/>')
    assert parse_logo(hostile).data.count(b"<script") == 0
    assert SVG_HEAD.startswith("<svg")
