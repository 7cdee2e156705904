from dataclasses import replace
from datetime import date
from decimal import Decimal

from issuer.domain.catalogue_diff import ChangeKind, changes_between
from issuer.domain.texts import LocalText
from tests.domain.test_catalogue import a_unit, an_area, an_edition, requirement

MOWS = requirement("leikkaa nurmikon sovittuun korkeuteen", code="c_1")
RAKES = requirement("haravoi polun", code="c_2")
OLDER = an_edition(a_unit(1, an_area(MOWS, RAKES)), a_unit(2, an_area(RAKES)))


def words(newer, older=OLDER) -> list[str]:
    return [change.in_words() for change in changes_between(older, newer)]


def with_unit(**more):
    return replace(OLDER, units=(replace(OLDER.units[0], **more), OLDER.units[1]))


def test_nothing_changed():
    assert words(replace(OLDER, sha256="1" * 64)) == []


def test_units_come_and_go():
    newer = replace(OLDER, units=(a_unit(3, an_area(MOWS)), OLDER.units[0]))
    assert words(newer) == [
        "New unit: Osa 3 (tutkinnonosat_3).",
        "Unit removed: Osa 2 (tutkinnonosat_2).",
    ]


def test_a_unit_is_renamed_and_resized():
    newer = with_unit(name=LocalText("Uusi nimi"), scope=Decimal(20))
    assert words(newer) == [
        "Osa 1 (tutkinnonosat_1) is now called “Uusi nimi”, before “Osa 1”.",
        "Osa 1 (tutkinnonosat_1) now has the scope 20 osp, before 15 osp.",
    ]


def test_requirements_come_and_go():
    new = requirement("torjuu tuholaisia ilman kemikaaleja", code="c_3")
    assert words(with_unit(target_areas=(an_area(MOWS, new),))) == [
        "Osa 1 (tutkinnonosat_1) no longer requires: “haravoi polun”.",
        "Osa 1 (tutkinnonosat_1) has a new requirement: "
        "“torjuu tuholaisia ilman kemikaaleja”.",
    ]


def test_a_requirement_worded_anew_is_known_by_its_key():
    anew = replace(RAKES, text=LocalText("siistii väylät kokonaan toisin sanoin"))
    assert words(with_unit(target_areas=(an_area(MOWS, anew),))) == [
        "Osa 1 (tutkinnonosat_1) words a requirement anew: “siistii väylät kokonaan "
        "toisin sanoin”, before “haravoi polun”."
    ]


def test_a_requirement_worded_anew_under_a_new_code_is_known_by_its_likeness():
    anew = requirement("leikkaa nurmikon oikeaan korkeuteen", code="c_9")
    (change,) = changes_between(OLDER, with_unit(target_areas=(an_area(anew, RAKES),)))
    assert change.kind is ChangeKind.REQUIREMENT_REWORDED


def test_the_same_text_under_another_code():
    recoded = replace(RAKES, code="c_8", key="c_8")
    assert words(with_unit(target_areas=(an_area(MOWS, recoded),))) == [
        "Osa 1 (tutkinnonosat_1) gives the same requirement another code: c_8, "
        "before c_2."
    ]


def test_a_translation_that_came_says_its_language():
    swedish = replace(RAKES, text=replace(RAKES.text, sv="krattar gången"))
    (said,) = words(with_unit(target_areas=(an_area(MOWS, swedish),)))
    assert "“krattar gången (sv)”, before “no text (sv)”" in said


def test_a_requirement_that_moves_to_another_heading_is_no_change():
    moved = (an_area(MOWS), an_area(RAKES, name="Toinen"))
    assert words(with_unit(target_areas=moved)) == []


def test_the_whole_qualification():
    newer = replace(
        OLDER,
        name=LocalText("Toinen nimi"),
        valid_from=date(2026, 8, 1),
        valid_until=date(2030, 7, 31),
        transition_until=date(2033, 7, 31),
    )
    assert words(newer) == [
        "The qualification is now called “Toinen nimi”, before “Koealan "
        "perustutkinto”.",
        "The qualification is now valid from 1.8.2026 until 31.7.2030, in transition "
        "until 31.7.2033, before from no date.",
    ]


def test_units_that_share_a_code_are_told_apart_by_their_id():
    twins = (
        a_unit(1, an_area(MOWS), code="tutkinnonosat_7"),
        a_unit(2, an_area(RAKES), code="tutkinnonosat_7"),
    )
    assert words(an_edition(*reversed(twins)), an_edition(*twins)) == []


def test_a_unit_that_got_another_code_is_known_by_its_id():
    recoded = replace(OLDER.units[0], code="tutkinnonosat_99")
    assert words(replace(OLDER, units=(recoded, OLDER.units[1]))) == []


def test_texts_that_occur_twice_are_paired_once():
    twice = an_area(requirement("a", key="k1"), requirement("a", key="k2"))
    older = an_edition(a_unit(1, twice))
    newer = an_edition(a_unit(1, an_area(requirement("a", key="k1"))))
    assert words(newer, older) == ["Osa 1 (tutkinnonosat_1) no longer requires: “a”."]
