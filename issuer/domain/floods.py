"""Floods: many identical marks by one instructor for one person in a few minutes.

A flood is no proof of anything: one task can show many skills. The coach is told of it
and talks it through; nothing is stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.domain.signoffs import Mark, SignOff

FLOOD_MARKS: Final = 10
FLOOD_WITHIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Flood:
    """Who gave which mark how often, from when to when, and in which sign-offs."""

    instructor_name: str
    mark: Mark
    first: datetime
    last: datetime
    ids: frozenset[int]

    @property
    def count(self) -> int:
        """How many identical marks it is."""
        return len(self.ids)

    @property
    def minutes(self) -> int:
        """How many minutes it took, begun ones counted whole, at least one."""
        return max(1, -(-int((self.last - self.first).total_seconds()) // 60))


def list_floods(sign_offs: Iterable[SignOff]) -> list[Flood]:
    """Return the floods among one person's sign-offs, the newest first.

    Ten identical marks within ten minutes, by the time of signing, are one; marks that
    go on as densely belong to it. What was withdrawn counts no more.
    """
    by_giver: dict[tuple[int, Mark], list[SignOff]] = {}
    for each in sorted(sign_offs, key=lambda s: (s.signed_at, s.sequence)):
        if not each.is_withdrawn:
            by_giver.setdefault((each.instructor_id, each.mark), []).append(each)
    found = [flood for given in by_giver.values() for flood in _floods_of(given)]
    return sorted(found, key=lambda flood: flood.first, reverse=True)


def _floods_of(given: list[SignOff]) -> list[Flood]:
    """Return the floods among one instructor's identical marks, in time order."""
    runs: list[list[int]] = []
    for end in range(FLOOD_MARKS - 1, len(given)):
        start = end - FLOOD_MARKS + 1
        if given[end].signed_at - given[start].signed_at > FLOOD_WITHIN:
            continue
        if runs and start <= runs[-1][1]:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    return [_flood(given[start : end + 1]) for start, end in runs]


def _flood(members: list[SignOff]) -> Flood:
    return Flood(
        members[0].instructor_name,
        members[0].mark,
        members[0].signed_at,
        members[-1].signed_at,
        frozenset(each.id for each in members),
    )
