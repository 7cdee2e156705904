"""Sixty codes on pages, scanned at 150 dots an inch: wide 30 mm, and only 25 mm.

Names in Latin, Cyrillic, Arabic and Vietnamese letters, short and shortened; any number
of units. What is read is checked by us, and in the browser's code.

A module is under three dots wide then, and now and then, about once in 140 times, the
grid of dots falls so that the reader finds nothing. Who scans moves the paper and scans
again; so does this, and counts.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import weasyprint

from issuer.credentials.compact_proof import CompactClaims, fitted, shorten_name
from issuer.credentials.qr import qr_matrix, qr_svg
from tests.credentials.printed_pages import read_codes
from tests.credentials.test_compact_proof import (
    KID,
    NAMES,
    build,
    in_a_browser,
    random_claims,
    read,
)
from tests.statements import PUBLIC_URL

COUNT = 60
MISSED_AT_MOST = 2
MARGINS = (17.3, 17.4)  # mm: the second scan lies a little elsewhere
assert in_a_browser


def _claims() -> list[CompactClaims]:
    """Sixty, each name at least three times, and six units in every second one."""
    drawn = random.Random(60)
    return [
        fitted(
            replace(
                claims,
                name=shorten_name(NAMES[number % len(NAMES)]),
                units=tuple(
                    (drawn.randrange(100_000, 999_999), drawn.randrange(8), 7)
                    for _ in range(6 if number % 2 else drawn.randrange(1, 6))
                ),
            ),
            kid=KID,
        )
        for number, claims in enumerate(random_claims(COUNT))
    ]


def _pages(addresses: list[str], millimetres: int, margin: float) -> bytes:
    figures = []
    for address in addresses:
        modules = len(qr_matrix(address, error_correction="M"))
        side = millimetres * (modules + 8) / modules
        svg = qr_svg(address, error_correction="M", border=4)
        figures.append(f'<div style="width:{side}mm;height:{side}mm">{svg}</div>')
    style = (
        f"@page{{size:A5;margin:{margin}mm}}div{{break-after:page}}"
        "svg{width:100%;height:100%}"
    )
    pdf = weasyprint.HTML(string=f"<style>{style}</style>{''.join(figures)}")
    written = pdf.write_pdf()
    assert isinstance(written, bytes)
    return written


def _scanned(addresses: list[str], millimetres: int, margin: float) -> list[list[str]]:
    if not addresses:
        return []
    pdf = _pages(addresses, millimetres, margin)
    return [read_codes(pdf, dpi=150, page=n) for n in range(len(addresses))]


@pytest.mark.parametrize("millimetres", [30, 25])
def test_sixty_codes_are_read_from_paper(
    millimetres: int, in_a_browser: Callable[[list[str]], list[dict[str, Any]]]
) -> None:
    every = _claims()
    addresses = [f"{PUBLIC_URL}/q#{build(claims)}" for claims in every]

    scanned = _scanned(addresses, millimetres, MARGINS[0])
    missed = [number for number, found in enumerate(scanned) if not found]
    print(f"{len(missed)} of {COUNT} missed at first")
    assert len(missed) <= MISSED_AT_MOST
    again = _scanned([addresses[number] for number in missed], millimetres, MARGINS[1])
    for number, found in zip(missed, again, strict=True):
        scanned[number] = found

    assert scanned == [[address] for address in addresses]
    digits = [text.partition("#")[2] for [text] in scanned]
    assert [read(each) for each in digits] == [(each, KID, True) for each in every]
    assert {each["verdict"] for each in in_a_browser(digits)} == {"holds"}
