"""The catalogue's tables. An edition is inserted whole and never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from issuer.domain.texts import LocalText
from issuer.records.base import FreeText, Identifier, Instant, Record


class _Named:
    """The name of a row in the languages it was given in."""

    name_fi: Mapped[str | None] = mapped_column(FreeText)
    name_sv: Mapped[str | None] = mapped_column(FreeText)
    name_en: Mapped[str | None] = mapped_column(FreeText)

    @property
    def name(self) -> LocalText:
        """The name as a value."""
        return LocalText(self.name_fi, self.name_sv, self.name_en)


class CatalogueEditionRecord(_Named, Record):
    """One imported version of a qualification; the counts are those of its import."""

    __tablename__ = "catalogue_edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(BigInteger)
    record_number: Mapped[str] = mapped_column(Identifier, index=True)
    qualification_type: Mapped[str | None] = mapped_column(Identifier)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    transition_until: Mapped[date | None]
    modified: Mapped[date | None]
    sha256: Mapped[str] = mapped_column(Identifier, unique=True)
    is_official: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by: Mapped[int | None]
    raw_size: Mapped[int]
    unit_count: Mapped[int]
    target_area_count: Mapped[int]
    requirement_count: Mapped[int]
    coded_count: Mapped[int]


class UnitRecord(_Named, Record):
    """A unit; `position` is its place in the file, `assessment` the older criteria."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("catalogue_edition.id"), index=True
    )
    position: Mapped[int]
    source_id: Mapped[int] = mapped_column(BigInteger)
    reference_id: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str | None] = mapped_column(Identifier, index=True)
    scope: Mapped[str | None] = mapped_column(Identifier)
    scope_maximum: Mapped[str | None] = mapped_column(Identifier)
    scope_unit: Mapped[str] = mapped_column(Identifier)
    is_common: Mapped[bool]
    structure: Mapped[str] = mapped_column(Identifier)
    assessment: Mapped[list[Any]] = mapped_column(JSON)


class SubAreaRecord(_Named, Record):
    """A sub-area of a common unit."""

    __tablename__ = "sub_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int]
    code: Mapped[str | None] = mapped_column(Identifier)
    mandatory_scope: Mapped[str | None] = mapped_column(Identifier)
    optional_scope: Mapped[str | None] = mapped_column(Identifier)


class TargetAreaRecord(_Named, Record):
    """A target area of a unit, or of one of its sub-areas; `position` is per unit."""

    __tablename__ = "target_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    sub_area_id: Mapped[int | None] = mapped_column(
        ForeignKey("sub_area.id"), index=True
    )
    position: Mapped[int]
    is_optional: Mapped[bool]
    has_heading: Mapped[bool]


class RequirementRecord(Record):
    """A requirement, verbatim."""

    __tablename__ = "requirement"
    __table_args__ = (Index(None, "target_area_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_area_id: Mapped[int] = mapped_column(ForeignKey("target_area.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(Identifier, index=True)
    code: Mapped[str | None] = mapped_column(Identifier)
    text_fi: Mapped[str | None] = mapped_column(FreeText)
    text_sv: Mapped[str | None] = mapped_column(FreeText)
    text_en: Mapped[str | None] = mapped_column(FreeText)


class GradingLevelRecord(_Named, Record):
    """A level of the edition's generic grading criteria, lowest first."""

    __tablename__ = "grading_level"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("catalogue_edition.id"), index=True
    )
    position: Mapped[int]
    code: Mapped[str | None] = mapped_column(Identifier)
    criteria: Mapped[list[Any]] = mapped_column(JSON)
