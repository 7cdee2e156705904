"""Target areas by themselves: which unit each belongs to, and its requirements."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.records.catalogue_rows import RequirementRecord, TargetAreaRecord


@dataclass(frozen=True, slots=True)
class AreaPlace:
    """A target area with its unit and the ids of its requirements."""

    id: int
    unit_id: int
    has_heading: bool
    requirement_ids: frozenset[int]


def list_area_places(session: Session, area_ids: Collection[int]) -> list[AreaPlace]:
    """Return these target areas; an unknown id is left out."""
    return _places(session, TargetAreaRecord.id.in_(area_ids))


def list_areas_of_units(session: Session, unit_ids: Collection[int]) -> list[AreaPlace]:
    """Return the target areas of these units in file order."""
    return _places(session, TargetAreaRecord.unit_id.in_(unit_ids))


def _places(session: Session, condition: object) -> list[AreaPlace]:
    area, requirement = TargetAreaRecord, RequirementRecord
    rows = session.execute(
        select(area.id, area.unit_id, area.has_heading, requirement.id)
        .outerjoin(requirement, requirement.target_area_id == area.id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(area.unit_id, area.position)
    )
    found: dict[tuple[int, int, bool], set[int]] = {}
    for area_id, unit_id, has_heading, requirement_id in rows:
        held = found.setdefault((area_id, unit_id, has_heading), set())
        if requirement_id is not None:
            held.add(requirement_id)
    return [AreaPlace(*place, frozenset(held)) for place, held in found.items()]
