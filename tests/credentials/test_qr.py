"""QR codes are read back by a foreign reader, and drawn as one path."""

import re

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.exceptions import DataOverflowError

from issuer.credentials.page_code import path_of
from issuer.credentials.qr import _LEVELS, ErrorCorrection, qr_matrix

ADDRESS = "https://todistus.hiisijarvi.example/v/04HMASW9NF6YY093G"
PROOF = "https://todistus.hiisijarvi.example/q#" + "0123456789" * 45


def picture(matrix: tuple[tuple[bool, ...], ...], scale: int = 4) -> Image.Image:
    side = len(matrix) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            if is_dark:
                image.putpixel((x + 4, y + 4), 0)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("text", [ADDRESS, PROOF, "Ä", "x#12"])
def test_a_foreign_reader_reads_what_was_written(
    text: str, level: ErrorCorrection
) -> None:
    assert read(picture(qr_matrix(text, error_correction=level))) == [text]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1))
def test_any_ascii_text_is_read_back(text: str) -> None:
    assert read(picture(qr_matrix(text))) == [text]


def test_digits_after_a_hash_take_a_numeric_segment() -> None:
    as_bytes = PROOF.replace("#", "/")
    assert len(qr_matrix(PROOF)) < len(qr_matrix(as_bytes))


def test_the_drawing_is_one_path_of_merged_runs_that_redraws_the_matrix() -> None:
    matrix = qr_matrix(ADDRESS)
    drawn = [[False] * len(matrix) for _ in matrix]
    runs = re.findall(rb"(\d+) (\d+) (\d+) 1 re", path_of(matrix, border=4))
    for x, y, length in [map(int, run) for run in runs]:
        for column in range(x, x + length):
            drawn[y - 4][column - 4] = True
    assert tuple(map(tuple, drawn)) == matrix
    assert len(runs) < sum(map(sum, matrix)) / 1.5


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("length", [3, 46, 150, 700])
def test_the_mask_is_the_one_the_library_finds(
    length: int, level: ErrorCorrection
) -> None:
    for seed in range(3):
        text = "".join(chr(97 + (seed + 7 * n * n) % 26) for n in range(length))
        theirs = qrcode.QRCode(error_correction=_LEVELS[level], border=0)
        theirs.add_data(text.encode(), optimize=0)
        theirs.make(fit=True)
        ours = qr_matrix(text, error_correction=level)
        assert ours == tuple(tuple(map(bool, row)) for row in theirs.modules)


def test_a_text_too_long_for_any_symbol_is_refused() -> None:
    with pytest.raises((ValueError, DataOverflowError)):
        qr_matrix("x" * 3000, error_correction="H")
