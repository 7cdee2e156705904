import copy
from datetime import date
from decimal import Decimal

import pytest

from issuer.domain.catalogue import CatalogueEdition, ScopeUnit, Structure
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_reading import read_qualification
from issuer.gateways.eperusteet_starter import read_starter
from tests.gateways.qualifications import (
    REAL_FILES,
    as_bytes,
    gardening,
    older,
    qualification,
    requirement,
    unit,
)


def read(given) -> CatalogueEdition:
    return read_qualification(as_bytes(given), name="file.json")


def test_a_qualification_is_read_with_its_dates_in_finland():
    edition = read(gardening())

    assert edition.record_number == "OPH-1-2099"
    assert edition.name == LocalText("Koealan perustutkinto", "Grundexamen inom prov")
    assert edition.valid_from == date(2021, 1, 1)
    assert edition.modified == date(2020, 4, 21)
    assert edition.is_official


@pytest.mark.parametrize(
    ("milliseconds", "day"),
    [
        (1659301200000, date(2022, 8, 1)),  # summer: midnight is 21:00 UTC
        (1640124000000, date(2021, 12, 22)),  # winter: midnight is 22:00 UTC
        (1640123999000, date(2021, 12, 21)),
        (1616893199000, date(2021, 3, 28)),  # the last second before summer time
        (1635642000000, date(2021, 10, 31)),
    ],
)
def test_a_day_is_the_day_in_helsinki(milliseconds, day):
    given = gardening() | {"voimassaoloLoppuu": milliseconds}
    assert read(given).valid_until == day


def test_the_empty_unit_is_no_unit_and_counts_follow():
    assert read(gardening()).counts() == {
        "record_number": "OPH-1-2099",
        "units": 2,
        "target_areas": 2,
        "requirements": 4,
        "coded": 2,
    }


def test_requirements_above_any_heading_are_read_but_are_no_target_area():
    top, below = unit(1, "U", ("A", [requirement("a")]), top=[requirement("t")]), None
    edition = read(qualification(top))

    (found,) = edition.units
    assert below is None
    assert [r.text.fi for r in found.requirements] == ["t", "a"]
    assert [a.has_heading for a in found.target_areas] == [False, True]
    assert edition.counts()["target_areas"] == 1


def test_the_key_is_the_code_else_the_texts_id_else_a_hash():
    keys = [r.key for r in read(gardening()).units[0].requirements]

    assert keys[:2] == ["ammattitaitovaatimukset_11", "aaaa-1"]
    assert keys[2].startswith("sha256:")
    assert len(keys[2]) == 71


def test_a_key_repeated_in_a_unit_is_told_apart():
    same = requirement("sama teksti")
    edition = read(qualification(unit(1, "U", ("A", [same, same, same]))))

    first, second, third = (r.key for r in edition.units[0].requirements)
    assert (second, third) == (f"{first}#2", f"{first}#3")


def test_the_scope_is_on_the_reference_not_on_the_unit():
    given = qualification(unit(1, "U", ("A", [requirement("a")]), laajuus=99))
    (found,) = read(given).units

    assert found.scope == Decimal(15)
    assert str(found.scope) == "15"
    assert found.reference_id == 900
    assert found.scope_unit is ScopeUnit.COMPETENCE_POINT


def test_a_way_of_completion_without_scopes_does_not_hide_one_that_has_them():
    given = qualification(unit(1, "U", ("A", [requirement("a")])))
    given["suoritustavat"].insert(
        0,
        {
            "suoritustapakoodi": "reformi",
            "tutkinnonOsaViitteet": [{"id": 1, "_tutkinnonOsa": "1"}],
        },
    )
    given["suoritustavat"][1]["suoritustapakoodi"] = "ops"
    (found,) = read(given).units

    assert (found.scope, found.reference_id) == (Decimal(15), 1)


def test_without_a_reference_the_units_own_scope_counts():
    given = qualification(unit(1, "U", ("A", [requirement("a")]), laajuus=5))
    given["suoritustavat"] = []
    assert read(given).units[0].scope == Decimal(5)


def test_names_are_tidied_and_requirements_are_verbatim():
    given = qualification(
        unit(1, " Kaksi  väliä\xa0nimessä ", ("A", [requirement(" a\xa0b  c\t d ")]))
    )
    (found,) = read(given).units

    assert found.name.fi == "Kaksi väliä nimessä"
    assert found.requirements[0].text.fi == "a\xa0b  c d"


