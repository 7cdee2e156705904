"""A page shows the logo, the colours and the cards that were pinned."""

import io
from dataclasses import asdict

import pikepdf
import pypdfium2
import pytest

from issuer.credentials.logo import parse_logo
from issuer.credentials.page import render_page
from issuer.credentials.page_conformance import inspect_conformance
from issuer.credentials.page_look import DrawnLook
from issuer.domain.look import PageLook, tint_of
from tests.bounded import at_once
from tests.conftest import absent
from tests.credentials.logos import DRAWN, png, shield, svg
from tests.credentials.printed_pages import (
    CHECK_URL,
    CREATED,
    CREDENTIAL,
    TEMPLATE,
    in_two_languages,
    page_of,
    text_of,
)
from tests.credentials.test_pinned_look import CARDS
from tests.statements import example_statement
from tools.java_tools import JavaToolMissing
from tools.verapdf import check_conformance

GRADIENT = svg(
    '<linearGradient id="g"><stop offset="0" stop-color="red" stop-opacity=".4"/>'
    '<stop offset="1"/></linearGradient><rect width="120" height="40" fill="url(#g)" '
    'opacity=".5"/>'
)
LOGOS = {"svg": DRAWN, "gradient": GRADIENT, "png": png(shield((250, 100)))}


def look_with(data: bytes | None, accent: str = "#8b1a5c") -> DrawnLook:
    tint = tint_of(accent)
    if data is None:
        return DrawnLook(PageLook(accent, tint))
    logo = parse_logo(data)
    pinned = PageLook(
        accent, tint, "ab" * 32, logo.media_type, "Hiisijärven vaakuna", str(logo.ratio)
    )
    return DrawnLook(pinned, logo.data)


def figures(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            str(item.Alt)
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/S") == "/Figure"
            and "/Alt" in item
        ]


@pytest.mark.parametrize("kind", LOGOS)
def test_a_logo_is_printed_with_its_words_and_the_same_each_time(kind):
    look = look_with(LOGOS[kind])
    pdf = page_of(example_statement(), look=look)
    assert "Hiisijärven vaakuna" in figures(pdf)
    assert page_of(example_statement(), look=look) == pdf
    plain = page_of(example_statement(), look=look_with(None))
    assert "Hiisijärven vaakuna" not in figures(plain)


def test_a_page_with_every_part_of_a_look_stays_conformant(tmp_path):
    statement = in_two_languages(example_statement(2, licence_cards=CARDS))
    files = []
    for kind, data in LOGOS.items():
        pdf = page_of(statement, look=look_with(data))
        assert list(inspect_conformance(pdf, languages=["fi", "sv"])) == []
        files.append(tmp_path / f"{kind}.pdf")
        files[-1].write_bytes(pdf)
    for flavour in ("ua1", "3a"):
        try:
            verdicts = check_conformance(files, flavour=flavour)
        except JavaToolMissing as error:
            absent(f"veraPDF did not run: {error}")
        assert [file.name for file, passed in verdicts.items() if not passed] == []


def test_the_accent_colours_the_page():
    def amount(accent: str, look: DrawnLook) -> int:
        pdf = page_of(example_statement(), look=look)
        with pypdfium2.PdfDocument(pdf) as document:
            picture = document[0].render(scale=2).to_pil().convert("RGB")
        rgb = tuple(int(accent[i : i + 2], 16) for i in (1, 3, 5))
        return sum(n for n, colour in picture.getcolors(1 << 24) if colour == rgb)

    wine, spruce = "#8b1a5c", "#14523f"
    assert amount(wine, look_with(None, wine)) > 1000
    assert amount(spruce, look_with(None, wine)) == 0
    assert amount(spruce, look_with(None, spruce)) > 1000


def test_a_card_says_who_saw_it_and_that_it_has_ended():
    text = text_of(page_of(example_statement(licence_cards=CARDS)))
    assert "Hygieniapassi" in text
    assert "nähty 2.11.2026, Carita V." in text
    assert "1.11.2026 saakka päättynyt" in text
    assert text.count("päättynyt") == 1
    without = text_of(page_of(example_statement()))
    assert "Kortit ja passit" not in without


def test_a_heavy_logo_does_not_hold_a_page_up():
    heavy = parse_logo(svg('<path d="M0 0' + "l1 1" * 23_000 + '"/>'))
    look = DrawnLook(PageLook(logo_ratio="3", logo_alt="x"), heavy.data)
    statement = asdict(example_statement())
    given = {
        "template": TEMPLATE,
        "check_url": CHECK_URL,
        "credential": CREDENTIAL,
        "created": CREATED,
    }
    render_page(statement, **given)
    with at_once():
        render_page(statement, **given, look=look)
