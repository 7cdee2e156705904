"""Units and requirements as the rules see them: outlines, and where each one stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from issuer.domain.coverage import UnitOutline
from issuer.domain.errors import NotFound
from issuer.domain.texts import LANGUAGES, LocalText
from issuer.records.catalogue_rows import (
    RequirementRecord,
    SubAreaRecord,
    TargetAreaRecord,
    UnitRecord,
)


@dataclass(frozen=True, slots=True)
class RequirementPlace:
    """A requirement and where in the catalogue it stands."""

    edition_id: int
    unit_id: int
    unit_code: str | None
    key: str
    code: str | None
    text: LocalText


def get_unit_outline(session: Session, unit_id: int) -> UnitOutline:
    """Return the unit with its requirements. Raises NotFound."""
    outlines = list_unit_outlines(session, [unit_id])
    if not outlines:
        raise NotFound
    return outlines[0]


def list_unit_outlines(
    session: Session, unit_ids: Collection[int]
) -> list[UnitOutline]:
    """Return the units with their requirements, in file order.

    The target areas of a common unit's sub-areas are headed by the sub-area's name.
    """
    units = session.execute(
        select(UnitRecord.id, UnitRecord.code, UnitRecord.scope, *_names(UnitRecord))
        .where(UnitRecord.id.in_(unit_ids))
        .order_by(UnitRecord.edition_id, UnitRecord.position)
    ).all()
    areas = _outline_areas(session, [unit.id for unit in units])
    return [
        UnitOutline(unit.id, unit.code, _name(unit), unit.scope, tuple(areas[unit.id]))
        for unit in units
    ]


def list_requirement_places(
    session: Session, requirement_ids: Collection[int]
) -> dict[int, RequirementPlace]:
    """Return where each of the requirements stands; an unknown id is left out."""
    rows = session.execute(
        select(
            RequirementRecord.id,
            UnitRecord.edition_id,
            UnitRecord.id.label("unit_id"),
            UnitRecord.code.label("unit_code"),
            RequirementRecord.key,
            RequirementRecord.code,
            *_texts(),
        )
        .join(TargetAreaRecord, TargetAreaRecord.id == RequirementRecord.target_area_id)
        .join(UnitRecord, UnitRecord.id == TargetAreaRecord.unit_id)
        .where(RequirementRecord.id.in_(requirement_ids))
    )
    return {
        id_: RequirementPlace(
            edition_id, unit_id, unit_code, key, code, LocalText(*text)
        )
        for id_, edition_id, unit_id, unit_code, key, code, *text in rows
    }


_Listed = tuple[int, str, str | None, LocalText]


def _outline_areas(
    session: Session, unit_ids: Collection[int]
) -> dict[int, list[tuple[LocalText, tuple[_Listed, ...]]]]:
    area, sub_area = TargetAreaRecord, SubAreaRecord
    areas = session.execute(
        select(
            area.id,
            area.unit_id,
            area.is_optional,
            area.sub_area_id,
            *_names(area),
            *(getattr(sub_area, f"name_{x}").label(f"above_{x}") for x in LANGUAGES),
        )
        .outerjoin(sub_area, sub_area.id == area.sub_area_id)
        .where(area.unit_id.in_(unit_ids))
        .order_by(area.unit_id, area.position)
    ).all()
    listed = _listed_requirements(session, unit_ids)
    found: dict[int, list[tuple[LocalText, tuple[_Listed, ...]]]] = defaultdict(list)
    for row in areas:
        heading = _name(row) if row.sub_area_id is None else _headed(row)
        found[row.unit_id].append((heading, tuple(listed[row.id])))
    return found


def _listed_requirements(
    session: Session, unit_ids: Collection[int]
) -> dict[int, list[_Listed]]:
    """Return the requirements of the units by target area."""
    record, area = RequirementRecord, TargetAreaRecord
    listed: dict[int, list[_Listed]] = defaultdict(list)
    for area_id, id_, key, code, *text in session.execute(
        select(record.target_area_id, record.id, record.key, record.code, *_texts())
        .join(area, area.id == record.target_area_id)
        .where(area.unit_id.in_(unit_ids))
        .order_by(record.target_area_id, record.position)
    ):
        listed[area_id].append((id_, key, code, LocalText(*text)))
    return listed


_OPTIONAL = {"fi": "valinnainen", "sv": "valfri", "en": "optional"}


def _headed(row: Row[Any]) -> LocalText:
    """Return the heading of a sub-area's target area: sub-area, optional?, own."""
    headings = {}
    for language in LANGUAGES:
        above = getattr(row, f"above_{language}")
        own = getattr(row, f"name_{language}")
        if above and row.is_optional:
            above = f"{above} ({_OPTIONAL[language]})"
        headings[language] = ": ".join(words for words in (above, own) if words) or None
    return LocalText(**headings)


def _names(record: type[Any]) -> Sequence[Any]:
    return [getattr(record, f"name_{language}") for language in LANGUAGES]


def _texts() -> Sequence[Any]:
    return [getattr(RequirementRecord, f"text_{language}") for language in LANGUAGES]


def _name(row: Row[Any]) -> LocalText:
    return LocalText(row.name_fi, row.name_sv, row.name_en)
