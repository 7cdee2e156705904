"""The way of an edition into the tables, whole.

A few statements carry thousands of rows, level by level: each level is inserted in one
go and hands its new ids to the level beneath.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
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
    edition_id = session.scalars(
        insert(CatalogueEditionRecord).returning(CatalogueEditionRecord.id),
        [_edition_row(edition, raw_size, at, by)],
    ).one()
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
    _insert(session, UnitRecord, unit_rows)
    unit_ids = session.scalars(
        select(UnitRecord.id)
        .where(UnitRecord.edition_id == edition_id)
        .order_by(UnitRecord.position)
    )
    _insert_areas(session, edition_id, list(zip(unit_ids, edition.units, strict=True)))
    return edition_id


def _insert_areas(
    session: Session, edition_id: int, units: list[tuple[int, Unit]]
) -> None:
    """Insert the sub-areas, target areas and requirements of `units`."""
    sub_areas = [
        _sub_area_row(unit_id, position, sub_area)
        for unit_id, unit in units
        for position, sub_area in enumerate(unit.sub_areas)
    ]
    _insert(session, SubAreaRecord, sub_areas)
    sub_area_ids = _ids_in_order(session, SubAreaRecord, edition_id)
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
    _insert(session, TargetAreaRecord, area_rows)
    area_ids = _ids_in_order(session, TargetAreaRecord, edition_id)
    requirement_rows = [
        _requirement_row(area_id, position, requirement)
        for area_id, beneath_area in zip(area_ids, requirements, strict=True)
        for position, requirement in enumerate(beneath_area)
    ]
    _insert(session, RequirementRecord, requirement_rows)


def _insert(session: Session, table: type[Record], rows: list[_Row]) -> None:
    """Insert `rows` in one statement: nulls are written out, not left out by row."""
    if rows:
        session.execute(insert(table), rows, execution_options={"render_nulls": True})


def _ids_in_order(
    session: Session,
    table: type[SubAreaRecord] | type[TargetAreaRecord],
    edition_id: int,
) -> Iterator[int]:
    """Return the ids just inserted, in the order of their rows.

    Asking for them afterwards keeps each insert one statement on every engine.
    """
    return iter(
        session.scalars(
            select(table.id)
            .join(UnitRecord, UnitRecord.id == table.unit_id)
            .where(UnitRecord.edition_id == edition_id)
            .order_by(UnitRecord.position, table.position)
        ).all()
    )


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
