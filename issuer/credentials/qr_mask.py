"""Which of the eight masks makes a QR code easiest to read (ISO/IEC 18004 §7.8.3).

The library asks the same and finds the same, module by module; here whole codes are
numbers, and a penalty is a few operations on them. That is a tenth of a page's time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import qrcode
from qrcode import util

MASKS = range(8)
# Dark and light modules that look like a corner's finder, read in either direction.
_FINDERS = (0b00001011101, 0b10111010000)
_FINDER = 11

Modules = Sequence[Sequence[bool | None]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What holds for every code of a version: where data lie, and how masks turn them.

    A code is a number of `stride` bits a row, and the same turned by a quarter.
    """

    side: int
    stride: int
    masks: tuple[tuple[int, int], ...]
    pairs: int
    elevens: int


def best_mask(code: "qrcode.QRCode[Any]") -> int:
    """Return the mask of the lowest penalty; the first of several.

    `code` has its data and its version.
    """
    code.makeImpl(True, 0)
    plan = _plan(code.version)
    rows, columns = _both_ways(code.modules, plan.stride)
    first = plan.masks[0]
    penalties = [
        _penalty(plan, rows ^ first[0] ^ mask[0], columns ^ first[1] ^ mask[1])
        for mask in plan.masks
    ]
    return penalties.index(min(penalties))


@lru_cache(maxsize=8)
def _plan(version: int) -> _Plan:
    code: qrcode.QRCode[Any] = qrcode.QRCode(version=version)
    code.makeImpl(True, 0)  # the library keeps the blank of each version it has met
    blank = qrcode.main.precomputed_qr_blanks[version]
    code.modules = [list(row) for row in blank]
    code.setup_type_info(True, 0)
    if version >= 7:
        code.setup_type_number(True)
    side = len(blank)
    stride = side + _FINDER
    masks = []
    for mask in MASKS:
        turns = util.mask_func(mask)
        masks.append(
            _both_ways(
                [
                    [module is None and turns(y, x) for x, module in enumerate(row)]
                    for y, row in enumerate(code.modules)
                ],
                stride,
            )
        )
    return _Plan(
        side,
        stride,
        tuple(masks),
        pairs=_places(side, stride, 2),
        elevens=_places(side, stride, _FINDER),
    )


def _places(side: int, stride: int, width: int) -> int:
    """Return the places from which `width` modules fit into their row, as bits."""
    row = (1 << (side - width + 1)) - 1
    return sum(row << (stride * place) for place in range(side))


def _both_ways(modules: Modules, stride: int) -> tuple[int, int]:
    turned = zip(*modules, strict=True)
    return _as_number(modules, stride), _as_number(turned, stride)


def _as_number(rows: Iterable[Iterable[bool | None]], stride: int) -> int:
    """Return the modules as bits, the first module of the first row lowest."""
    written = ("".join("1" if dark else "0" for dark in row) for row in rows)
    return int("".join(row.ljust(stride, "0") for row in written)[::-1], 2)


def _penalty(plan: _Plan, rows: int, columns: int) -> int:
    percent = 100 * rows.bit_count() / plan.side**2
    return (
        _runs(plan, rows)
        + _runs(plan, columns)
        + 3 * _blocks(plan, rows)
        + 40 * (_finders(plan, rows) + _finders(plan, columns))
        + 10 * int(abs(percent - 50) / 5)
    )


def _runs(plan: _Plan, lines: int) -> int:
    """Return 3 for five modules of one colour in a row, and 1 for each further one."""
    same = ~(lines ^ (lines >> 1)) & plan.pairs
    fifth = same & (same >> 1) & (same >> 2) & (same >> 3)
    beginnings = fifth & ~(fifth << 1)
    return fifth.bit_count() + 2 * beginnings.bit_count()


def _blocks(plan: _Plan, rows: int) -> int:
    """Return how many squares of two by two modules are of one colour."""
    beside = ~(rows ^ (rows >> 1)) & plan.pairs
    below = ~(rows ^ (rows >> plan.stride))
    last = plan.stride * (plan.side - 1)
    return (beside & (beside >> plan.stride) & below & ((1 << last) - 1)).bit_count()


def _finders(plan: _Plan, lines: int) -> int:
    found = 0
    for finder in _FINDERS:
        places = plan.elevens
        for place in range(_FINDER):
            shifted = lines >> place
            places &= shifted if finder >> place & 1 else ~shifted
        found += places.bit_count()
    return found
