"""What the certificate's fonts can show, and what is refused by name."""

import json
import pickle
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from issuer.credentials.page_contents import require_page_possible
from issuer.credentials.page_fonts import (
    FACES,
    font_assets,
    is_in_serif,
    missing_characters,
    needs_more_letters,
    printable_characters,
    require_printable,
    source_characters,
)
from issuer.credentials.page_more_letters import more_letters_assets
from issuer.credentials.page_refusals import CharacterUnprintable


def test_finnish_swedish_northern_and_inari_sami_letters_are_shown() -> None:
    texts = ["ÅÄÖåäöŠšŽž", "Áá Čč Đđ Ŋŋ Ŧŧ Žž Ââ", "–—·…”’€§ 0123456789"]
    assert missing_characters(texts) == set()


def test_skolt_sami_letters_are_shown_by_a_typeface_of_their_own() -> None:
    skolt = "ǤǥǨǩƷʒǮǯʹʼ"
    assert missing_characters([skolt]) == set()
    assert needs_more_letters("Ǩiurâl")
    assert not needs_more_letters("Ŋuõrtt Š Ж Nguyễn\u00ad")
    assets = more_letters_assets(source_characters())
    for content in assets.values():
        with TTFont(BytesIO(content)) as font:
            assert set(map(ord, "ǤǥǨǩƷǮǯ ")) <= set(font.getBestCmap())
            assert "fvar" not in font


def test_a_name_is_set_in_the_serif_only_if_that_has_every_letter() -> None:
    assert is_in_serif("Šárka Žižková Åström")
    assert not is_in_serif("Máŋgu")
    assert not is_in_serif("Ǩiurâl")


def test_names_of_newcomers_in_latin_and_cyrillic_letters_are_shown() -> None:
    assert (
        missing_characters(["Nguyễn Thị Hồng", "Łukasz Żółć", "Олена Ґалаґан"]) == set()
    )


@pytest.mark.parametrize("character", ["漢", "ع", "🌲", "\u202e", "\u0000", "\ufffe"])
def test_what_no_font_can_show_is_missing(character: str) -> None:
    assert missing_characters(["Paula", f"a{character}b"]) == {character}


def test_the_refusal_names_the_characters() -> None:
    with pytest.raises(CharacterUnprintable) as refusal:
        require_printable(["Paula 漢 \u202e"])
    assert refusal.value.facts == {"characters": "U+202E, 漢 (U+6F22)"}


def test_a_refusal_crosses_a_process_boundary() -> None:
    refusal = CharacterUnprintable(characters="漢 (U+6F22)")
    copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301 (our own bytes)
    assert type(copy) is CharacterUnprintable
    assert (str(copy), copy.facts) == (str(refusal), refusal.facts)


def test_the_font_files_are_read_from_their_packages() -> None:
    assert len(font_assets()) == len(FACES) == 5
    truetype = b"\0\1\0\0"
    assert all(content[:4] == truetype for content in font_assets().values())


def test_every_published_requirement_can_be_shown(shared_data: Path) -> None:
    shown = printable_characters()
    for file in sorted((shared_data / "eperusteet").glob("*perustutkinto.json")):
        for text in requirement_texts(json.loads(file.read_bytes())):
            assert set(text) <= shown, text


def requirement_texts(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in requirement_texts(item)]
    if not isinstance(node, dict):
        return []
    wanted = node.get("vaatimus")
    own = (
        [t for k, t in wanted.items() if k in {"fi", "sv", "en"} and isinstance(t, str)]
        if isinstance(wanted, dict)
        else []
    )
    return own + [t for item in node.values() for t in requirement_texts(item)]


def test_a_statement_with_a_strange_character_is_refused_wherever_it_stands() -> None:
    units = [{"areas": [{"requirements": [{"text": "hoitaa 漢"}]}]}]
    with pytest.raises(CharacterUnprintable):
        require_page_possible({"units": units})
