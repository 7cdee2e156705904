"""The key that tells a requirement apart: its code, else its text's id, else a hash."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from issuer.domain.catalogue import Requirement, TargetArea
from issuer.domain.texts import LocalText
from issuer.gateways.eperusteet_json import Place


def key_of(
    code: str | None, place: Place, text: LocalText, *, unit_code: str | None
) -> str:
    """Return the code's URI, else `_tunniste` of the text at `place`, else a hash."""
    return code or place.code("_tunniste") or key_of_text(text, unit_code=unit_code)


def key_of_text(text: LocalText, *, unit_code: str | None) -> str:
    """Return a SHA-256 over the unit's code and the text, Finnish if there is one."""
    words = f"{unit_code or ''}\n{text.in_language('fi')}"
    return "sha256:" + hashlib.sha256(words.encode()).hexdigest()


def distinguish(areas: Iterable[TargetArea], taken: set[str]) -> tuple[TargetArea, ...]:
    """Return `areas` with a number added to a key that the unit has `taken` already."""
    return tuple(
        replace(
            area, requirements=tuple(_distinct(r, taken) for r in area.requirements)
        )
        for area in areas
    )


def _distinct(requirement: Requirement, taken: set[str]) -> Requirement:
    key, number = requirement.key, 1
    while key in taken:
        number += 1
        key = f"{requirement.key}#{number}"
    taken.add(key)
    return requirement if number == 1 else replace(requirement, key=key)
