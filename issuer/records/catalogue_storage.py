"""The way of an edition into the tables, whole.

A few statements carry thousands of rows, level by level: each level is inserted in one
go and hands its new ids to the level beneath.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from issuer.domain.catalogue import (
    CatalogueEdition,
    Requirement,
    SubArea,
    TargetArea,
    Unit,
)
from issuer.domain.texts import LANGUAGES, LocalText
from issuer.records.base import Record
from issuer.records.catalogue_rows import (
    CatalogueEditionRecord,
    GradingLevelRecord,
    RequirementRecord,
    SubAreaRecord,
    TargetAreaRecord,
    UnitRecord,
)

_Row = dict[str, Any]


def add_edition(
    session: Session,
    edition: CatalogueEdition,
    *,
    raw_size: int,
    at: datetime,
    by: int | None = None,
) -> int:
    """Insert `edition`, imported `at` from `raw_size` bytes, and return its id.

    The database refuses the same bytes twice (IntegrityError on `sha256`).
    """
    (edition_id,) = _insert(
        session, CatalogueEditionRecord, [_edition_row(edition, raw_size, at, by)]
    )
    _insert(
        session,
        GradingLevelRecord,
        [
            {
                "edition_id": edition_id,
                "position": position,
                "code": level.code,
                "criteria": [_texts(text) for text in level.criteria],
                **_name(level.name),
            }
            for position, level in enumerate(edition.grading)
        ],
    )
    unit_rows = [_unit_row(u, edition_id, n) for n, u in enumerate(edition.units)]
    unit_ids = _insert(session, UnitRecord, unit_rows)
    _insert_areas(session, list(zip(unit_ids, edition.units, strict=True)))
    return edition_id


def _insert_areas(session: Session, units: list[tuple[int, Unit]]) -> None:
    """Insert the sub-areas, target areas and requirements of `units`."""
    sub_areas = [
        (unit_id, position, sub_area)
        for unit_id, unit in units
        for position, sub_area in enumerate(unit.sub_areas)
    ]
    sub_area_ids = iter(
        _insert(session, SubAreaRecord, [_sub_area_row(*found) for found in sub_areas])
    )
    area_rows: list[_Row] = []
    requirements: list[tuple[Requirement, ...]] = []
    for unit_id, unit in units:
        placed: list[tuple[TargetArea, int | None, bool]] = [
            (area, None, False) for area in unit.target_areas
        ]
        for sub_area in unit.sub_areas:
            beneath = next(sub_area_ids)
            placed += [(area, beneath, False) for area in sub_area.mandatory]
            placed += [(area, beneath, True) for area in sub_area.optional]
        for position, (area, sub_area_id, is_optional) in enumerate(placed):
            requirements.append(area.requirements)
            area_rows.append(
                {
                    "unit_id": unit_id,
                    "sub_area_id": sub_area_id,
                    "position": position,
                    "is_optional": is_optional,
                    "has_heading": area.has_heading,
                    **_name(area.name),
                }
            )
    area_ids = _insert(session, TargetAreaRecord, area_rows)
    requirement_rows = [
        _requirement_row(area_id, position, requirement)
        for area_id, beneath_area in zip(area_ids, requirements, strict=True)
        for position, requirement in enumerate(beneath_area)
    ]
    if requirement_rows:
        session.execute(insert(RequirementRecord), requirement_rows)


def _insert(session: Session, table: type[Record], rows: list[_Row]) -> list[int]:
    """Insert `rows` in one go and return their new ids, in the same order."""
    if not rows:
        return []
    returning = insert(table).returning(
        table.__table__.c.id, sort_by_parameter_order=True
    )
    return list(session.scalars(returning, rows))


def _edition_row(
    edition: CatalogueEdition, raw_size: int, at: datetime, by: int | None
) -> _Row:
    counts = edition.counts()
    return {
        "source_id": edition.source_id,
        "record_number": edition.record_number,
        "qualification_type": edition.qualification_type,
        "valid_from": edition.valid_from,
        "valid_until": edition.valid_until,
        "transition_until": edition.transition_until,
        "modified": edition.modified,
        "sha256": edition.sha256,
        "is_official": edition.is_official,
        "imported_at": at,
        "imported_by": by,
        "raw_size": raw_size,
        "unit_count": counts["units"],
        "target_area_count": counts["target_areas"],
        "requirement_count": counts["requirements"],
        "coded_count": counts["coded"],
        **_name(edition.name),
    }


def _unit_row(unit: Unit, edition_id: int, position: int) -> _Row:
    return {
        "edition_id": edition_id,
        "position": position,
        "source_id": unit.source_id,
        "reference_id": unit.reference_id,
        "code": unit.code,
        "scope": _digits(unit.scope),
        "scope_maximum": _digits(unit.scope_maximum),
        "scope_unit": unit.scope_unit.value,
        "is_common": unit.is_common,
        "structure": unit.structure.value,
        "assessment": [
            {
                "name": _texts(topic.name),
                "levels": [
                    {
                        "code": level.code,
                        "name": _texts(level.name),
                        "criteria": [_texts(text) for text in level.criteria],
                    }
                    for level in topic.levels
                ],
            }
            for topic in unit.assessment
        ],
        **_name(unit.name),
    }


def _sub_area_row(unit_id: int, position: int, sub_area: SubArea) -> _Row:
    return {
        "unit_id": unit_id,
        "position": position,
        "code": sub_area.code,
        "mandatory_scope": _digits(sub_area.mandatory_scope),
        "optional_scope": _digits(sub_area.optional_scope),
        **_name(sub_area.name),
    }


def _requirement_row(area_id: int, position: int, requirement: Requirement) -> _Row:
    return {
        "target_area_id": area_id,
        "position": position,
        "key": requirement.key,
        "code": requirement.code,
        **{f"text_{k}": getattr(requirement.text, k) for k in LANGUAGES},
    }


def _name(text: LocalText) -> _Row:
    return {f"name_{language}": getattr(text, language) for language in LANGUAGES}


def _texts(text: LocalText) -> _Row:
    given = {language: getattr(text, language) for language in LANGUAGES}
    return {language: words for language, words in given.items() if words is not None}


def _digits(scope: Decimal | None) -> str | None:
    return None if scope is None else f"{scope:f}"
