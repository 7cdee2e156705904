"""Small qualifications of our own, in the shapes ePerusteet has, for tests to bend."""

import json
from typing import Any

REAL_FILES = {
    "OPH-901-2020_puutarha-alan-perustutkinto.json": (30, 63, 449, 449),
    "OPH-5410-2021_ajoneuvoalan-perustutkinto.json": (78, 303, 1888, 23),
    "OPH-456-2022_yhteiset-ja-valinnaiset-osat.json": (9, 23, 101, 101),
    "OPH-2455-2017_puuteollisuuden-perustutkinto.json": (43, 0, 232, 0),
    "62-011-2014_luonto-ja-ymparistoalan-perustutkinto.json": (50, 0, 430, 0),
    "OPH-1488-2021_tuva.json": (7, 0, 44, 0),
    "OPH-2659-2017_telma.json": (3, 0, 57, 0),
}


def as_bytes(qualification: Any) -> bytes:
    return json.dumps(qualification, ensure_ascii=False).encode()


def requirement(fi: str, **more: Any) -> dict[str, Any]:
    code = more.pop("code", None)
    koodi = {"uri": f"ammattitaitovaatimukset_{code}"} if code else None
    return {"koodi": koodi, "vaatimus": {"fi": fi, "sv": fi.upper(), **more}}


def unit(
    id_: int, name: str, *areas: Any, top: Any = (), **more: Any
) -> dict[str, Any]:
    return {
        "id": id_,
        "muokkaaja": "1.2.246.562.24.00000000001",
        "koodiUri": f"tutkinnonosat_{id_}",
        "nimi": {"fi": name, "sv": f"{name} på svenska"},
        "tyyppi": "normaali",
        "osaAlueet": [],
        "ammattitaitovaatimukset2019": {
            "kohde": {"fi": "Opiskelija"},
            "vaatimukset": list(top),
            "kohdealueet": [
                {"kuvaus": {"fi": heading}, "vaatimukset": list(requirements)}
                for heading, requirements in areas
            ],
        },
        **more,
    }


def qualification(*units: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": 77,
        "diaarinumero": "OPH-1-2099",
        "nimi": {"fi": "Koealan perustutkinto", "sv": "Grundexamen inom prov"},
        "koulutustyyppi": "koulutustyyppi_26",
        "voimassaoloAlkaa": 1609452000000,
        "voimassaoloLoppuu": None,
        "siirtymaPaattyy": None,
        "muokattu": 1587470602500,
        "suoritustavat": [
            {
                "suoritustapakoodi": "reformi",
                "tutkinnonOsaViitteet": [
                    {
                        "id": 900 + position,
                        "laajuus": 15.0,
                        "_tutkinnonOsa": str(given.get("id")),
                    }
                    for position, given in enumerate(units)
                ],
            }
        ],
        "tutkinnonOsat": list(units),
        **more,
    }


def gardening() -> dict[str, Any]:
    """Two units of 2019, one of them with requirements above any heading."""
    return qualification(
        unit(
            101,
            "Pihatyöt",
            ("Nurmikot", [requirement("leikkaa nurmikon", code="11")]),
            (
                "Polut",
                [
                    requirement("haravoi polun", _tunniste="aaaa-1"),
                    requirement("hiekoittaa polun"),
                ],
            ),
        ),
        {},
        unit(102, "Lumityöt", top=[requirement("lapioi lunta", code="12")]),
    )


def older(html: str, **texts: str) -> dict[str, Any]:
    """One unit of the older structure with `html` as its Finnish list."""
    return qualification(
        {
            "id": 201,
            "koodiArvo": "100432",
            "nimi": {"fi": "Vanha osa"},
            "tyyppi": "normaali",
            "ammattitaitovaatimukset": {"fi": html, **texts},
        }
    )
