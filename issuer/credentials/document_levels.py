"""Levels of a credential, only where the organisation's policy shows them.

A level tells how the work was done in the period, with guidance or independently. It
is two words, never a digit and never a grade: those belong to the education provider
(domain.md §1.5). "Not yet" is no level, as what was not identified says no more.
"""

from typing import Any

from issuer.credentials.document_alignment import requirement_reference
from issuer.credentials.document_texts import place_of
from issuer.credentials.wording import phrase
from issuer.domain.certificates import CertificateStatement
from issuer.domain.signoffs import Mark

LEVELS = tuple(mark for mark in Mark if mark.identifies)


def build_level_descriptions(statement: CertificateStatement) -> list[dict[str, Any]]:
    """Return a ResultDescription with a rubric for each unit (OB 3.0 §B.1.15)."""
    if not statement.shows_levels:
        return []
    language = statement.language
    return [
        {
            "id": levels_id(statement, number),
            "type": ["ResultDescription"],
            "name": phrase(
                language, "levels", unit=place_of(language, unit, unit.only_area)
            ),
            "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": [
                {
                    "id": level_id(statement, number, level),
                    "type": ["RubricCriterionLevel"],
                    "name": phrase(language, f"level_{level}"),
                    "level": phrase(language, f"level_{level}"),
                }
                for level in LEVELS
            ],
        }
        for number, unit in enumerate(statement.units, 1)
    ]


def build_level_results(statement: CertificateStatement) -> list[dict[str, Any]]:
    """Return a Result with its level for each identified requirement."""
    if not statement.shows_levels:
        return []
    return [
        {
            "type": ["Result"],
            "resultDescription": levels_id(statement, number),
            "achievedLevel": level_id(statement, number, Mark(requirement.mark)),
            "alignment": [requirement_reference(requirement)],
        }
        for number, unit in enumerate(statement.units, 1)
        for area in unit.areas
        for requirement in area.requirements
        if requirement.identified and requirement.mark
    ]


def levels_id(statement: CertificateStatement, number: int) -> str:
    """Return the id of the levels of unit `number`, from 1."""
    return f"{statement.id}#levels-{number}"


def level_id(statement: CertificateStatement, number: int, level: Mark) -> str:
    """Return the id of one level of unit `number`."""
    return f"{levels_id(statement, number)}-{level.replace('_', '-')}"
