"""The lint before sealing: form, texts, references, and what may be claimed.

A draft that fails here is never sealed. The claims lint runs over every text, ours and
people's; verbatim catalogue texts and the required clause are exempt (domain.md §1.7).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from issuer.domain.forbidden_claims import CLAUSE, find_forbidden_claim
from issuer.domain.personal_identity_code import holds_personal_identity_code

_MACHINE_MEMBERS = frozenset(
    {"@context", "id", "type", "targetUrl", "url", "resultDescription", "value"}
)


def lint(document: Mapping[str, Any], *, statement: CertificateStatement) -> None:
    """Raise DraftUnfit, naming the JSON path, unless `document` may be sealed."""
    if flaw := find_flaw(document, UNSEALED):
        raise DraftUnfit(place=flaw.place, reason=flaw.reason)
    exempt = [unicodedata.normalize("NFC", t) for t in statement.verbatim_texts()]
    seen: set[str] = set()
    for place, text in _texts(document, "$"):
        if text in seen:
            continue
        seen.add(text)
        if reason := _unfit(text, exempt=exempt):
            raise DraftUnfit(place=place, reason=reason)
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
    every result counts by its own description, once; all dates of award agree.
    """
    own = f"{document['id']}#"
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    described = [entry["id"] for entry in achievement["resultDescription"]]
    counted = [result["resultDescription"] for result in subject["result"]]
    checks = {
        "$.awardedDate": document["awardedDate"] == document["validFrom"],
        "$.credentialSubject.achievement.id": achievement["id"] == f"{own}achievement",
        "$.credentialSubject.achievement.resultDescription": all(
            entry.startswith(own) for entry in described
        ),
        "$.credentialSubject.result": sorted(counted) == sorted(described),
        "$.credentialSubject.activityEndDate": subject["activityStartDate"]
        <= subject["activityEndDate"],
    }
    return next((place for place, holds in checks.items() if not holds), None)


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
