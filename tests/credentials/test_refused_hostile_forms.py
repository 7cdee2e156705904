"""Hostile input of every form is refused; the work on a PDF has a bound."""

import sys

import pytest

from issuer.credentials import pdf_attachment
from issuer.domain.verification import Outcome
from tests.credentials.conftest import Issuing
from tests.credentials.hostile_forms import HOSTILE_FORMS, pdf_bombs
from tests.credentials.printed_pages import page_of
from tests.statements import example_statement, with_levels


@pytest.mark.parametrize("name", HOSTILE_FORMS)
def test_hostile_input_is_refused(name: str, issuing: Issuing) -> None:
    assert issuing.inspect(HOSTILE_FORMS[name])[0].outcome is Outcome.FAILED


def test_our_largest_pages_are_far_from_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statement = with_levels(example_statement(40))
    pdf = page_of(statement, credential=b"x" * 200_000)
    assert pdf_attachment.read_credential(pdf) == b"x" * 200_000

    bound = pdf_attachment._MOST_CALLS * 3 // 4
    monkeypatch.setattr(pdf_attachment, "_MOST_CALLS", bound)
    assert pdf_attachment.read_credential(pdf) == b"x" * 200_000


def test_the_bound_ends_with_the_reading() -> None:
    with pytest.raises(pdf_attachment.PdfTooLarge):
        pdf_attachment.read_credential(pdf_bombs()["packed hexadecimal"])

    assert sys.getprofile() is None
