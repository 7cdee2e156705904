"""QR codes (ISO/IEC 18004) as modules; `page_code` draws them on paper."""

import re
from functools import lru_cache
from itertools import groupby
from typing import Literal

import qrcode
from qrcode import constants
from qrcode.util import QRData

from issuer.credentials.qr_mask import best_mask

ErrorCorrection = Literal["L", "M", "Q", "H"]
Matrix = tuple[tuple[bool, ...], ...]

_LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
# Mode indicators of segments (ISO/IEC 18004 table 2); qrcode names them MODE_NUMBER and
# MODE_8BIT_BYTE, without the types that its constructor asks for.
_NUMBER: Literal[1] = 1
_BYTES: Literal[4] = 4
# An address that ends in a long number holds it in a numeric segment, which takes
# 3.3 bits a digit instead of 8 (ISO/IEC 18004 §7.4.3).
_ADDRESS_WITH_DIGITS = re.compile(r"(.*#)([0-9]{12,})", re.DOTALL)


@lru_cache(maxsize=4)
def qr_matrix(text: str, *, error_correction: ErrorCorrection = "Q") -> Matrix:
    """Return the modules row by row, True for dark, without the quiet zone.

    Raises ValueError if `text` does not fit into the largest symbol.
    """
    code = qrcode.QRCode(error_correction=_LEVELS[error_correction], border=0)
    for segment in _segments(text):
        code.add_data(segment, optimize=0)
    code.best_fit()
    code.makeImpl(False, best_mask(code))
    return tuple(tuple(map(bool, row)) for row in code.modules)


def qr_svg(
    text: str, *, error_correction: ErrorCorrection = "Q", border: int = 4
) -> str:
    """Return the code as an SVG whose unit is one module, sized by its viewBox.

    The quiet zone of `border` modules is inside the picture (ISO/IEC 18004 §9.1 asks
    for four). Raises ValueError if `text` does not fit into the largest symbol.
    """
    matrix = qr_matrix(text, error_correction=error_correction)
    side = len(matrix) + 2 * border
    runs = "".join(
        f"M{x + border} {y + border}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for x, length in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path d="{runs}"/></svg>'
    )


def _segments(text: str) -> list[QRData]:
    if match := _ADDRESS_WITH_DIGITS.fullmatch(text):
        address, digits = match.groups()
        return [
            QRData(address.encode(), mode=_BYTES),
            QRData(digits.encode(), mode=_NUMBER),
        ]
    return [QRData(text.encode(), mode=_BYTES)]


def dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return (start, length) of each run of dark modules in `row`."""
    runs = []
    start = 0
    for is_dark, modules in groupby(row):
        length = sum(1 for _ in modules)
        if is_dark:
            runs.append((start, length))
        start += length
    return runs
