"""What cannot be seen is left out of what people write, and spelling is not."""

import sys
import unicodedata

import pytest

from issuer.domain.errors import (
    ForbiddenClaim,
    PersonalIdentityCodeRefused,
    TextMissing,
    TextUnprintable,
)
from issuer.domain.texts import clean_line, clean_paragraphs
from issuer.domain.unseen import without_unseen

UNSEEN = {
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul filler": "\u3164",
    "space of no width": "\u200b",
    "non-joiner": "\u200c",
    "joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2067",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
    "Braille blank": "\u2800",
}


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("clean", [clean_line, clean_paragraphs])
def test_two_names_that_look_alike_are_one(clean, unseen):
    for written in (
        "Paula{} Ojala",
        "{}Paula Ojala",
        "Pa{}ula Ojala{}",
        "Paula {}Ojala",
    ):
        assert clean(written.replace("{}", unseen), field="name") == "Paula Ojala"
    with pytest.raises(TextMissing):
        clean(f" {unseen} {unseen}", field="name", required=True)


@pytest.mark.parametrize(
    "written",
    [
        "می\u200cخواهم",  # Persian: without it another shape of the letters
        "مُ\u200cن",  # with a vowel sign before it
        "ශ්\u200dරී",  # Sinhala Sri
        "ന്\u200d",  # a Malayalam letter as it was written before Unicode 5.1
        "\u0601١٢",  # a sign of Arabic that is seen
        "Nils-Aslak Ŋ",
        "李小龍",
        "O’Brien",
        "Ääkköset öylätti Ǩ",
    ],
)
def test_what_belongs_to_the_spelling_stays(written):
    assert clean_line(written, field="name") == unicodedata.normalize("NFC", written)


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("written", ["Ma{}tti", "م{}", "{}م", "م{}a", "م {}م", "æ{}æ"])
def test_a_joiner_that_joins_nothing_is_left_out(written, joiner):
    assert without_unseen(written.replace("{}", joiner)) == written.replace("{}", "")


def test_what_it_hid_is_found():
    with pytest.raises(ForbiddenClaim):
        clean_line("arvo\u00adsana 5", field="summary")
    with pytest.raises(PersonalIdentityCodeRefused):
        clean_line("131052\u200b-308T", field="summary")
    with pytest.raises(TextUnprintable):
        clean_line("a\x07\u200bb", field="name")


def test_parted_letters_come_together():
    assert clean_line("a\u200b\u0308iti", field="name") == "äiti"


def test_line_breaks_and_all_that_is_seen_stay():
    assert clean_paragraphs("\ufeffyksi\r\n\u200bkaksi", field="x") == "yksi\nkaksi"
    seen = [
        chr(number)
        for number in range(sys.maxunicode + 1)
        if unicodedata.category(chr(number))[0] in "LNPSZ"
    ]
    lost = {c for c in seen if not without_unseen(c)}
    assert lost == set("\u115f\u1160\u2800\u3164\uffa0")


def test_cleaning_twice_cleans_once():
    for unseen in UNSEEN.values():
        once = without_unseen(f"م{unseen}\u200c\u200dم{unseen}")
        assert without_unseen(once) == once
