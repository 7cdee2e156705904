"""What the printed certificate says, and that a stranger can read its code."""

import io
import re
from dataclasses import replace

import pypdf
import pypdfium2
import pytest
import zxingcpp

from issuer.domain.certificates import CertificateStatement
from issuer.domain.forbidden_claims import CLAUSE
from tests.credentials.printed_pages import (
    CHECK_URL,
    PROOF_URL,
    page_of,
    read_codes,
    text_of,
)
from tests.statements import SERIAL, example_statement, example_unit


@pytest.fixture(scope="module")
def statement() -> CertificateStatement:
    return example_statement(units=2)


@pytest.fixture(scope="module")
def pdf(statement: CertificateStatement) -> bytes:
    return page_of(statement)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_the_cover_says_whose_what_by_whom_and_what_it_is_not(
    pdf: bytes, statement: CertificateStatement
) -> None:
    text = text_of(pdf)
    for words in (
        "Hiisijärven kunta",
        "Y-tunnus 1234567-1",
        "Paula Osallistuja",
        "OPH-9999-2024",
        "perusteet 1.8.2024",
        "17.8.–20.11.2026, 320 tuntia",
        "Lumityöt ja hiekoitus",
        "tunnistamisraportti 3, 1.6.2026, tarkastanut Hiisijärven ammattiopisto",
        "koko osan laajuus 30 osp",
        "Arviointikeskustelu Carita Valmentaja",
        "Myöntänyt 24.11.2026 Sirpa Allekirjoittaja",
        "Osallistuja hyväksynyt 23.11.2026",
        "sinetöinyt todistuksen tiedot sähköisesti",
        "todistus.hiisijarvi.example",
        statement.summary,
        SERIAL,
        CLAUSE["fi"],
    ):
        assert words in text, words
    assert "OSAAMISTODISTUS" in text
    assert "llekirjoit" not in text.replace("Sirpa Allekirjoittaja", "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("FO-nummer", "hela delens omfattning 30 kp", "Sida 1 / 2")),
        ("en", ("Business ID", "Not identified in this period", "Page 1 / 2")),
    ],
)
def test_the_certificate_speaks_the_statements_language(
    language: str, words: tuple[str, ...]
) -> None:
    made = page_of(example_statement(language=language))
    text = text_of(made)
    assert CLAUSE[language] in text
    for expected in words:
        assert expected in text, expected
    assert pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language
    for finnish in ("Tunnistettu", "sinetöi", "Sivu", "Työjakso", "valmentaja "):
        assert finnish not in text


def test_the_cover_alone_holds_the_code_the_serial_and_the_clause(pdf: bytes) -> None:
    first = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert SERIAL in first
    assert CLAUSE["fi"] in " ".join(first.split())
    assert read_codes(pdf, dpi=150) == [CHECK_URL]


def test_requirements_stand_verbatim_and_in_order(
    pdf: bytes, statement: CertificateStatement
) -> None:
    text = text_of(pdf)
    place = 0
    for unit in statement.units:
        for area in unit.areas:
            place = text.index(area.name, place)
            for requirement in area.requirements:
                place = text.index(requirement.text, place)


def test_what_was_not_seen_is_said_neutrally_and_marks_are_not_graded(
    pdf: bytes, statement: CertificateStatement
) -> None:
    text = text_of(pdf)
    rows = [r for unit in statement.units for a in unit.areas for r in a.requirements]
    not_seen = [row for row in rows if not row.identified]
    reading_boxes = len(statement.units)
    assert text.count("ei tunnistettu tällä jaksolla") == len(not_seen)
    assert text.count("Ei tunnistettu tällä jaksolla") == reading_boxes
    days = re.findall(r"tunnistettu \d+\.10\.2026", text)
    assert len(days) == len(rows) - len(not_seen)
    assert "itsenäisesti" not in text
    assert "T1, ammatillisuuden kynnys" in text


def test_pages_are_numbered_and_annexes_carry_the_serial_and_the_name(
    reader: pypdf.PdfReader,
) -> None:
    total = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"Sivu {number} / {total}" in text
        assert f"Osaamistodistus {SERIAL}" in text
        assert "Paula Osallistuja" in text


def test_an_unofficial_catalogue_is_marked_on_cover_and_annex() -> None:
    official = example_statement(units=1)
    summary = replace(official.qualification, is_official=False)
    words = "Epävirallinen tiivistelmä, ei virallinen perusteteksti."
    pages = pypdf.PdfReader(
        io.BytesIO(page_of(replace(official, qualification=summary)))
    ).pages
    assert all(words in " ".join(page.extract_text().split()) for page in pages)
    assert words not in text_of(page_of(official))


@pytest.mark.parametrize("dpi", [100, 150])
def test_a_stranger_reads_the_code_from_the_printed_page(pdf: bytes, dpi: int) -> None:
    assert read_codes(pdf, dpi=dpi) == [CHECK_URL]


def test_a_code_that_carries_a_whole_proof_is_read_too(
    statement: CertificateStatement,
) -> None:
    proved = page_of(statement, check_url=PROOF_URL)
    assert read_codes(proved, dpi=150) == [PROOF_URL]
    assert "todistus.hiisijarvi.example" in text_of(proved)


def test_the_code_is_thirty_millimetres_within_its_quiet_zone(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=10, grayscale=True).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    side = code.position.top_right.x - code.position.top_left.x
    assert side * 25.4 / 720 == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize("units", [1, 6, 40])
def test_one_to_forty_units_make_a_page(units: int) -> None:
    made = page_of(example_statement(units=units))
    text = text_of(made)
    assert text.count("tutkinnonosat_") >= units
    for number in range(1, units + 1):
        assert f"Metsäpihan hoito {number}" in text
    assert read_codes(made, dpi=150) == [CHECK_URL]
    assert text.count(CLAUSE["fi"]) == 1


def test_a_table_that_runs_over_repeats_its_head() -> None:
    unit = example_unit(1)
    area = replace(unit.areas[0], requirements=unit.areas[0].requirements * 15)
    long = replace(example_statement(), units=(replace(unit, areas=(area,)),))
    pages = pypdf.PdfReader(io.BytesIO(page_of(long))).pages
    annex = [page.extract_text() for page in pages[1:]]
    assert len(annex) > 1
    assert all(area.name in text for text in annex)


def test_a_long_name_and_a_long_title_stay_on_the_page() -> None:
    made = page_of(
        example_statement(
            holder_name="Maximiliana-Aleksandra "
            "Wolfeschlegelsteinhausenbergerdorffjärvenpäänlahtinen",
            signatory_title="työllisyyden ja kotoutumisen johtava koordinaattori",
        )
    )
    document = pypdfium2.PdfDocument(made)
    for page in document:
        picture = page.render(scale=1, grayscale=True).to_pil()
        width, height = picture.size
        right_margin = picture.crop((width - 50, 0, width, height))
        assert right_margin.getextrema() == (255, 255)
    document.close()
