"""An invented qualification of two units, built from domain values."""

import json
from datetime import date
from hashlib import sha256

from issuer.domain.catalogue import (
    CatalogueEdition,
    Requirement,
    ScopeUnit,
    Structure,
    TargetArea,
    Unit,
)
from issuer.domain.texts import LocalText


def build_edition(
    *, record_number: str = "OPH-9999-2024", is_official: bool = True
) -> CatalogueEdition:
    """Return an invented qualification of two units; one requirement has no code."""
    return CatalogueEdition(
        source_id=9999,
        record_number=record_number,
        name=LocalText(
            "Metsäpiha-alan perustutkinto", "Grundexamen i skogsgårdsbranschen"
        ),
        qualification_type="koulutustyyppi_1",
        valid_from=date(2024, 8, 1),
        valid_until=None,
        transition_until=None,
        modified=date(2024, 6, 12),
        sha256=sha256(json.dumps([record_number, is_official]).encode()).hexdigest(),
        is_official=is_official,
        units=(_unit(1, "Metsäpihan hoito"), _unit(2, "Taimien kasvatus")),
        grading=(),
    )


def _unit(number: int, name: str) -> Unit:
    texts = (
        "suunnittelee työvaiheensa ja valitsee siihen välineet",
        "tarkistaa koneiden kunnon ennen töiden aloittamista",
        "poistaa lumen ja hiekoittaa kulkuväylät ohjeen mukaan",
        "kitkee ja kastelee istutukset hoitotarpeen mukaan",
        "laatii alueelle hoitosuunnitelman",
    )
    requirements = tuple(
        _requirement(number, place, f"{text} ({name.lower()})")
        for place, text in enumerate(texts)
    )
    return Unit(
        source_id=900 + number,
        code=f"tutkinnonosat_90000{number}",
        name=LocalText(name, f"{name} (på svenska)"),
        scope=None,
        scope_maximum=None,
        scope_unit=ScopeUnit.COMPETENCE_POINT,
        is_common=False,
        structure=Structure.REQUIREMENTS_2019,
        target_areas=(
            TargetArea(LocalText("Työn suunnittelu"), requirements[:2]),
            TargetArea(LocalText("Työn tekeminen"), requirements[2:]),
        ),
        sub_areas=(),
    )


def _requirement(unit: int, place: int, text: str) -> Requirement:
    code = None if place == 1 else f"ammattitaitovaatimukset_{unit}{place:03d}"
    return Requirement(
        key=f"koodi-{unit}-{place}", code=code, text=LocalText(text, f"{text} (sv)")
    )
