"""Pictures show what differs between two files, and how much of a page it is."""

import io
import sys
from dataclasses import replace

import pytest
from PIL import Image

from issuer.credentials.page_pictures import compare_pages, draw_pages
from issuer.credentials.page_refusals import ToolMissing
from tests.credentials.printed_pages import page_of
from tests.statements import example_statement


@pytest.fixture(scope="module")
def page() -> bytes:
    return page_of(example_statement())


def test_a_page_does_not_differ_from_itself(page: bytes) -> None:
    differences = compare_pages(page, page)
    assert [d.page for d in differences] == list(range(1, len(draw_pages(page)) + 1))
    assert {d.share for d in differences} == {0.0}


def test_another_name_is_a_small_difference_where_it_stands(page: bytes) -> None:
    other = page_of(replace(example_statement(), holder_name="Pekka Osallistuja"))
    first, *_ = compare_pages(page, other)
    assert 0.0002 < first.share < 0.02
    picture = Image.open(io.BytesIO(first.picture)).convert("RGB")
    width = (picture.width - 24) // 3
    red = [
        (x, y)
        for y in range(0, picture.height, 2)
        for x in range(0, picture.width, 2)
        if picture.getpixel((x, y)) == (200, 0, 40)
    ]
    assert red
    assert min(x for x, _ in red) > 2 * width


def test_a_page_that_only_one_of_them_has_differs_from_white(page: bytes) -> None:
    longer = page_of(example_statement(units=6))
    more = compare_pages(page, longer)
    assert len(more) == len(draw_pages(longer)) > len(draw_pages(page))
    assert more[-1].share > 0.01
    assert len(compare_pages(longer, page)) == len(more)


def test_without_pdfium_it_says_what_it_needs(
    page: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ToolMissing, match="pip install pypdfium2"):
        compare_pages(page, page)
