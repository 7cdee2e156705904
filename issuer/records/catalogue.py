"""Named queries on the catalogue. An edition is inserted whole and never changed.

The tables are in `catalogue_rows`, the way in in `catalogue_storage`, the way out in
`catalogue_loading` and `catalogue_outlines`; callers need this module only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from issuer.domain.catalogue import GradingLevel
from issuer.domain.catalogue_refusals import EditionMissing
from issuer.domain.errors import NotFound
from issuer.domain.texts import LANGUAGES, LocalText
from issuer.records.catalogue_loading import load_edition
from issuer.records.catalogue_outlines import (
    RequirementPlace,
    get_unit_outline,
    list_requirement_places,
    list_unit_outlines,
)
from issuer.records.catalogue_rows import (
    CatalogueEditionRecord,
    GradingLevelRecord,
    RequirementRecord,
    SubAreaRecord,
    TargetAreaRecord,
    UnitRecord,
)
from issuer.records.catalogue_storage import add_edition

__all__ = [
    "CatalogueEditionRecord",
    "EditionLine",
    "GradingLevelRecord",
    "RequirementPlace",
    "RequirementRecord",
    "SubAreaRecord",
    "TargetAreaRecord",
    "UnitLine",
    "UnitRecord",
    "add_edition",
    "find_edition_by_sha256",
    "find_latest_edition",
    "get_edition_line",
    "get_unit_line",
    "get_unit_outline",
    "list_editions",
    "list_editions_of",
    "list_grading",
    "list_requirement_places",
    "list_unit_outlines",
    "list_units",
    "load_edition",
]


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition in a list. `is_latest` of its record number: official ones first."""

    id: int
    record_number: str
    name: LocalText
    is_official: bool
    valid_from: date | None
    valid_until: date | None
    imported_at: datetime
    units: int
    requirements: int
    is_latest: bool
    source_id: int
    sha256: str
    modified: date | None
    transition_until: date | None
    target_areas: int
    coded: int
    qualification_type: str | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a list; a common unit counts what is in its sub-areas."""

    id: int
    edition_id: int
    reference_id: int | None
    code: str | None
    name: LocalText
    scope: str | None
    scope_maximum: str | None
    scope_unit: str
    is_common: bool
    structure: str
    areas: int
    requirements: int


def list_editions(session: Session) -> list[EditionLine]:
    """Return every edition, by record number, the latest of each first."""
    return _edition_lines(session, select(CatalogueEditionRecord))


def list_editions_of(session: Session, record_number: str) -> list[EditionLine]:
    """Return the editions of one record number, the latest first."""
    record = CatalogueEditionRecord
    return _edition_lines(
        session, select(record).where(record.record_number == record_number)
    )


def get_edition_line(session: Session, edition_id: int) -> EditionLine:
    """Return one edition. Raises EditionMissing."""
    record = session.get(CatalogueEditionRecord, edition_id)
    if record is None:
        raise EditionMissing(edition=edition_id)
    same = list_editions_of(session, record.record_number)
    return next(line for line in same if line.id == edition_id)


def find_edition_by_sha256(session: Session, sha256: str) -> EditionLine | None:
    """Return the edition that was read from exactly these bytes, or None."""
    record = CatalogueEditionRecord
    edition_id = session.scalar(select(record.id).where(record.sha256 == sha256))
    return None if edition_id is None else get_edition_line(session, edition_id)


def find_latest_edition(session: Session, record_number: str) -> EditionLine | None:
    """Return the latest edition of the record number, official ones first, or None."""
    return next(iter(list_editions_of(session, record_number)), None)


def list_units(session: Session, edition_id: int) -> list[UnitLine]:
    """Return the units of an edition in file order."""
    of_edition = UnitRecord.edition_id == edition_id
    return [_unit_line(row) for row in session.execute(_units().where(of_edition))]


def get_unit_line(session: Session, unit_id: int) -> UnitLine:
    """Return one unit. Raises NotFound."""
    row = session.execute(_units().where(UnitRecord.id == unit_id)).first()
    if row is None:
        raise NotFound
    return _unit_line(row)


def list_grading(session: Session, edition_id: int) -> list[GradingLevel]:
    """Return the generic grading criteria of an edition, lowest level first."""
    record = GradingLevelRecord
    rows = session.scalars(
        select(record).where(record.edition_id == edition_id).order_by(record.position)
    )
    return [
        GradingLevel(row.code, row.name, tuple(LocalText(**t) for t in row.criteria))
        for row in rows
    ]


def _edition_lines(
    session: Session, query: Select[CatalogueEditionRecord]
) -> list[EditionLine]:
    record = CatalogueEditionRecord
    order = (record.record_number, record.is_official.desc(), record.id.desc())
    lines: list[EditionLine] = []
    for row in session.scalars(query.order_by(*order)):
        is_latest = not lines or lines[-1].record_number != row.record_number
        lines.append(_edition_line(row, is_latest=is_latest))
    return lines


def _edition_line(row: CatalogueEditionRecord, *, is_latest: bool) -> EditionLine:
    return EditionLine(
        id=row.id,
        record_number=row.record_number,
        name=row.name,
        is_official=row.is_official,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        imported_at=row.imported_at,
        units=row.unit_count,
        requirements=row.requirement_count,
        is_latest=is_latest,
        source_id=row.source_id,
        sha256=row.sha256,
        modified=row.modified,
        transition_until=row.transition_until,
        target_areas=row.target_area_count,
        coded=row.coded_count,
        qualification_type=row.qualification_type,
    )


def _units() -> Select[Any]:
    """Return the query of units with how much each holds."""
    holds = (
        select(
            func.count(TargetAreaRecord.id.distinct()).label("areas"),
            func.count(RequirementRecord.id).label("requirements"),
            TargetAreaRecord.unit_id,
        )
        .outerjoin(
            RequirementRecord, RequirementRecord.target_area_id == TargetAreaRecord.id
        )
        .group_by(TargetAreaRecord.unit_id)
        .subquery()
    )
    return (
        select(
            UnitRecord.id,
            UnitRecord.edition_id,
            UnitRecord.reference_id,
            UnitRecord.code,
            UnitRecord.scope,
            UnitRecord.scope_maximum,
            UnitRecord.scope_unit,
            UnitRecord.is_common,
            UnitRecord.structure,
            *_names(UnitRecord),
            func.coalesce(holds.c.areas, 0).label("areas"),
            func.coalesce(holds.c.requirements, 0).label("requirements"),
        )
        .outerjoin(holds, holds.c.unit_id == UnitRecord.id)
        .order_by(UnitRecord.position)
    )


def _unit_line(row: Row[Any]) -> UnitLine:
    return UnitLine(
        id=row.id,
        edition_id=row.edition_id,
        reference_id=row.reference_id,
        code=row.code,
        name=_name(row),
        scope=row.scope,
        scope_maximum=row.scope_maximum,
        scope_unit=row.scope_unit,
        is_common=row.is_common,
        structure=row.structure,
        areas=row.areas,
        requirements=row.requirements,
    )


def _names(record: type[Any]) -> Sequence[Any]:
    return [getattr(record, f"name_{language}") for language in LANGUAGES]


def _name(row: Row[Any]) -> LocalText:
    return LocalText(row.name_fi, row.name_sv, row.name_en)
