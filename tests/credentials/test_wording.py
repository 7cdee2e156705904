import string

import pytest

from issuer.credentials.wording import PHRASES, phrase, written_date
from issuer.domain.forbidden_claims import find_forbidden_claim


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_phrase_exists_with_the_same_places(language: str) -> None:
    assert list(PHRASES[language]) == list(PHRASES["fi"])
    for key, text in PHRASES["fi"].items():
        assert _places(PHRASES[language][key]) == _places(text), key


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_phrase_claims_what_it_may_not(language: str) -> None:
    for text in PHRASES[language].values():
        assert find_forbidden_claim(text) is None
        assert text.strip() == text


def test_places_are_filled() -> None:
    assert phrase("fi", "hours", hours=320) == "Työtunteja yhteensä: 320."


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "1.2.2026"), ("sv", "1.2.2026"), ("en", "1 February 2026")],
)
def test_dates_are_written_as_people_write_them(language: str, written: str) -> None:
    assert written_date(language, "2026-02-01") == written
