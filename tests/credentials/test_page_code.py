"""The QR code as a phone meets it: coarse, tilted, blurred, stained.

Measured with zxing-cpp on the printed cover, 20 stains each, tilted by up to 2 degrees
and blurred as a cheap camera does. The share is of stains, as wide as that part of the
code's side, outside its three finders, with which the code was still read:

    what the code holds   resolution   4 %    10 %   20 %   30 %   40 % of the side
    an address alone      100 dpi      20     20     20     20     18
                          150 dpi      20     20     20     20     20
    a whole proof         100 dpi      11     11      7      6      1
                          150 dpi      19     19     19     19      9

Undamaged and straight, both are read at 72, 100, 150, 200 and 300 dpi. A phone held
over paper gives 150 dpi and more; a stained proof needs that, an address does not.
"""

import random

import pypdfium2
import pytest
import zxingcpp
from PIL import ImageDraw, ImageFilter

from tests.credentials.printed_pages import CHECK_URL, PROOF_URL, page_of, read_codes
from tests.statements import example_statement

TRIES = 10


@pytest.fixture(scope="module", params=[CHECK_URL, PROOF_URL], ids=["address", "proof"])
def printed(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    return request.param, page_of(example_statement(), check_url=request.param)


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_it_is_read_from_the_cover(printed: tuple[str, bytes], dpi: int) -> None:
    url, pdf = printed
    assert read_codes(pdf, dpi=dpi) == [url]


def stained(pdf: bytes, *, share: float, dpi: int, seed: int):
    """Return the cover with a stain of this share of the code's side on the code."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    [code] = zxingcpp.read_barcodes(picture)
    left, top = code.position.top_left.x, code.position.top_left.y
    side = code.position.top_right.x - left
    chance = random.Random(seed)
    x, y = (at + side * chance.uniform(0.32, 0.68) for at in (left, top))
    reach = side * share / 2
    ImageDraw.Draw(picture).ellipse(
        [x - reach, y - reach, x + reach, y + reach], fill=chance.choice((0, 255))
    )
    tilted = picture.rotate(chance.uniform(-2, 2), fillcolor=255)
    return tilted.filter(ImageFilter.GaussianBlur(dpi / 300))


def test_a_stain_of_a_fifth_of_its_side_does_no_harm(
    printed: tuple[str, bytes],
) -> None:
    url, pdf = printed
    read = [
        [c.text for c in zxingcpp.read_barcodes(each)] == [url]
        for each in (
            stained(pdf, share=0.2, dpi=150, seed=seed) for seed in range(TRIES)
        )
    ]
    assert sum(read) >= (TRIES if url == CHECK_URL else TRIES - 2)
