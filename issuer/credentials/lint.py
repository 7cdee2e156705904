"""The lint before sealing: form, texts, references, and what may be claimed.

A draft that fails here is never sealed. The claims lint runs over every text, ours and
people's; verbatim catalogue texts and the required clause are exempt (domain.md §1.7).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.credentials.shape_rules import Flaw
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from issuer.domain.forbidden_claims import CLAUSE, find_forbidden_claim
from issuer.domain.personal_identity_code import holds_personal_identity_code

_MACHINE_MEMBERS = frozenset(
    {
        "@context",
        "achievedLevel",
        "id",
        "resultDescription",
        "statusListCredential",
        "statusListIndex",
        "targetUrl",
        "type",
        "url",
        "value",
    }
)


def lint(document: Mapping[str, Any], *, statement: CertificateStatement) -> None:
    """Raise DraftUnfit, naming the JSON path, unless `document` may be sealed."""
    if flaw := find_flaw(document, UNSEALED):
        raise DraftUnfit(place=flaw.place, reason=flaw.reason)
    exempt = [unicodedata.normalize("NFC", t) for t in statement.verbatim_texts()]
    for text, place in _first_places(document).items():
        if reason := _unfit(text, exempt=exempt):
            raise DraftUnfit(place=place, reason=reason)
    if flaw := _find_unsortable(document) or _find_broken_promise(statement):
        raise DraftUnfit(place=flaw.place, reason=flaw.reason)
    if CLAUSE[statement.language] not in document["description"]:
        raise DraftUnfit(place="$.description", reason="the required clause is missing")
    if document["id"] != statement.id:
        raise DraftUnfit(place="$.id", reason="it is not the certificate's id")
    if misplaced := find_misplaced(document):
        raise DraftUnfit(
            place=misplaced, reason="it does not refer to its own document"
        )


def find_misplaced(document: Mapping[str, Any]) -> str | None:
    """Return the place of the first inner reference that leads astray, or None.

    `document` has passed the shape. Inner ids begin with the credential's id and `#`;
    every unit is counted by its own description, once; a level is one of the levels of
    its description; the status entry is one of its list; dates agree.
    """
    own = f"{document['id']}#"
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    described = achievement["resultDescription"]
    levels = {
        entry["id"]: [level["id"] for level in entry["rubricCriterionLevel"]]
        for entry in described
        if "rubricCriterionLevel" in entry
    }
    to_count = [entry["id"] for entry in described if entry["id"] not in levels]
    counted = [r["resultDescription"] for r in subject["result"] if "value" in r]
    leveled = [r for r in subject["result"] if "achievedLevel" in r]
    checks = {
        "$.awardedDate": document["awardedDate"] == document["validFrom"],
        "$.validUntil": document["validFrom"] < document.get("validUntil", "\uffff"),
        "$.credentialSubject.id": subject["id"] == f"{own}holder",
        "$.credentialSubject.achievement.id": achievement["id"] == f"{own}achievement",
        "$.credentialSubject.achievement.resultDescription": all(
            id_.startswith(own)
            for id_ in (*to_count, *levels, *chain.from_iterable(levels.values()))
        ),
        "$.credentialSubject.result": sorted(counted) == sorted(to_count)
        and all(
            result["achievedLevel"] in levels.get(result["resultDescription"], ())
            for result in leveled
        ),
        "$.credentialSubject.activityEndDate": subject["activityStartDate"]
        <= subject["activityEndDate"],
        "$.credentialStatus.id": _is_of_its_list(document.get("credentialStatus")),
    }
    return next((place for place, holds in checks.items() if not holds), None)


def _is_of_its_list(status: Mapping[str, str] | None) -> bool:
    return status is None or status["id"] == (
        f"{status['statusListCredential']}#{status['statusListIndex']}"
    )


def _find_unsortable(document: Mapping[str, Any]) -> Flaw | None:
    """Refuse characters that JavaScript sorts after those that Python sorts before.

    Beyond U+FFFF they are surrogates in UTF-16, which sort before U+E000 to U+FFFF
    (rdf-canonize issue 52). Text that holds both kinds could get two signatures.
    """
    high = low = ""
    for text, place in _first_places(document).items():
        high = high or (place if max(text, default="") > "\uffff" else "")
        low = low or (place if any("\ue000" <= c <= "\uffff" for c in text) else "")
        if high and low:
            return Flaw(place, "programs would sort its rare characters differently")
    return None


def _find_broken_promise(statement: CertificateStatement) -> Flaw | None:
    """Refuse a statement that tells what it says it hides, or half of what it shows."""
    rows = [
        requirement
        for unit in statement.units
        for area in unit.areas
        for requirement in area.requirements
        if requirement.identified
    ]
    checks = {
        ("$.evidence", "the site was to be hidden"): not statement.hides_site
        or not (statement.environments or any(row.site for row in rows)),
        ("$.credentialSubject.result", "a requirement has no level"): (
            not statement.shows_levels or all(row.mark for row in rows)
        ),
        ("$.credentialStatus", "its list or its index is missing"): (
            (statement.status_list_url is None) == (statement.status_index is None)
        ),
        ("$.credentialSubject.achievement", "it is not one target area"): all(
            len(unit.areas) == 1 and unit.areas[0].name
            for unit in statement.units
            if unit.scope_of_certificate == "area"
        ),
    }
    return next((Flaw(*flaw) for flaw, holds in checks.items() if not holds), None)


def _first_places(document: Mapping[str, Any]) -> dict[str, str]:
    """Return each text once, with the place where it stands first."""
    found: dict[str, str] = {}
    for place, text in _texts(document, "$"):
        found.setdefault(text, place)
    return found


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _texts(member, f"{place}[{index}]")
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in _MACHINE_MEMBERS or isinstance(member, list | dict):
                yield from _texts(member, f"{place}.{name}")


def _unfit(text: str, *, exempt: list[str]) -> str | None:
    if not unicodedata.is_normalized("NFC", text):
        return "it is not in Unicode form NFC"
    if any(unicodedata.category(character) in {"Cn", "Co"} for character in set(text)):
        return "it holds a character that Unicode does not define"
    if holds_personal_identity_code(text):
        return "it holds a personal identity code"
    if claim := find_forbidden_claim(text, exempt=exempt):
        return f"only an education provider may say “{claim}”"
    return None
