"""The tags a screen reader follows: languages, headings, order, outline."""

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from issuer.domain.forbidden_claims import CLAUSE
from tests.credentials.printed_pages import in_two_languages, page_of
from tests.statements import SERIAL, example_statement, with_rows


def tags_of(node: pikepdf.Object, language: str = "") -> Iterator[tuple]:
    """Give each tag with the language in force on it."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from tags_of(child, language)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        language = str(node.get("/Lang", language))
        yield str(node.S), language, node
        yield from tags_of(node.get("/K", pikepdf.Array()), language)


def open_page(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def read_aloud(pdf: bytes, tmp_path: Path, poppler: Path) -> str:
    """Return the text in the order of the tags, as poppler reads them."""
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(
        [poppler / "pdfinfo", "-struct-text", file],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    texts = re.findall(r'^\s*"(.*)"$', said, re.MULTILINE)
    return " ".join(" ".join(texts).split())


def test_the_language_of_every_inner_part_is_told() -> None:
    made = page_of(in_two_languages(example_statement(units=2)))
    with open_page(made) as pdf:
        assert str(pdf.Root.Lang) == "fi"
        swedish = [
            kind
            for kind, language, _ in tags_of(pdf.Root.StructTreeRoot.K)
            if language == "sv"
        ]
    # Two units of two areas and seven requirements, each in Swedish on its own.
    assert swedish.count("/Span") > 2 * (1 + 2 + 7)
    assert "/P" in swedish


def test_a_finnish_requirement_on_an_english_page_is_finnish() -> None:
    statement = example_statement(language="en")
    with open_page(page_of(statement)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        tags = list(tags_of(pdf.Root.StructTreeRoot.K))
    cells = [language for kind, language, _ in tags if kind == "/TD"]
    rows = [r for unit in statement.units for a in unit.areas for r in a.requirements]
    assert cells.count("fi") == len(rows) + len(statement.units)
    headings = [language for kind, language, _ in tags if kind in {"/H2", "/H3"}]
    assert headings == ["", "fi", "fi", "fi"]


def test_a_page_in_one_language_names_it_once() -> None:
    with open_page(page_of(example_statement())) as pdf:
        tags = list(tags_of(pdf.Root.StructTreeRoot.K))
    assert {language for _, language, _ in tags} == {""}


def test_headings_of_columns_and_rows_have_their_scope() -> None:
    with open_page(page_of(example_statement())) as pdf:
        scopes = [
            str(tag.A.Scope)
            for kind, _, tag in tags_of(pdf.Root.StructTreeRoot.K)
            if kind == "/TH"
        ]
    # Three columns of units and two of each area; six facts of the cover.
    assert scopes.count("/Column") == 3 + 2 * 2
    assert scopes.count("/Row") == 6


def test_the_outline_names_the_cover_each_unit_and_its_areas() -> None:
    statement = example_statement(units=2)
    with open_page(page_of(statement)) as pdf, pdf.open_outline() as outline:
        found = [(o.title, [c.title for c in o.children]) for o in outline.root]
    units = [(u.name, [a.name for a in u.areas]) for u in statement.units]
    assert found[0][0] == "Osaamistodistus Paula Osallistuja"
    assert found[1:] == units


@pytest.mark.parametrize("units", [1, 12])
def test_what_is_read_aloud_comes_as_it_is_seen(
    units: int, tmp_path: Path, poppler: Path
) -> None:
    """The foot of the first page is read before what runs over to the second."""
    statement = example_statement(units=units)
    text = read_aloud(page_of(statement), tmp_path, poppler)
    unit = statement.units[0]
    seen = [
        "Hiisijärven kunta",
        "OSAAMISTODISTUS",
        "Paula Osallistuja",
        "on tehnyt työtä",
        "Tutkinnon osa",
        unit.name,
        *(["Oppimisympäristö"] if units == 1 else []),
        "Arviointikeskustelu",
        "Carita Valmentaja",
        "Tarkista tämä todistus",
        SERIAL,
        "SINETÖITY",
        CLAUSE["fi"],
        "on sinetöinyt",
        *(["Oppimisympäristö"] if units > 1 else []),
        *(row.text for area in unit.areas for row in area.requirements),
        "Näin luet tätä sivua",
    ]
    place = 0
    for words in seen:
        assert words in text[place:], words
        place = text.index(words, place)


def test_pictures_are_told_in_words() -> None:
    statement = with_rows(example_statement(), site=None)
    with open_page(page_of(replace(statement, environments=()))) as pdf:
        pictures = [
            tag
            for kind, _, tag in tags_of(pdf.Root.StructTreeRoot.K)
            if kind == "/Figure"
        ]
        assert [str(p.Alt) for p in pictures] == [
            "QR-koodi, jolla todistuksen voi tarkistaa osoitteessa "
            "todistus.hiisijarvi.example"
        ]
        assert all(page.Tabs == "/S" for page in pdf.pages)
