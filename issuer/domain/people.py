"""Roles, and what each may do (domain.md §1.3)."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does in their organisation; one person may have several."""

    PARTICIPANT = "participant"
    INSTRUCTOR = "instructor"
    COACH = "coach"
    CHECKER = "checker"
    SIGNATORY = "signatory"
    ADMINISTRATOR = "administrator"


OFFICE_ROLES = frozenset({Role.COACH, Role.CHECKER, Role.SIGNATORY, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person on whose behalf a use case runs.

    Every query is scoped by `organisation_id`; every rule reads `roles`.
    """

    person_id: int
    organisation_id: int
    name: str
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Tell whether the person has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """Tell whether the person works in the office."""
        return not self.roles.isdisjoint(OFFICE_ROLES)