def test_texts_are_stored_in_nfc():
    given = qualification(unit(1, "Tyo\u0308", top=[requirement("a\u0308")]))
    (found,) = read(given).units
    assert (found.name.fi, found.requirements[0].text.fi) == ("Ty\u00f6", "\u00e4")


def test_the_older_list_gives_its_leaf_items():
    html = (
        "<p>\x8a Opiskelija osaa</p><ul><li>yksi &amp; kaksi</li>"
        "<li>turvallisesti<ul><li>kypärä</li><li>käsineet</li></ul></li>"
        "<li> </li><li>viimeinen</li></ul><script>alert('ei')</script>"
    )
    edition = read(older(html))
    (found,) = edition.units

    assert found.structure is Structure.LIST
    assert found.code == "tutkinnonosat_100432"
    assert [
        (a.name.fi, [r.text.fi for r in a.requirements]) for a in found.target_areas
    ] == [
        ("Opiskelija osaa", ["yksi & kaksi"]),
        ("turvallisesti", ["kypärä", "käsineet"]),
        ("Opiskelija osaa", ["viimeinen"]),
    ]
    assert edition.counts()["requirements"] == 4
    assert edition.counts()["target_areas"] == 0


def test_a_list_without_end_tags_is_read_as_browsers_do():
    (found,) = read(older("<ul><li>a<li>b<ol><li>c<li>d</ol><li>e</ul>")).units
    assert [r.text.fi for r in found.requirements] == ["a", "c", "d", "e"]


def test_other_languages_join_only_where_the_lists_are_as_long():
    (found,) = read(
        older(
            "<ul><li>a</li><li>b</li></ul>",
            sv="<ul><li>A</li></ul>",
            en="<ul><li>x</li><li>y</li></ul>",
        )
    ).units
    assert [r.text for r in found.requirements] == [
        LocalText("a", None, "x"),
        LocalText("b", None, "y"),
    ]


def test_a_file_is_counted_in_one_structure_but_every_unit_keeps_its_own():
    given = gardening()
    given["tutkinnonOsat"] += older("<ul><li>a</li></ul>")["tutkinnonOsat"]
    edition = read(given)

    assert edition.counts()["units"] == 3
    assert edition.counts()["requirements"] == 4
    assert len(edition.units[2].requirements) == 1


def test_assessment_of_the_older_structure_is_read_level_by_level():
    given = older("<ul><li>a</li></ul>")
    criteria = [
        {"_osaamistaso": "4", "kriteerit": [{"fi": "hienosti"}]},
        {"_osaamistaso": "2", "kriteerit": [{"fi": "jotenkin"}]},
        {"_osaamistaso": "3", "kriteerit": []},
    ]
    given["tutkinnonOsat"][0]["arviointi"] = {
        "arvioinninKohdealueet": [
            {
                "otsikko": {"fi": "Työprosessi"},
                "arvioinninKohteet": [{"osaamistasonKriteerit": criteria}],
            }
        ]
    }
    (topic,) = read(given).units[0].assessment

    assert topic.name.fi == "Työprosessi"
    assert [(level.name.fi, level.criteria[0].fi) for level in topic.levels] == [
        ("tyydyttävä", "jotenkin"),
        ("kiitettävä", "hienosti"),
    ]


def test_generic_grading_is_sorted_by_level():
    level = {"id": 9, "otsikko": {"fi": "Kiitettävä 5"}, "koodi": {"uri": "scale_5"}}
    given = gardening()
    given["tutkinnonOsat"][0]["geneerinenArviointiasteikko"] = {
        "osaamistasonKriteerit": [
            {"osaamistaso": level, "kriteerit": [{"fi": "suunnittelee"}]},
            {"_osaamistaso": "5", "kriteerit": [{"fi": "toteuttaa"}]},
        ]
    }
    names = [level.name.fi for level in read(given).grading]
    assert names == ["Tyydyttävä 1", "Kiitettävä 5"]


