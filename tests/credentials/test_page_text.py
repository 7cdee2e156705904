"""Text taken out of the PDF by a foreign program says what the statement says."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.page_contents import write_day
from tests.credentials.printed_pages import in_two_languages, page_of
from tests.statements import example_statement

# What is in the sealed file and needs no paper, or stands there in other words.
_NOT_PRINTED = {
    "id",
    "did",
    "key",
    "language",
    "second_language",
    "text_language",
    "name_language",
    "target_url",
    "report_url",
    "edition_sha256",
    "qualification_type",
    "scope_of_certificate",
    "scope_unit",
    "status_list_url",
    "url",
    "assurance",
}


def texts_of(value: Any, name: str = "") -> Iterator[str]:
    """Give each text of a statement as paper shows it."""
    if name in _NOT_PRINTED:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(item, key)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item, name)
    elif isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", value):
            yield write_day(value[:10])
        else:
            yield value.removeprefix("ammattitaitovaatimukset_")


def text_by_poppler(pdf: bytes, tmp_path: Path, poppler: Path) -> str:
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    command = [poppler / "pdftotext", "-raw", "-nopgbrk", file, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [1, 6])
def test_every_text_of_the_statement_is_taken_out_whole(
    language: str, units: int, tmp_path: Path, poppler: Path
) -> None:
    statement = asdict(example_statement(units=units, language=language))
    statement.pop("period_from")  # its year stands once, at the end of the span
    text = text_by_poppler(
        page_of(statement | {"period_from": "2026-08-17"}), tmp_path, poppler
    )
    missing = [t for t in texts_of(statement) if " ".join(t.split()) not in text]
    assert missing == []


def test_two_languages_are_taken_out_whole(tmp_path: Path, poppler: Path) -> None:
    statement = in_two_languages(example_statement(units=2))
    text = text_by_poppler(page_of(statement), tmp_path, poppler)
    del statement["period_from"]
    assert [t for t in texts_of(statement) if " ".join(t.split()) not in text] == []


def test_marks_stand_beside_their_requirements(tmp_path: Path, poppler: Path) -> None:
    statement = example_statement(units=2)
    text = text_by_poppler(page_of(statement), tmp_path, poppler)
    for unit in statement.units:
        for area in unit.areas:
            for row in area.requirements:
                after = text.partition(row.text)[2]
                if row.identified:
                    assert row.observed_on is not None
                    said = f"tunnistettu {write_day(row.observed_on)}"
                else:
                    said = "ei tunnistettu tällä jaksolla"
                code = (row.code or "").removeprefix("ammattitaitovaatimukset_")
                assert after.lstrip().removeprefix(code).lstrip().startswith(said)
