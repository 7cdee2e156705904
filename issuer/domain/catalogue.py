"""A qualification's requirements as Opetushallitus published them, frozen.

The words are ePerusteet's own (domain.md §2): a unit is a *tutkinnon osa*, a target
area a *kohdealue*, a requirement an *ammattitaitovaatimus*. Texts are verbatim but for
HTML, which is dropped.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from issuer.domain.texts import LocalText


class Structure(StrEnum):
    """How a unit's requirements were written down."""

    REQUIREMENTS_2019 = "requirements_2019"
    LIST = "list"  # the older HTML list of ammattitaitovaatimukset
    EDUCATION_COMPONENT = "education_component"  # TUVA, TELMA
    NONE = "none"


class ScopeUnit(StrEnum):
    """What `Unit.scope` counts."""

    COMPETENCE_POINT = "osp"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One vocational skills requirement; `key` tells it apart within its edition.

    `key` is the code's URI, else the text's `_tunniste`, else a SHA-256 over the
    unit's code and the Finnish text. `code` is e.g. `ammattitaitovaatimukset_5018`.
    """

    key: str
    code: str | None
    text: LocalText


@dataclass(frozen=True, slots=True)
class TargetArea:
    """A heading and the requirements beneath it, in file order.

    `has_heading` is False for requirements that stand under no target area of their
    own; they are requirements like any other, but no target area is counted for them.
    """

    name: LocalText
    requirements: tuple[Requirement, ...]
    has_heading: bool = True


@dataclass(frozen=True, slots=True)
class SubArea:
    """A sub-area (osa-alue) of a common unit with its learning outcomes."""

    code: str | None
    name: LocalText
    mandatory_scope: Decimal | None
    mandatory: tuple[TargetArea, ...]
    optional_scope: Decimal | None
    optional: tuple[TargetArea, ...]


@dataclass(frozen=True, slots=True)
class GradingLevel:
    """One level of the grading criteria, shown, never used, by us."""

    code: str | None
    name: LocalText
    criteria: tuple[LocalText, ...]


@dataclass(frozen=True, slots=True)
class AssessedTopic:
    """What the older structure (arviointi) assesses in a unit, level by level."""

    name: LocalText
    levels: tuple[GradingLevel, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A qualification unit; `source_id` is its id in ePerusteet.

    `code` is e.g. `tutkinnonosat_106876`; several units may share one. `scope` is in
    `scope_unit`. `is_common` marks the YTO, whose outcomes are in `sub_areas`.
    `reference_id` is the id of its tutkinnonOsaViite, which addresses its page.
    """

    source_id: int
    code: str | None
    name: LocalText
    scope: Decimal | None
    scope_maximum: Decimal | None
    scope_unit: ScopeUnit
    is_common: bool
    structure: Structure
    target_areas: tuple[TargetArea, ...]
    sub_areas: tuple[SubArea, ...]
    assessment: tuple[AssessedTopic, ...] = ()
    reference_id: int | None = None

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements of the unit's own target areas, in file order."""
        return tuple(r for area in self.target_areas for r in area.requirements)

    @property
    def all_areas(self) -> tuple[TargetArea, ...]:
        """Every target area of the unit, those of its sub-areas included."""
        beneath = (a for s in self.sub_areas for a in (*s.mandatory, *s.optional))
        return (*self.target_areas, *beneath)


@dataclass(frozen=True, slots=True)
class CatalogueEdition:
    """One published version of a qualification's requirements, cited by certificates.

    `sha256` is over the raw bytes it was read from; `is_official` is False for the
    starter catalogue, whose requirement texts are our own summaries.
    """

    source_id: int
    record_number: str
    name: LocalText
    qualification_type: str | None
    valid_from: date | None
    valid_until: date | None
    transition_until: date | None
    modified: date | None
    sha256: str
    is_official: bool
    units: tuple[Unit, ...]
    grading: tuple[GradingLevel, ...]

    def counts(self) -> dict[str, str | int]:
        """Return the import's one-line account of what was stored.

        A file is counted in one structure: that of 2019 where any unit has it, else
        the older one. Outcomes of common units' sub-areas are stored, not counted.
        """
        new = [u for u in self.units if u.structure is Structure.REQUIREMENTS_2019]
        own = [r for unit in new or self.units for r in unit.requirements]
        return {
            "record_number": self.record_number,
            "units": len(self.units),
            "target_areas": sum(a.has_heading for u in new for a in u.target_areas),
            "requirements": len(own),
            "coded": sum(1 for requirement in own if requirement.code),
        }
