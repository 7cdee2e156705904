"""Qualification units, and the education components of TUVA and TELMA, as units."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from issuer.domain.catalogue import ScopeUnit, Structure, TargetArea, Unit
from issuer.domain.catalogue_refusals import NotAQualification
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_areas import read_areas, read_objectives
from issuer.gateways.eperusteet_json import Place
from issuer.gateways.eperusteet_keys import distinguish
from issuer.gateways.eperusteet_lists import read_assessment, read_listed_areas
from issuer.gateways.eperusteet_sub_areas import read_sub_area
from issuer.gateways.eperusteet_texts import read_name

COMMON_UNIT_TYPES = frozenset({"tutke2", "reformi_tutke2"})
_WAYS = ("reformi", "ops", "naytto")


@dataclass(frozen=True, slots=True)
class Reference:
    """A unit's place in the qualification (tutkinnonOsaViite): how much it is there."""

    id: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None


def read_references(qualification: Place) -> dict[str, Reference]:
    """Return each unit's reference by the unit's id: the scope is there, not on it.

    Of several ways to complete a qualification (suoritustavat) the present one counts
    first, and one that gives no scope only if none does. Raises CatalogueShapeWrong.
    """
    ways = qualification.items("suoritustavat")
    ranks = {name: rank for rank, name in enumerate(_WAYS)}
    ways.sort(key=lambda way: ranks.get(way.string("suoritustapakoodi") or "", 9))
    references: dict[str, Reference] = {}
    for way in ways:
        for place in way.items("tutkinnonOsaViitteet"):
            unit_id = place.string("_tutkinnonOsa") or ""
            known = references.get(unit_id)
            if known is None or known.least is None:
                references[unit_id] = Reference(
                    known.id if known else place.integer("id"),
                    place.scope("laajuus"),
                    place.scope("laajuusMaksimi"),
                )
    return references


def read_unit(place: Place, *, references: Mapping[str, Reference]) -> Unit | None:
    """Return the unit at `place`, or None for the empty `{}` that ePerusteet has.

    Raises NotAQualification for a unit without a name, CatalogueShapeWrong or
    CatalogueHoldsIdentityCode.
    """
    source_id = place.integer("id")
    if source_id is None:
        return None
    own = place.scope("laajuus"), place.scope("laajuusMaksimi")
    reference = references.get(str(source_id), Reference())
    least, most = (reference.least, reference.most)
    if least is None:
        least, most = own
    code = _unit_code(place)
    structure, areas = _read_requirements(place, unit_code=code)
    taken: set[str] = set()
    return Unit(
        source_id=source_id,
        code=code,
        name=_required_name(place),
        scope=least,
        scope_maximum=most,
        scope_unit=ScopeUnit.COMPETENCE_POINT,
        is_common=place.string("tyyppi") in COMMON_UNIT_TYPES,
        structure=structure,
        target_areas=distinguish(areas, taken),
        sub_areas=tuple(
            read_sub_area(sub_area, unit_code=code, taken=taken)
            for sub_area in place.items("osaAlueet")
            if sub_area.value != {}
        ),
        assessment=read_assessment(place.field("arviointi")),
        reference_id=reference.id,
    )


def read_education_component(place: Place) -> Unit | None:
    """Return the TUVA component (koulutuksen osa) at `place`; its scope is in weeks.

    Raises as `read_unit`.
    """
    source_id = place.integer("id")
    if source_id is None:
        return None
    code = place.field("nimiKoodi").code("uri")
    found = read_objectives(place.items("tavoitteet"), unit_code=code)
    areas = [TargetArea(LocalText(), found, has_heading=False)] if found else []
    return Unit(
        source_id=source_id,
        code=code,
        name=_required_name(place),
        scope=place.scope("laajuusMinimi"),
        scope_maximum=place.scope("laajuusMaksimi"),
        scope_unit=ScopeUnit.WEEK,
        is_common=False,
        structure=Structure.EDUCATION_COMPONENT,
        target_areas=distinguish(areas, set()),
        sub_areas=(),
    )


def _read_requirements(
    place: Place, *, unit_code: str | None
) -> tuple[Structure, list[TargetArea]]:
    """Return how the unit's requirements are written down, and them."""
    areas = read_areas(place.field("ammattitaitovaatimukset2019"), unit_code=unit_code)
    if areas:
        return Structure.REQUIREMENTS_2019, areas
    component = place.field("valmaTelmaSisalto")
    for group in component.items("osaamistavoite"):
        found = read_objectives(group.items("tavoitteet"), unit_code=unit_code)
        if found:
            name = read_name(group.field("nimi"))
            areas.append(TargetArea(name, found, has_heading=name != LocalText()))
    if areas:
        return Structure.EDUCATION_COMPONENT, areas
    areas = read_listed_areas(
        place.field("ammattitaitovaatimukset"), unit_code=unit_code
    )
    return (Structure.LIST if areas else Structure.NONE), areas


def _unit_code(place: Place) -> str | None:
    """Return the code's URI; the oldest answers may give the bare number only."""
    uri = place.code("koodiUri") or place.field("koodi").code("uri")
    number = place.code("koodiArvo")
    return uri or (f"tutkinnonosat_{number}" if number else None)


def _required_name(place: Place) -> LocalText:
    name = read_name(place.field("nimi"))
    if name == LocalText():
        raise NotAQualification(file=place.file, place=f"{place.path}.nimi")
    return name
