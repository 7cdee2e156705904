"""A certificate for one target area says so, and counts that area only."""

from dataclasses import replace
from typing import Any

import pytest

from issuer.credentials.document import build_document
from issuer.credentials.shape import UNSEALED, find_flaw
from tests.statements import example_statement, example_unit, of_one_area, with_levels


def _of_one_area(language: str = "fi") -> dict[str, Any]:
    statement = example_statement(1, language)
    unit = of_one_area(statement.units[0])
    return build_document(replace(statement, units=(unit,)))


def test_the_area_stands_after_its_unit_without_a_code() -> None:
    achievement = _of_one_area()["credentialSubject"]["achievement"]
    unit, area, *requirements = achievement["alignment"]

    assert (unit["targetType"], unit["targetCode"]) == (
        "CFItem",
        "tutkinnonosat_900001",
    )
    assert area == {
        "type": ["Alignment"],
        "targetType": "CFItem",
        "targetName": "Työn suunnittelu",
        "targetUrl": unit["targetUrl"],
        "targetFramework": unit["targetFramework"],
        "targetDescription": "Kohdealue osassa Metsäpihan hoito 1. Kohdealueella ei "
        "ole omaa koodia, ja osoite on koko osan.",
    }
    assert {r["targetDescription"] for r in requirements} == {
        "Metsäpihan hoito 1: Työn suunnittelu"
    }


@pytest.mark.parametrize(
    ("language", "limit", "count"),
    [
        (
            "fi",
            "Osasta Metsäpihan hoito 1 todistus koskee vain kohdealuetta Työn "
            "suunnittelu, ei koko osaa.",
            "Metsäpihan hoito 1: 3/4 kohdealueen Työn suunnittelu vaatimuksista",
        ),
        (
            "sv",
            "Av delen Skötsel av skogsgård 1 gäller intyget bara målområdet Planering "
            "av arbetet, inte hela delen.",
            "Skötsel av skogsgård 1: 3/4 av kraven i målområdet Planering av arbetet",
        ),
        (
            "en",
            "Of Metsäpihan hoito 1 this certificate covers only the target area Työn "
            "suunnittelu, not the whole unit.",
            "Metsäpihan hoito 1: 3/4 of target area Työn suunnittelu",
        ),
    ],
)
def test_it_is_said_in_words_that_it_is_one_area(
    language: str, limit: str, count: str
) -> None:
    document = _of_one_area(language)
    achievement = document["credentialSubject"]["achievement"]

    assert limit in document["description"].split("\n")
    assert limit in achievement["alignment"][0]["targetDescription"].split("\n")
    assert count in achievement["description"]


def test_the_count_and_what_was_not_identified_are_of_the_area() -> None:
    subject = _of_one_area()["credentialSubject"]
    [result] = subject["result"]

    assert result["value"] == "3/4"
    assert result["alignment"] == [subject["achievement"]["alignment"][1]]
    assert (
        "Metsäpihan hoito 1: Työn suunnittelu: tällä jaksolla ei tunnistettu"
        in (subject["narrative"])
    )
    assert "Työn tekeminen" not in str(subject)


def test_areas_and_whole_units_may_stand_in_one_certificate() -> None:
    units = (example_unit(1), of_one_area(example_unit(2), 1))
    document = build_document(with_levels(replace(example_statement(), units=units)))
    achievement = document["credentialSubject"]["achievement"]

    assert achievement["description"].split("\n")[0] == (
        "Tunnistettujen ammattitaitovaatimusten määrä: Metsäpihan hoito 1: 5/7 koko "
        "osan vaatimuksista; Metsäpihan hoito 2: 2/3 kohdealueen Työn tekeminen "
        "vaatimuksista."
    )
    assert "Metsäpihan hoito 1 todistus" not in document["description"]
    assert find_flaw(document, UNSEALED) is None


def test_the_name_of_a_result_names_the_area() -> None:
    [coverage] = _of_one_area()["credentialSubject"]["achievement"]["resultDescription"]

    assert coverage["name"] == (
        "Tunnistetut ammattitaitovaatimukset: Metsäpihan hoito 1: Työn suunnittelu"
    )
