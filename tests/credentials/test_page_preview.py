"""A preview is the very page, marked on every one, and leads nowhere."""

import io

import pypdf
import pytest

from issuer.credentials.page_conformance import inspect_conformance
from issuer.credentials.page_preview import preview_code
from tests.credentials.printed_pages import CHECK_URL, page_of, read_codes, text_of
from tests.statements import SERIAL, example_statement

WORDS = {"fi": "ESIKATSELU", "sv": "FÖRHANDSVISNING", "en": "PREVIEW"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_word_stands_on_every_page(language: str) -> None:
    made = page_of(example_statement(units=2, language=language), preview=True)
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert len(reader.pages) == 3
    for page in reader.pages:
        assert WORDS[language] in page.extract_text()
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith(f"{WORDS[language]}: ")
    assert inspect_conformance(made) == []


def test_its_code_and_attachments_verify_nothing() -> None:
    made = page_of(example_statement(), preview=True)
    assert read_codes(made, dpi=150) == [preview_code("fi")]
    assert CHECK_URL.encode() not in made
    assert dict(pypdf.PdfReader(io.BytesIO(made)).attachments) == {}


def test_it_says_what_the_page_will_say_and_the_same_every_time() -> None:
    statement = example_statement()
    made = page_of(statement, preview=True)
    assert SERIAL in text_of(made)
    words = text_of(made).replace(" ESIKATSELU", "").replace("ESIKATSELU ", "")
    assert words == text_of(page_of(statement))
    assert page_of(statement, preview=True) == made
    assert WORDS["fi"] not in text_of(page_of(statement))


def test_its_word_is_in_nobodys_way_of_reading() -> None:
    """It is an artifact: no tag of the structure leads to it."""
    reader = pypdf.PdfReader(io.BytesIO(page_of(example_statement(), preview=True)))
    content = reader.pages[0].get_contents()
    assert content is not None
    data = content.get_data()
    marked = data.index(b"/Artifact")
    assert data.index(b"BT") > marked
    tagged = data.index(b"MCID")
    assert data[marked:tagged].count(b"EMC") >= 1
