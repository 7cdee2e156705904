"""Grading criteria, in the order of their levels, as ePerusteet names the levels."""

from issuer.domain.catalogue import GradingLevel
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_json import Place
from issuer.gateways.eperusteet_texts import read_name, read_text

_SCALE_15 = "arviointiasteikkoammatillinen15_"
_SCALE_T1K3 = "arviointiasteikkoammatillinent1k3_"

# The older answers give only the id of a level: 1 is "pass", 2 to 4 the scale of
# three, 5 to 9 the scale of five. Names are those of Koodisto and ePerusteet.
_LEVELS = {
    "1": (_SCALE_T1K3 + "hyvaksytty", ("Hyväksytty", "Godkänd", "Pass")),
    "2": (_SCALE_T1K3 + "1", ("tyydyttävä", "nöjaktig", "satisfactory")),
    "3": (_SCALE_T1K3 + "2", ("hyvä", "god", "good")),
    "4": (_SCALE_T1K3 + "3", ("kiitettävä", "berömlig", "excellent")),
    "5": (_SCALE_15 + "1", ("Tyydyttävä 1", "Nöjaktiga 1", "Satisfactory 1")),
    "6": (_SCALE_15 + "2", ("Tyydyttävä 2", "Nöjaktiga 2", "Satisfactory 2")),
    "7": (_SCALE_15 + "3", ("Hyvä 3", "Goda 3", "Good 3")),
    "8": (_SCALE_15 + "4", ("Hyvä 4", "Goda 4", "Good 4")),
    "9": (_SCALE_15 + "5", ("Kiitettävä 5", "Berömliga 5", "Excellent 5")),
}


def read_levels(places: list[Place]) -> tuple[GradingLevel, ...]:
    """Return the levels of `osaamistasonKriteerit`, lowest first.

    Raises CatalogueShapeWrong or CatalogueHoldsIdentityCode.
    """
    levels = [_read_level(place) for place in places]
    return tuple(sorted(levels, key=lambda level: level.code or ""))


def _read_level(place: Place) -> GradingLevel:
    level = place.field("osaamistaso")
    number = place.code("_osaamistaso")
    if number is None and not level.is_missing:
        number = str(level.integer("id"))
    code, (fi, sv, en) = _LEVELS.get(number or "", (None, (None, None, None)))
    named = read_name(level.field("otsikko"))
    criteria = (read_text(text) for text in place.items("kriteerit"))
    return GradingLevel(
        code=level.field("koodi").code("uri") or code,
        name=named if named != LocalText() else LocalText(fi, sv, en),
        criteria=tuple(text for text in criteria if text != LocalText()),
    )
