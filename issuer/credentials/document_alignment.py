"""Alignments of a credential: which unit, target area or requirement is meant.

Each says in words where it belongs, because a signature does not cover the order in
which alignments stand.
"""

from typing import Any

from issuer.credentials.document_texts import framework, only_area, place_of
from issuer.credentials.wording import phrase
from issuer.domain.certificates import (
    CertificateStatement,
    StatedArea,
    StatedRequirement,
    StatedUnit,
)


def unit_alignment(statement: CertificateStatement, unit: StatedUnit) -> dict[str, Any]:
    """Return the alignment to the unit, with its national code if it has one."""
    language = statement.language
    lines = []
    if unit.scope:
        lines.append(phrase(language, f"scope_{unit.scope_unit}", scope=unit.scope))
    if limit := only_area(language, unit):
        lines.append(limit)
    return _alignment(
        statement,
        kind="CFItem",
        name=unit.name,
        url=unit.target_url,
        code=unit.code,
        description="\n".join(lines),
    )


def area_alignment(
    statement: CertificateStatement, unit: StatedUnit, area: StatedArea
) -> dict[str, Any]:
    """Return the alignment to the one target area that is certified; it has no code."""
    return _alignment(
        statement,
        kind="CFItem",
        name=area.name,
        url=unit.target_url,
        code=None,
        description=phrase(statement.language, "area_place", unit=unit.name),
    )


def requirement_alignment(
    statement: CertificateStatement,
    unit: StatedUnit,
    area: StatedArea,
    requirement: StatedRequirement,
) -> dict[str, Any]:
    """Return the alignment to an identified requirement, verbatim with its code."""
    return _alignment(
        statement,
        kind="ceasn:Competency",
        name=requirement.text,
        url=requirement.target_url,
        code=requirement.code,
        description=place_of(statement.language, unit, area),
    )


def requirement_reference(requirement: StatedRequirement) -> dict[str, Any]:
    """Return the requirement alone, for a result: its unit is told by its description.

    Certificates of many units would grow too large if each said everything twice.
    """
    return _target(
        kind="ceasn:Competency",
        name=requirement.text,
        url=requirement.target_url,
        code=requirement.code,
    )


def _alignment(
    statement: CertificateStatement,
    *,
    kind: str,
    name: str,
    url: str,
    code: str | None,
    description: str,
) -> dict[str, Any]:
    alignment = _target(kind=kind, name=name, url=url, code=code)
    alignment["targetFramework"] = framework(statement)
    if description:
        alignment["targetDescription"] = description
    return alignment


def _target(*, kind: str, name: str, url: str, code: str | None) -> dict[str, Any]:
    target: dict[str, Any] = {
        "type": ["Alignment"],
        "targetType": kind,
        "targetName": name,
        "targetUrl": url,
    }
    if code:
        target["targetCode"] = code
    return target
