"""Coverage: how much of a unit was identified, and what was not seen this period.

What was not identified says nothing of what the person cannot do. Coverage is a count
of requirements, x of y; it is never turned into competence points or a grade.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.domain.signoffs import Standing
from issuer.domain.texts import LocalText


@dataclass(frozen=True, slots=True)
class CoveredRequirement:
    """A requirement of the unit with what stands for it, if anything."""

    requirement_id: int
    key: str
    code: str | None
    text: LocalText
    standing: Standing | None

    @property
    def is_identified(self) -> bool:
        """Tell whether this requirement was identified."""
        return self.standing is not None and self.standing.identifies

    @property
    def is_disputed(self) -> bool:
        """Tell whether instructors differ about this requirement."""
        return self.standing is not None and self.standing.is_disputed


@dataclass(frozen=True, slots=True)
class CoveredArea:
    """A target area of the unit with its requirements."""

    name: LocalText
    requirements: tuple[CoveredRequirement, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """One unit, x of y requirements identified."""

    unit_id: int
    code: str | None
    name: LocalText
    scope: str | None
    areas: tuple[CoveredArea, ...]

    @property
    def requirements(self) -> tuple[CoveredRequirement, ...]:
        """All requirements of the unit in file order."""
        return tuple(r for area in self.areas for r in area.requirements)

    @property
    def identified(self) -> int:
        """How many requirements were identified (x)."""
        return sum(1 for r in self.requirements if r.is_identified)

    @property
    def total(self) -> int:
        """How many requirements the unit has (y)."""
        return len(self.requirements)

    @property
    def has_dispute(self) -> bool:
        """Tell whether a coach must first record which mark stands."""
        return any(r.is_disputed for r in self.requirements)


@dataclass(frozen=True, slots=True)
class UnitOutline:
    """A unit as rows give it: areas of (requirement id, key, code, text)."""

    unit_id: int
    code: str | None
    name: LocalText
    scope: str | None
    areas: tuple[
        tuple[LocalText, tuple[tuple[int, str, str | None, LocalText], ...]], ...
    ]


def coverage_of(unit: UnitOutline, standings: Mapping[int, Standing]) -> Coverage:
    """Lay what stands over the unit's requirements."""
    areas = tuple(
        CoveredArea(
            name,
            tuple(
                CoveredRequirement(id_, key, code, text, standings.get(id_))
                for id_, key, code, text in requirements
            ),
        )
        for name, requirements in unit.areas
    )
    return Coverage(unit.unit_id, unit.code, unit.name, unit.scope, areas)
