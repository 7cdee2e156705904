"""Example statements: invented people of the invented Hiisijärven kunta."""

from dataclasses import replace
from typing import Any

from issuer.domain.certificates import (
    CertificateStatement,
    IssuerIdentity,
    StatedArea,
    StatedEnvironment,
    StatedQualification,
    StatedRequirement,
    StatedUnit,
)
from issuer.domain.identifiers import Serial

PUBLIC_URL = "https://todistus.hiisijarvi.example"
DID = "did:web:todistus.hiisijarvi.example"
SERIAL = str(Serial.from_bits(0x0123456789ABCDEF0123))

_REQUIREMENTS_PER_AREA = (4, 3)
_NOT_SEEN = {2, 5}

_TEXTS = {
    "fi": {
        "qualification": "Keksityn metsäpihan perustutkinto",
        "unit": "Metsäpihan hoito {}",
        "areas": ("Työn suunnittelu", "Työn tekeminen"),
        "requirement": "suunnittelee työvaiheen {} ja valitsee siihen välineet",
        "tasks": ("Lumityöt ja hiekoitus", "Istutusten hoito"),
        "instructor": "Ilkka Ohjaaja, työnjohtaja",
        "signatory_title": "työllisyyskoordinaattori",
        "department": "Työllisyyspalvelut",
        "summary": "Paula hoiti piha-alueita ja valitsi työhön sopivat välineet.",
    },
    "sv": {
        "qualification": "Grundexamen i påhittad skogsgård",
        "unit": "Skötsel av skogsgård {}",
        "areas": ("Planering av arbetet", "Utförande av arbetet"),
        "requirement": "planerar arbetsskede {} och väljer redskap för det",
        "tasks": ("Snöröjning och sandning", "Skötsel av planteringar"),
        "instructor": "Ilkka Ohjaaja, arbetsledare",
        "signatory_title": "sysselsättningskoordinator",
        "department": "Sysselsättningstjänster",
        "summary": "Paula skötte gårdsområden och valde redskap som passade arbetet.",
    },
    "en": {
        "qualification": "Keksityn metsäpihan perustutkinto",
        "unit": "Metsäpihan hoito {}",
        "areas": ("Työn suunnittelu", "Työn tekeminen"),
        "requirement": "suunnittelee työvaiheen {} ja valitsee siihen välineet",
        "tasks": ("Snow work and sanding", "Care of plantings"),
        "instructor": "Ilkka Ohjaaja, foreman",
        "signatory_title": "employment coordinator",
        "department": "Employment services",
        "summary": "Paula kept the yards and chose the tools that suited the work.",
    },
}


def example_requirement(
    number: int, *, language: str = "fi", identified: bool = True
) -> StatedRequirement:
    """Return requirement `number`; every third has no code, as in the real data."""
    texts: Any = _TEXTS[language]
    code = None if number % 3 == 2 else f"ammattitaitovaatimukset_{90000 + number}"
    task = texts["tasks"][number % len(texts["tasks"])]
    return StatedRequirement(
        key=code or f"tunniste-{number}",
        code=code,
        text=texts["requirement"].format(number),
        text_language="fi" if language == "en" else language,
        target_url=f"https://eperusteet.example/vaatimus/{number}",
        identified=identified,
        observed_on=f"2026-10-{1 + number % 28:02d}" if identified else None,
        task=task if identified else None,
        site="Hiisijärven metsäpiha" if identified else None,
        instructor=texts["instructor"] if identified else None,
        assurance=("S1", "S3", "none")[number % 3] if identified else None,
    )


