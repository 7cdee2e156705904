"""The achievement of a credential: alignments to units and requirements, and coverage.

Coverage is a count, `9/14`. It is never turned into competence points or a grade, and
a scope is always that of the whole unit (domain.md §1.7).
"""

from collections.abc import Iterator
from typing import Any

from issuer.credentials.document_texts import build_criteria, framework
from issuer.credentials.wording import phrase
from issuer.domain.certificates import (
    CertificateStatement,
    StatedArea,
    StatedRequirement,
    StatedUnit,
)


def build_achievement(statement: CertificateStatement) -> dict[str, Any]:
    """Return the Achievement (OB 3.0 §B.1.1): what was identified, and how."""
    language = statement.language
    counts = "; ".join(f"{unit.name}: {coverage(unit)}" for unit in statement.units)
    achievement: dict[str, Any] = {
        "id": f"{statement.id}#achievement",
        "type": ["Achievement"],
        "name": phrase(
            language, "achievement_name", qualification=statement.qualification.name
        ),
        "description": phrase(language, "achievement_description", units=counts),
        "achievementType": "Competency",
        "inLanguage": language,
        "criteria": {
            "id": statement.qualification.url,
            "narrative": build_criteria(statement),
        },
        "resultDescription": [
            {
                "id": coverage_id(statement, number),
                "type": ["ResultDescription"],
                "name": phrase(language, "coverage", unit=unit.name),
                "resultType": "Result",
            }
            for number, unit in enumerate(statement.units, 1)
        ],
        "alignment": list(_alignments(statement)),
    }
    if statement.builds_on:
        achievement["related"] = [
            {"id": earlier, "type": ["Related"]} for earlier in statement.builds_on
        ]
    return achievement


def build_results(statement: CertificateStatement) -> list[dict[str, Any]]:
    """Return one Result a unit: how many of its requirements were identified."""
    return [
        {
            "type": ["Result"],
            "resultDescription": coverage_id(statement, number),
            "value": coverage(unit),
            "alignment": [_unit_alignment(statement, unit)],
        }
        for number, unit in enumerate(statement.units, 1)
    ]


def coverage(unit: StatedUnit) -> str:
    """Return the unit's count, identified of total."""
    return f"{unit.identified}/{unit.total}"


def coverage_id(statement: CertificateStatement, number: int) -> str:
    """Return the id of the result description of unit `number`, from 1."""
    return f"{statement.id}#coverage-{number}"


def _alignments(statement: CertificateStatement) -> Iterator[dict[str, Any]]:
    for unit in statement.units:
        yield _unit_alignment(statement, unit)
        for area in unit.areas:
            for requirement in area.requirements:
                if requirement.identified:
                    yield _requirement_alignment(statement, unit, area, requirement)


def _unit_alignment(
    statement: CertificateStatement, unit: StatedUnit
) -> dict[str, Any]:
    scope = None
    if unit.scope:
        key = f"scope_{unit.scope_unit}"
        scope = phrase(statement.language, key, scope=unit.scope)
    return _alignment(
        statement,
        kind="CFItem",
        name=unit.name,
        url=unit.target_url,
        code=unit.code,
        description=scope,
    )


def _requirement_alignment(
    statement: CertificateStatement,
    unit: StatedUnit,
    area: StatedArea,
    requirement: StatedRequirement,
) -> dict[str, Any]:
    """Name unit and area: the order of alignments is not covered by a signature."""
    place = unit.name
    if area.name:
        place = phrase(
            statement.language, "requirement_place", unit=unit.name, area=area.name
        )
    return _alignment(
        statement,
        kind="ceasn:Competency",
        name=requirement.text,
        url=requirement.target_url,
        code=requirement.code,
        description=place,
    )


def _alignment(
    statement: CertificateStatement,
    *,
    kind: str,
    name: str,
    url: str,
    code: str | None,
    description: str | None,
) -> dict[str, Any]:
    alignment = {
        "type": ["Alignment"],
        "targetType": kind,
        "targetName": name,
        "targetUrl": url,
    }
    if code:
        alignment["targetCode"] = code
    alignment["targetFramework"] = framework(statement)
    if description:
        alignment["targetDescription"] = description
    return alignment
