"""Levels are shown where a policy says so: in two words, never digits or a grade."""

import json
import re

import pytest

from issuer.credentials.document import build_document
from issuer.credentials.document_levels import LEVELS
from issuer.domain.signoffs import Mark
from tests.statements import example_statement, with_levels, with_rows


def test_nothing_is_said_of_levels_unless_the_policy_shows_them() -> None:
    marked = with_rows(example_statement(), mark="independently")

    text = json.dumps(build_document(marked), ensure_ascii=False)

    assert "achievedLevel" not in text
    assert "RubricCriterionLevel" not in text
    assert "itsenäisesti" not in text


def test_not_yet_is_no_level() -> None:
    assert LEVELS == (Mark.WITH_GUIDANCE, Mark.INDEPENDENTLY)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("fi", ["ohjatusti", "itsenäisesti"]),
        ("sv", ["med handledning", "självständigt"]),
        ("en", ["with guidance", "independently"]),
    ],
)
def test_each_unit_has_a_rubric_of_two_levels(language: str, names: list[str]) -> None:
    statement = with_levels(example_statement(2, language))
    subject = build_document(statement)["credentialSubject"]

    rubrics = [
        description
        for description in subject["achievement"]["resultDescription"]
        if description["resultType"] == "RubricCriterionLevel"
    ]
    assert [rubric["id"] for rubric in rubrics] == [
        f"{statement.id}#levels-1",
        f"{statement.id}#levels-2",
    ]
    for rubric in rubrics:
        assert rubric["rubricCriterionLevel"] == [
            {
                "id": f"{rubric['id']}-{part}",
                "type": ["RubricCriterionLevel"],
                "name": name,
                "level": name,
            }
            for part, name in zip(
                ("with-guidance", "independently"), names, strict=True
            )
        ]


def test_each_identified_requirement_has_its_level_and_the_count_stays() -> None:
    statement = with_levels(example_statement(2))
    subject = build_document(statement)["credentialSubject"]
    counts = [result for result in subject["result"] if "value" in result]
    leveled = [result for result in subject["result"] if "achievedLevel" in result]

    assert [result["value"] for result in counts] == ["5/7", "5/7"]
    expected = [
        (
            f"{statement.id}#levels-{number}",
            f"{statement.id}#levels-{number}-{row.mark.replace('_', '-')}",
            row.text,
            row.target_url,
            row.code,
        )
        for number, unit in enumerate(statement.units, 1)
        for area in unit.areas
        for row in area.requirements
        if row.identified and row.mark
    ]
    assert len(expected) == 10
    assert [
        (
            result["resultDescription"],
            result["achievedLevel"],
            result["alignment"][0]["targetName"],
            result["alignment"][0]["targetUrl"],
            result["alignment"][0].get("targetCode"),
        )
        for result in leveled
    ] == expected


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_level_is_never_a_digit_nor_points(language: str) -> None:
    document = build_document(with_levels(example_statement(3, language)))
    achievement = document["credentialSubject"]["achievement"]

    assert "points" not in {
        name
        for description in achievement["resultDescription"]
        for level in description.get("rubricCriterionLevel", [])
        for name in level
    }
    for description in achievement["resultDescription"]:
        for level in description.get("rubricCriterionLevel", []):
            assert not re.search(r"\d", level["name"] + level["level"])


def test_a_level_is_said_to_be_none_of_the_qualifications_scale() -> None:
    document = build_document(with_levels(example_statement(1, "en")))
    criteria = document["credentialSubject"]["achievement"]["criteria"]["narrative"]

    assert "cannot be converted to the assessment scale" in criteria
