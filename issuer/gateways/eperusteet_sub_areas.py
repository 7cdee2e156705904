"""Sub-areas (osa-alueet) of common units, in the form of 2020 and in the older one."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from issuer.domain.catalogue import SubArea, TargetArea
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_areas import read_areas
from issuer.gateways.eperusteet_json import Place
from issuer.gateways.eperusteet_keys import distinguish
from issuer.gateways.eperusteet_lists import read_listed_areas
from issuer.gateways.eperusteet_texts import read_name


def read_sub_area(place: Place, *, unit_code: str | None, taken: set[str]) -> SubArea:
    """Return the sub-area at `place`; `taken` are the unit's requirement keys so far.

    A scope is given where all outcomes of that kind agree on one; the older form may
    offer the same outcomes in many languages, and their sum would mean nothing.
    Raises CatalogueShapeWrong or CatalogueHoldsIdentityCode.
    """
    code = place.code("koodiUri") or place.field("koodi").code("uri")
    scopes: dict[bool, set[Decimal | None]] = {True: set(), False: set()}
    areas: dict[bool, list[TargetArea]] = {True: [], False: []}
    for outcomes, is_mandatory in _outcomes(place):
        scopes[is_mandatory].add(outcomes.scope("laajuus"))
        areas[is_mandatory] += _read_outcomes(outcomes, unit_code=code or unit_code)
    return SubArea(
        code=code,
        name=read_name(place.field("nimi")),
        mandatory_scope=_only(scopes[True]),
        mandatory=distinguish(areas[True], taken),
        optional_scope=_only(scopes[False]),
        optional=distinguish(areas[False], taken),
    )


def _outcomes(place: Place) -> Iterator[tuple[Place, bool]]:
    """Yield each set of outcomes and whether it is mandatory."""
    for name, is_mandatory in (
        ("pakollisetOsaamistavoitteet", True),
        ("valinnaisetOsaamistavoitteet", False),
    ):
        if not place.field(name).is_missing:
            yield place.field(name), is_mandatory
    for older in place.items("osaamistavoitteet"):
        yield older, older.flag("pakollinen")


def _read_outcomes(outcomes: Place, *, unit_code: str | None) -> list[TargetArea]:
    objectives = outcomes.field("tavoitteet")
    areas = read_areas(objectives, unit_code=unit_code)
    if areas:
        return areas
    name = read_name(outcomes.field("nimi"))
    listed = read_listed_areas(objectives, unit_code=unit_code)
    if name == LocalText():
        return listed
    return [replace(area, name=name, has_heading=True) for area in listed]


def _only(scopes: set[Decimal | None]) -> Decimal | None:
    return next(iter(scopes)) if len(scopes) == 1 else None
