"""The way of an edition out of the tables, whole, as the value it was stored from."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.domain.catalogue import (
    AssessedTopic,
    CatalogueEdition,
    GradingLevel,
    Requirement,
    ScopeUnit,
    Structure,
    SubArea,
    TargetArea,
    Unit,
)
from issuer.domain.catalogue_refusals import EditionMissing
from issuer.domain.texts import LocalText
from issuer.records.catalogue_rows import (
    CatalogueEditionRecord,
    GradingLevelRecord,
    RequirementRecord,
    SubAreaRecord,
    TargetAreaRecord,
    UnitRecord,
)

_AreasByPlace = dict[tuple[int, int | None, bool], list[TargetArea]]


def load_edition(session: Session, edition_id: int) -> CatalogueEdition:
    """Return the edition as it was imported. Raises EditionMissing."""
    row = session.get(CatalogueEditionRecord, edition_id)
    if row is None:
        raise EditionMissing(edition=edition_id)
    units = session.scalars(
        select(UnitRecord)
        .where(UnitRecord.edition_id == edition_id)
        .order_by(UnitRecord.position)
    ).all()
    grading = session.scalars(
        select(GradingLevelRecord)
        .where(GradingLevelRecord.edition_id == edition_id)
        .order_by(GradingLevelRecord.position)
    )
    areas = _load_areas(session, edition_id)
    sub_areas = _load_sub_areas(session, edition_id, areas)
    return CatalogueEdition(
        source_id=row.source_id,
        record_number=row.record_number,
        name=row.name,
        qualification_type=row.qualification_type,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        transition_until=row.transition_until,
        modified=row.modified,
        sha256=row.sha256,
        is_official=row.is_official,
        units=tuple(
            _unit(u, tuple(areas[u.id, None, False]), tuple(sub_areas[u.id]))
            for u in units
        ),
        grading=tuple(_level(g.code, g.name, g.criteria) for g in grading),
    )


def _load_areas(session: Session, edition_id: int) -> _AreasByPlace:
    """Return target areas by unit, sub-area and whether they are optional."""
    of_edition = (
        select(TargetAreaRecord)
        .join(UnitRecord, UnitRecord.id == TargetAreaRecord.unit_id)
        .where(UnitRecord.edition_id == edition_id)
    )
    requirements: dict[int, list[Requirement]] = defaultdict(list)
    area_ids = of_edition.with_only_columns(TargetAreaRecord.id)
    for row in session.scalars(
        select(RequirementRecord)
        .where(RequirementRecord.target_area_id.in_(area_ids))
        .order_by(RequirementRecord.target_area_id, RequirementRecord.position)
    ):
        text = LocalText(row.text_fi, row.text_sv, row.text_en)
        found = Requirement(key=row.key, code=row.code, text=text)
        requirements[row.target_area_id].append(found)
    areas: _AreasByPlace = defaultdict(list)
    for area in session.scalars(of_edition.order_by(TargetAreaRecord.position)):
        areas[area.unit_id, area.sub_area_id, area.is_optional].append(
            TargetArea(area.name, tuple(requirements[area.id]), area.has_heading)
        )
    return areas


def _load_sub_areas(
    session: Session, edition_id: int, areas: _AreasByPlace
) -> dict[int, list[SubArea]]:
    rows = session.scalars(
        select(SubAreaRecord)
        .join(UnitRecord, UnitRecord.id == SubAreaRecord.unit_id)
        .where(UnitRecord.edition_id == edition_id)
        .order_by(SubAreaRecord.position)
    )
    found: dict[int, list[SubArea]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(
            SubArea(
                code=row.code,
                name=row.name,
                mandatory_scope=_decimal(row.mandatory_scope),
                mandatory=tuple(areas[row.unit_id, row.id, False]),
                optional_scope=_decimal(row.optional_scope),
                optional=tuple(areas[row.unit_id, row.id, True]),
            )
        )
    return found


def _unit(
    row: UnitRecord, areas: tuple[TargetArea, ...], sub_areas: tuple[SubArea, ...]
) -> Unit:
    return Unit(
        source_id=row.source_id,
        code=row.code,
        name=row.name,
        scope=_decimal(row.scope),
        scope_maximum=_decimal(row.scope_maximum),
        scope_unit=ScopeUnit(row.scope_unit),
        is_common=row.is_common,
        structure=Structure(row.structure),
        target_areas=areas,
        sub_areas=sub_areas,
        assessment=tuple(
            AssessedTopic(
                LocalText(**topic["name"]),
                tuple(
                    _level(level["code"], LocalText(**level["name"]), level["criteria"])
                    for level in topic["levels"]
                ),
            )
            for topic in row.assessment
        ),
        reference_id=row.reference_id,
    )


def _level(
    code: str | None, name: LocalText, criteria: Iterable[dict[str, Any]]
) -> GradingLevel:
    return GradingLevel(code, name, tuple(LocalText(**text) for text in criteria))


def _decimal(digits: str | None) -> Decimal | None:
    return None if digits is None else Decimal(digits)
