"""Certificates for one target area of a unit: which there are, and what each covers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.coverage import Coverage
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import OneAreaOfAUnit, limit_coverage
from issuer.domain.texts import LocalText
from issuer.records import periods
from issuer.records.catalogue_areas import (
    AreaPlace,
    list_area_places,
    list_areas_of_units,
)
from issuer.services.authority import require_role_of
from issuer.services.ledger import coverages_of


@dataclass(frozen=True, slots=True)
class ProposableArea:
    """A target area that a proposal could be limited to, x of y."""

    id: int
    unit_id: int
    name: LocalText
    identified: int
    total: int


def list_proposable_areas(
    session: Session, actor: Actor, *, period_id: int
) -> list[ProposableArea]:
    """Return the target areas with something identified; raises NotAllowed, NotFound.

    Requirements that stand under no heading are no target area.
    """
    require_role_of(actor, Role.COACH)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    coverages = {c.unit_id: c for c in coverages_of(session, period)}
    limited = [
        (place, limit_coverage(coverages[place.unit_id], place.requirement_ids))
        for place in list_areas_of_units(session, coverages)
        if _is_area(place)
    ]
    return [
        ProposableArea(
            place.id,
            place.unit_id,
            coverage.areas[0].name,
            coverage.identified,
            coverage.total,
        )
        for place, coverage in limited
        if coverage.identified
    ]


def choose_areas(
    session: Session, area_ids: Collection[int], *, unit_ids: Collection[int]
) -> dict[int, int]:
    """Return the target area chosen for each unit that is limited to one.

    Raises NotFound for what is no target area of these units, and OneAreaOfAUnit.
    """
    chosen: dict[int, int] = {}
    places = list_area_places(session, area_ids)
    if len(places) != len(set(area_ids)):
        raise NotFound
    for place in places:
        if place.unit_id not in unit_ids or not _is_area(place):
            raise NotFound
        if place.unit_id in chosen:
            raise OneAreaOfAUnit
        chosen[place.unit_id] = place.id
    return chosen


def limit_coverages(
    session: Session, coverages: Collection[Coverage], areas: Mapping[int, int]
) -> list[Coverage]:
    """Return the coverages, those of limited units with their one target area."""
    held = {
        place.unit_id: place.requirement_ids
        for place in list_area_places(session, list(areas.values()))
    }
    return [
        limit_coverage(coverage, held[coverage.unit_id])
        if coverage.unit_id in held
        else coverage
        for coverage in coverages
    ]


def _is_area(place: AreaPlace) -> bool:
    return place.has_heading and bool(place.requirement_ids)
