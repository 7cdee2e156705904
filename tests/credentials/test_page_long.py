"""Long words and long names stay on the paper, and long covers stay readable."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pypdfium2
import pytest

from tests.credentials.printed_pages import page_of
from tests.statements import example_statement

WORD = "Wx" * 110
ISSUER = (
    "Pohjois-Karjalan työllisyyspalvelujen ja kotoutumisen kuntayhtymän palvelukeskus"
)
RIGHT_MARGIN = 595.3 - 22 * 72 / 25.4
ROUNDING = 3.0
SEAL = {"left": RIGHT_MARGIN - 42 * 72 / 25.4, "height": (30 - 1) * 72 / 25.4}
CARD = {
    "name": WORD,
    "issuer": WORD,
    "issued_on": "2024-02-11",
    "valid_until": None,
    "seen_on": "2026-11-20",
    "seen_by": WORD,
}


@contextmanager
def opened(pdf: bytes) -> Iterator[list[pypdfium2.PdfTextPage]]:
    document = pypdfium2.PdfDocument(pdf)
    yield [page.get_textpage() for page in document]
    document.close()


def texts(pdf: bytes) -> list[str]:
    with opened(pdf) as pages:
        return [page.get_text_range() for page in pages]


def boxes(page: pypdfium2.PdfTextPage, text: str) -> list[tuple[float, ...]]:
    """Return left, bottom, right and top of each place where the page has the text."""
    whole = page.get_text_range()
    found, at = [], whole.find(text)
    while at >= 0:
        each = [page.get_charbox(i) for i in range(at, at + len(text))]
        found.append(
            (each[0][0], min(b[1] for b in each), each[-1][2], max(b[3] for b in each))
        )
        at = whole.find(text, at + 1)
    return found


def test_no_word_runs_off_the_paper() -> None:
    long = asdict(example_statement(units=1))
    long |= {"summary": WORD, "tasks": [WORD], "holder_name": WORD, "coach": WORD}
    long["issuer"] |= {"department": WORD}
    long["qualification"]["name"] = long["units"][0]["name"] = WORD
    for row in long["units"][0]["areas"][0]["requirements"]:
        row |= {"text": WORD, "task": WORD, "site": WORD}
    long["licence_cards"] = [CARD]
    with opened(page_of(long)) as pages:
        rightmost = max(
            page.get_charbox(i)[2] for page in pages for i in range(page.count_chars())
        )
    assert rightmost < RIGHT_MARGIN + ROUNDING


@pytest.mark.parametrize("issuer", ["Hiisijärven kunta", ISSUER])
def test_the_seal_holds_its_date_whatever_the_issuer_is_called(issuer: str) -> None:
    statement = asdict(example_statement(units=1))
    statement["issuer"]["name"] = issuer
    with opened(page_of(statement)) as pages:
        [(_, _, _, top)] = boxes(pages[0], "Tarkista tämä todistus")
        days = boxes(pages[0], "24.11.2026")
    [bottom] = [bottom for left, bottom, _, _ in days if left > SEAL["left"]]
    assert 0 < top - bottom < SEAL["height"]


def test_a_long_cover_goes_on_under_the_name_with_its_facts_together() -> None:
    pages = texts(page_of(example_statement(units=40)))
    annex = next(i for i, text in enumerate(pages) if "Työn suunnittelu" in text)
    assert annex > 1
    assert all("Paula Osallistuja" in text for text in pages[:annex])
    for word in ("OPH-9999-2024", "Työjakso", "Oppimisympäristö"):
        assert [word in text for text in pages[:annex]].index(True) == annex - 1, word
