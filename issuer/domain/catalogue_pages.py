"""Addresses of the public ePerusteet pages that certificates point to.

The forms are those of the ePerusteet web application's routes: a qualification's page
is `/ammatillinen/<id>/tiedot`, a unit's `/ammatillinen/<id>/tutkinnonosat/<viite id>`.
A requirement is shown on its unit's page.
"""

_SITE = "https://eperusteet.opintopolku.fi/#"


def qualification_page(source_id: int, *, language: str) -> str:
    """Return the address of a qualification's public page."""
    return f"{_SITE}/{language}/ammatillinen/{source_id}/tiedot"


def unit_page(source_id: int, reference_id: int | None, *, language: str) -> str:
    """Return the address of a unit's public page.

    `reference_id` is the id of the unit's tutkinnonOsaViite; without one (education
    components have none) the qualification's own page is the nearest.
    """
    if reference_id is None:
        return qualification_page(source_id, language=language)
    return f"{_SITE}/{language}/ammatillinen/{source_id}/tutkinnonosat/{reference_id}"