def example_unit(number: int, *, language: str = "fi") -> StatedUnit:
    """Return unit `number`: seven requirements, five of them identified."""
    texts: Any = _TEXTS[language]
    areas = []
    index = 0
    for name, count in zip(texts["areas"], _REQUIREMENTS_PER_AREA, strict=True):
        requirements = []
        for _ in range(count):
            requirements.append(
                example_requirement(
                    number * 10 + index,
                    language=language,
                    identified=index not in _NOT_SEEN,
                )
            )
            index += 1
        areas.append(StatedArea(name, tuple(requirements)))
    return StatedUnit(
        code=f"tutkinnonosat_{900000 + number}",
        name=texts["unit"].format(number),
        name_language="fi" if language == "en" else language,
        scope="30",
        scope_unit="osp",
        target_url=f"https://eperusteet.example/tutkinnonosa/{number}",
        identified=index - len(_NOT_SEEN),
        total=index,
        areas=tuple(areas),
    )


def of_one_area(unit: StatedUnit, place: int = 0) -> StatedUnit:
    """Return the unit limited to its target area `place`, counted anew."""
    area = unit.areas[place]
    return replace(
        unit,
        areas=(area,),
        identified=sum(r.identified for r in area.requirements),
        total=len(area.requirements),
        scope_of_certificate="area",
    )


def with_rows(statement: CertificateStatement, **changes: Any) -> CertificateStatement:
    """Return the statement with its identified requirements changed.

    A list or tuple gives its values in turn, any other value stands on each row.
    """
    units, number = [], 0
    for unit in statement.units:
        areas = []
        for area in unit.areas:
            rows = []
            for row in area.requirements:
                new = {
                    name: value[number % len(value)]
                    if isinstance(value, list | tuple)
                    else value
                    for name, value in changes.items()
                }
                rows.append(replace(row, **new) if row.identified else row)
                number += row.identified
            areas.append(replace(area, requirements=tuple(rows)))
        units.append(replace(unit, areas=tuple(areas)))
    return replace(statement, units=tuple(units))


def with_levels(statement: CertificateStatement) -> CertificateStatement:
    """Return the statement as a policy that shows levels makes it."""
    shown = with_rows(statement, mark=["independently", "with_guidance"])
    return replace(shown, shows_levels=True)


def without_sites(statement: CertificateStatement) -> CertificateStatement:
    """Return the statement as it is where the site is hidden."""
    return replace(with_rows(statement, site=None), hides_site=True, environments=())


def example_statement(
    units: int = 1, language: str = "fi", **changes: Any
) -> CertificateStatement:
    """Return a statement of `units` units; `changes` override any of its fields."""
    texts: Any = _TEXTS[language]
    serial = changes.pop("serial", SERIAL)
    statement = CertificateStatement(
        serial=serial,
        id=f"{PUBLIC_URL}/v/{serial}",
        language=language,
        issued_at="2026-11-24T09:30:00Z",
        issuer=IssuerIdentity(
            did=DID,
            name="Hiisijärven kunta",
            business_id="1234567-1",
            department=texts["department"],
            town="Hiisijärvi",
            url="https://hiisijarvi.example/",
        ),
        holder_name="Paula Osallistuja",
        holder_birth_date=None,
        qualification=StatedQualification(
            name=texts["qualification"],
            record_number="OPH-9999-2024",
            edition_date="2024-08-01",
            edition_sha256="ab" * 32,
            is_official=True,
            url="https://eperusteet.example/tutkinto/9999",
            qualification_type="koulutustyyppi_1",
        ),
        period_from="2026-08-17",
        period_to="2026-11-20",
        hours=320,
        tasks=texts["tasks"],
        environments=(
            StatedEnvironment(
                site="Hiisijärven metsäpiha",
                report_url=f"{PUBLIC_URL}/environments/metsapiha/3",
                report_version=3,
                published_on="2026-06-01",
                checker="Hiisijärven ammattiopisto",
            ),
        ),
        units=tuple(example_unit(n, language=language) for n in range(1, units + 1)),
        summary=texts["summary"],
        coach="Carita Valmentaja",
        signatory="Sirpa Allekirjoittaja",
        signatory_title=texts["signatory_title"],
        accepted_on="2026-11-23",
        builds_on=(),
        status_list_url=f"{PUBLIC_URL}/org/hiisi/status/1",
        status_index=94567,
    )
    return replace(statement, **changes)