def test_a_common_units_sub_areas_are_stored_and_not_counted():
    sub_area = {
        "koodiUri": "ammatillisenoppiaineet_mlma",
        "nimi": {"fi": "Matematiikka"},
        "pakollisetOsaamistavoitteet": {
            "laajuus": 4,
            "tavoitteet": {
                "vaatimukset": [],
                "kohdealueet": [
                    {"kuvaus": {"fi": "Lasku"}, "vaatimukset": [requirement("laskee")]}
                ],
            },
        },
        "osaamistavoitteet": [
            {
                "pakollinen": False,
                "laajuus": 3,
                "tavoitteet": {"fi": "<ul><li>soveltaa</li></ul>"},
            }
        ],
    }
    common = unit(5, "YTO", tyyppi="reformi_tutke2", osaAlueet=[sub_area])
    given = gardening()
    given["tutkinnonOsat"].append(common)
    edition = read(given)
    (found,) = edition.units[2].sub_areas

    assert edition.units[2].is_common
    assert (found.mandatory_scope, found.optional_scope) == (Decimal(4), Decimal(3))
    assert [r.text.fi for a in found.mandatory for r in a.requirements] == ["laskee"]
    assert [r.text.fi for a in found.optional for r in a.requirements] == ["soveltaa"]
    assert edition.counts()["requirements"] == 4


def test_education_components_are_units_measured_in_weeks():
    given = qualification(
        koulutuksenOsat=[
            {
                "id": 8,
                "nimi": {"fi": "Työelämätaidot"},
                "nimiKoodi": {"uri": "koulutuksenosattuva_102"},
                "laajuusMinimi": 0,
                "laajuusMaksimi": 20,
                "tavoitteet": [{"_tunniste": "t-1", "fi": "tuntee työnhaun"}],
            }
        ]
    )
    (found,) = read(given).units

    assert found.structure is Structure.EDUCATION_COMPONENT
    assert (found.scope, found.scope_maximum) == (Decimal(0), Decimal(20))
    assert found.scope_unit is ScopeUnit.WEEK
    assert [r.key for r in found.requirements] == ["t-1"]


def test_telma_groups_become_target_areas():
    given = older("")
    given["tutkinnonOsat"][0]["valmaTelmaSisalto"] = {
        "osaamistavoite": [
            {"nimi": {"fi": "Arki"}, "tavoitteet": [{"fi": "syö"}, {"fi": "nukkuu"}]}
        ]
    }
    (found,) = read(given).units

    assert found.structure is Structure.EDUCATION_COMPONENT
    assert found.target_areas[0].name.fi == "Arki"
    assert len(found.requirements) == 2


def test_the_editing_official_leaves_no_trace():
    assert "1.2.246.562.24" not in repr(read(gardening()))


def test_the_starter_catalogue_is_marked_as_unofficial_everywhere():
    edition = read_qualification(read_starter(), name="starter")

    assert not edition.is_official
    assert edition.name.fi == "Puutarha-alan perustutkinto (epävirallinen tiivistelmä)"
    assert (edition.name.sv or "").endswith("(inofficiell sammanfattning)")
    assert (edition.name.en or "").endswith("(unofficial summary)")
    assert [u.code for u in edition.units] == [
        "tutkinnonosat_103915",
        "tutkinnonosat_103908",
        "tutkinnonosat_103928",
    ]
    for found in edition.units:
        assert len(found.target_areas) >= 4
        assert len(found.requirements) >= 10
        texts = [text for r in found.requirements for text in (r.text.fi, r.text.sv)]
        assert all(texts)
        assert all(r.code is None and r.text.en for r in found.requirements)


@pytest.mark.shared
def test_the_starter_catalogue_names_real_units_in_words_of_our_own(shared_data):
    real_file = "eperusteet/OPH-901-2020_puutarha-alan-perustutkinto.json"
    real = read_qualification((shared_data / real_file).read_bytes(), name="real")
    starter = read_qualification(read_starter(), name="starter")
    by_code = {u.code: u for u in real.units}
    published = {r.text.fi for u in real.units for r in u.requirements}

    for found in starter.units:
        same = by_code[found.code]
        assert (found.source_id, found.scope) == (same.source_id, same.scope)
        assert (found.name.fi, found.name.sv) == (same.name.fi, same.name.sv)
        assert found.reference_id == same.reference_id
        assert not published & {r.text.fi for r in found.requirements}


@pytest.mark.shared
@pytest.mark.parametrize(("file", "counts"), REAL_FILES.items())
def test_real_files_are_read_to_the_last_requirement(shared_data, file, counts):
    raw = (shared_data / "eperusteet" / file).read_bytes()
    edition = read_qualification(raw, name=file)
    found = edition.counts()

    wanted = ("units", "target_areas", "requirements", "coded")
    assert tuple(found[name] for name in wanted) == counts
    assert "1.2.246.562.24" not in repr(edition)
    assert "<li" not in repr(edition)


def test_reading_does_not_change_what_it_reads():
    given = gardening()
    before = copy.deepcopy(given)
    read(given)
    assert given == before
