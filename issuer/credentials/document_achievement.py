"""The achievement of a credential: alignments to units and requirements, and coverage.

Coverage is a count, `9/14`. It is never turned into competence points or a grade, and
a scope is always that of the whole unit (domain.md §1.7). Levels are in
`document_levels`.
"""

from collections.abc import Iterator
from typing import Any

from issuer.credentials.document_alignment import (
    area_alignment,
    requirement_alignment,
    unit_alignment,
)
from issuer.credentials.document_levels import (
    build_level_descriptions,
    build_level_results,
)
from issuer.credentials.document_texts import build_criteria, place_of
from issuer.credentials.wording import phrase
from issuer.domain.certificates import CertificateStatement, StatedUnit


def build_achievement(statement: CertificateStatement) -> dict[str, Any]:
    """Return the Achievement (OB 3.0 §B.1.1): what was identified, and how."""
    language = statement.language
    achievement: dict[str, Any] = {
        "id": f"{statement.id}#achievement",
        "type": ["Achievement"],
        "name": phrase(
            language, "achievement_name", qualification=statement.qualification.name
        ),
        "description": _description(statement),
        "achievementType": "Competency",
        "inLanguage": language,
        "criteria": {
            "id": statement.qualification.url,
            "narrative": build_criteria(statement),
        },
        "resultDescription": [
            *(
                {
                    "id": coverage_id(statement, number),
                    "type": ["ResultDescription"],
                    "name": phrase(
                        language,
                        "coverage",
                        unit=place_of(language, unit, unit.only_area),
                    ),
                    "resultType": "Result",
                }
                for number, unit in enumerate(statement.units, 1)
            ),
            *build_level_descriptions(statement),
        ],
        "alignment": list(_alignments(statement)),
    }
    if related := _related(statement):
        achievement["related"] = [{"id": id_, "type": ["Related"]} for id_ in related]
    return achievement


def build_results(statement: CertificateStatement) -> list[dict[str, Any]]:
    """Return a count for each unit, then, where they are shown, the levels.

    The count is how many of the unit's (or target area's) requirements were identified.
    """
    counts = [
        {
            "type": ["Result"],
            "resultDescription": coverage_id(statement, number),
            "value": coverage(unit),
            "alignment": [
                area_alignment(statement, unit, unit.only_area)
                if unit.only_area
                else unit_alignment(statement, unit)
            ],
        }
        for number, unit in enumerate(statement.units, 1)
    ]
    return [*counts, *build_level_results(statement)]


def coverage(unit: StatedUnit) -> str:
    """Return the unit's count, identified of total."""
    return f"{unit.identified}/{unit.total}"


def coverage_id(statement: CertificateStatement, number: int) -> str:
    """Return the id of the result description of unit `number`, from 1."""
    return f"{statement.id}#coverage-{number}"


def _description(statement: CertificateStatement) -> str:
    """Return the counts in words, and the level of the qualification as a whole."""
    language = statement.language
    limited = any(unit.only_area for unit in statement.units)
    lines = [
        phrase(
            language,
            "achievement_description_areas" if limited else "achievement_description",
            units="; ".join(_count(language, u, limited) for u in statement.units),
        )
    ]
    if level := statement.qualification.framework_level:
        many = len(statement.units) > 1
        key = "framework_level_many" if many else "framework_level"
        lines.append(phrase(language, key, level=level))
    return "\n".join(lines)


def _count(language: str, unit: StatedUnit, limited: bool) -> str:
    key = "count_area" if unit.only_area else "count_whole" if limited else "count"
    area = unit.only_area.name if unit.only_area else ""
    return phrase(language, key, unit=unit.name, count=coverage(unit), area=area)


def _related(statement: CertificateStatement) -> list[str]:
    replaced = [statement.supersedes] if statement.supersedes else []
    return list(dict.fromkeys([*replaced, *statement.builds_on]))


def _alignments(statement: CertificateStatement) -> Iterator[dict[str, Any]]:
    for unit in statement.units:
        yield unit_alignment(statement, unit)
        if unit.only_area:
            yield area_alignment(statement, unit, unit.only_area)
        for area in unit.areas:
            for requirement in area.requirements:
                if requirement.identified:
                    yield requirement_alignment(statement, unit, area, requirement)
