"""A qualification as `GET /api/external/peruste/{id}` answers it, read into values.

Everything is read and checked before anything is returned; the editing official's id
(`muokkaaja`) is never looked at.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

from issuer.domain.catalogue import CatalogueEdition, GradingLevel, Unit
from issuer.domain.catalogue_refusals import (
    CatalogueShapeWrong,
    NotAQualification,
    NothingToCertify,
)
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_grading import read_levels
from issuer.gateways.eperusteet_json import Place, parse_json
from issuer.gateways.eperusteet_texts import read_name
from issuer.gateways.eperusteet_units import (
    read_education_component,
    read_references,
    read_unit,
)

_LATEST_INSTANT = 253_370_764_800_000  # 1.1.9999, in milliseconds


def read_qualification(raw: bytes, *, name: str) -> CatalogueEdition:
    """Return the edition in `raw`, a file or answer that people call `name`.

    Raises a CatalogueRefused that names the place: not JSON, not a qualification, a
    value of the wrong kind, or nothing to certify.
    """
    root = parse_json(raw, name=name)
    if not isinstance(root.value, dict):
        root.refuse("an object, the qualification")
    source_id = root.integer("id")
    record_number = root.code("diaarinumero")
    title = read_name(root.field("nimi"))
    for place, is_there in (
        ("id", source_id is not None),
        ("nimi", title != LocalText()),
        ("diaarinumero", record_number is not None),
    ):
        if not is_there:
            raise NotAQualification(file=name, place=place)
    units = _read_units(root)
    if not any(area.requirements for unit in units for area in unit.all_areas):
        raise NothingToCertify(file=name, place="tutkinnonOsat or koulutuksenOsat")
    return CatalogueEdition(
        source_id=source_id or 0,
        record_number=record_number or "",
        name=title,
        qualification_type=root.code("koulutustyyppi"),
        valid_from=_date(root, "voimassaoloAlkaa"),
        valid_until=_date(root, "voimassaoloLoppuu"),
        transition_until=_date(root, "siirtymaPaattyy"),
        modified=_date(root, "muokattu"),
        sha256=hashlib.sha256(raw).hexdigest(),
        is_official=not root.flag("epavirallinen"),
        units=units,
        grading=_read_grading(root),
    )


def _read_units(root: Place) -> tuple[Unit, ...]:
    if "tutkinnonOsat" not in root.value and "koulutuksenOsat" not in root.value:
        raise NotAQualification(
            file=root.file, place="tutkinnonOsat (or koulutuksenOsat)"
        )
    references = read_references(root)
    read = [read_unit(p, references=references) for p in root.items("tutkinnonOsat")]
    read += [read_education_component(p) for p in root.items("koulutuksenOsat")]
    return tuple(unit for unit in read if unit is not None)


def _read_grading(root: Place) -> tuple[GradingLevel, ...]:
    """Return the generic criteria of the first unit that has them: all share one."""
    for unit in root.items("tutkinnonOsat"):
        scale = unit.field("geneerinenArviointiasteikko")
        if levels := read_levels(scale.items("osaamistasonKriteerit")):
            return levels
    return ()


def _date(root: Place, name: str) -> date | None:
    """Return the day in Finland of an instant in milliseconds since 1970."""
    milliseconds = root.integer(name)
    if milliseconds is None:
        return None
    if milliseconds > _LATEST_INSTANT:
        raise CatalogueShapeWrong(
            file=root.file,
            place=name,
            expected="milliseconds since 1970",
            found=f"the number {milliseconds}",
        )
    instant = datetime.fromtimestamp(milliseconds // 1000, tz=UTC)
    is_summer = _clocks_turn(instant, 3) <= instant < _clocks_turn(instant, 10)
    return (instant.replace(tzinfo=None) + timedelta(hours=2 + is_summer)).date()


def _clocks_turn(instant: datetime, month: int) -> datetime:
    """Return 01:00 UTC on the last Sunday of `month` (Directive 2000/84/EC)."""
    last = datetime(instant.year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
