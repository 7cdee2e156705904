"""The structure of 2019: requirements with codes, and plain lists of objectives.

Requirements stand in `kohdealueet`, in a top-level `vaatimukset`, or in both.
"""

from collections.abc import Iterable

from issuer.domain.catalogue import Requirement, TargetArea
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_json import Place
from issuer.gateways.eperusteet_keys import key_of
from issuer.gateways.eperusteet_texts import read_name, read_text


def read_areas(place: Place, *, unit_code: str | None) -> list[TargetArea]:
    """Return the target areas of a 2019 object at `place`, top-level ones first.

    Raises CatalogueShapeWrong or CatalogueHoldsIdentityCode, as all readers here do.
    """
    top = _read_requirements(place.items("vaatimukset"), unit_code=unit_code)
    areas = [TargetArea(LocalText(), top, has_heading=False)] if top else []
    for area in place.items("kohdealueet"):
        found = _read_requirements(area.items("vaatimukset"), unit_code=unit_code)
        areas.append(TargetArea(read_name(area.field("kuvaus")), found))
    return areas


def read_objectives(
    places: Iterable[Place], *, unit_code: str | None
) -> tuple[Requirement, ...]:
    """Return the requirements of a plain list of texts (`tavoitteet`)."""
    read = []
    for place in places:
        text = read_text(place)
        if text != LocalText():
            key = key_of(None, place, text, unit_code=unit_code)
            read.append(Requirement(key=key, code=None, text=text))
    return tuple(read)


def _read_requirements(
    places: list[Place], *, unit_code: str | None
) -> tuple[Requirement, ...]:
    read = []
    for place in places:
        given = place.field("vaatimus")
        text = read_text(given)
        if text == LocalText():
            continue
        code = place.field("koodi").code("uri")
        key = key_of(code, given, text, unit_code=unit_code)
        read.append(Requirement(key=key, code=code, text=text))
    return tuple(read)
