"""QR codes are read back by a foreign reader, and drawn as one path."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.exceptions import DataOverflowError

from issuer.credentials.qr import ErrorCorrection, qr_matrix, qr_svg

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


def test_the_svg_is_one_path_that_redraws_the_matrix() -> None:
    svg = ElementTree.fromstring(qr_svg(ADDRESS, border=4))  # noqa: S314 (our own)
    matrix = qr_matrix(ADDRESS)
    side = len(matrix) + 8
    assert svg.get("viewBox") == f"0 0 {side} {side}"
    assert not {"width", "height"} & set(svg.keys())
    (path,) = svg
    assert path.tag.endswith("path")
    drawn = [[False] * len(matrix) for _ in matrix]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.get("d", ""))
    for x, y, length, back in runs:
        assert length == back
        for column in range(int(x), int(x) + int(length)):
            drawn[int(y) - 4][column - 4] = True
    assert tuple(map(tuple, drawn)) == matrix


def test_runs_are_merged() -> None:
    dark = sum(map(sum, qr_matrix(ADDRESS)))
    assert qr_svg(ADDRESS).count("M") < dark / 1.5


def test_a_text_too_long_for_any_symbol_is_refused() -> None:
    with pytest.raises((ValueError, DataOverflowError)):
        qr_matrix("x" * 3000, error_correction="H")
