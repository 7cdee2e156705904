"""The closed shape of our credentials: which members each object must and may have.

JSON-LD drops silently what no context defines, so a free member would be unsigned.
This is our safe mode: what is not listed here is refused, in what we seal and in what
is presented to us. JSON types are fixed as well, since `false` and `"false"`, or one
value and an array of it, sign alike.

What was sealed once must pass for ever: the shape only grows, by optional members.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.credentials.document import (
    BIRTH_DATE,
    BUSINESS_ID,
    CONTEXTS,
    SCHEMAS,
    TYPES,
)
from issuer.credentials.eddsa_rdfc_2022 import CRYPTOSUITE, PROOF_PURPOSE, PROOF_TYPE
from issuer.credentials.shape_rules import (
    Flaw,
    FlawFound,
    Rule,
    did,
    did_url,
    exactly,
    instant,
    iri,
    line,
    matching,
    one_of,
    text,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these members and no other."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule]

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks a rule."""
        if not isinstance(value, dict):
            raise FlawFound(place, "it is not an object")
        for name in self.required:
            if name not in value:
                raise FlawFound(_join(place, name), "it is missing")
        for name, member in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                raise FlawFound(
                    _join(place, str(name)[:60]), "it is not a known member"
                )
            rule(member, _join(place, name))


@dataclass(frozen=True, slots=True)
class Several:
    """An array of at least one value that follows the rule."""

    rule: Rule

    def __call__(self, value: object, place: str) -> None:
        """Raise FlawFound at the first member that breaks the rule."""
        if not isinstance(value, list):
            raise FlawFound(place, "it is not an array")
        if not value:
            raise FlawFound(place, "it is an empty array")
        for index, member in enumerate(value):
            self.rule(member, f"{place}[{index}]")


def check_shape(document: object) -> str | None:
    """Return where and why a sealed credential breaks the shape, or None."""
    flaw = find_flaw(document, SEALED)
    return None if flaw is None else f"{flaw.place}: {flaw.reason}"


def find_flaw(document: object, shape: Rule) -> Flaw | None:
    """Return the first flaw of `document`, or None; never raises on any JSON value."""
    try:
        shape(document, "$")
        _require_own_ids(document, set(), "$")
    except FlawFound as found:
        return found.flaw
    return None


def _join(place: str, name: str) -> str:
    return f"{place}.{name}"


def _require_own_ids(value: object, taken: set[str], place: str) -> None:
    """Refuse two objects with one id: in RDF they are one, whatever each says."""
    if isinstance(value, list):
        for index, member in enumerate(value):
            _require_own_ids(member, taken, f"{place}[{index}]")
    elif isinstance(value, dict):
        if "id" in value:
            if value["id"] in taken:
                raise FlawFound(_join(place, "id"), "another object has this id")
            taken.add(value["id"])
        for name, member in value.items():
            _require_own_ids(member, taken, _join(place, name))


def _object(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None
) -> Shape:
    return Shape(required, optional or {})


_ALIGNMENT = _object(
    {
        "type": exactly(["Alignment"]),
        "targetType": one_of("CFItem", "ceasn:Competency"),
        "targetName": text,
        "targetUrl": iri,
        "targetFramework": line,
    },
    {"targetCode": line, "targetDescription": text},
)

_RESULT = _object(
    {
        "type": exactly(["Result"]),
        "resultDescription": iri,
        "value": matching(r"[0-9]{1,4}/[0-9]{1,4}", "it is not a count like 9/14"),
        "alignment": Several(_ALIGNMENT),
    }
)

_ACHIEVEMENT = _object(
    {
        "id": iri,
        "type": exactly(["Achievement"]),
        "name": line,
        "description": text,
        "achievementType": exactly("Competency"),
        "inLanguage": one_of("fi", "sv", "en"),
        "criteria": _object({"id": iri, "narrative": text}),
        "resultDescription": Several(
            _object(
                {
                    "id": iri,
                    "type": exactly(["ResultDescription"]),
                    "name": line,
                    "resultType": exactly("Result"),
                }
            )
        ),
        "alignment": Several(_ALIGNMENT),
    },
    {"related": Several(_object({"id": iri, "type": exactly(["Related"])}))},
)

_SUBJECT = _object(
    {
        "type": exactly(["AchievementSubject"]),
        "identifier": Several(
            _object(
                {
                    "type": exactly("IdentityObject"),
                    "hashed": exactly(False),
                    "identityHash": line,
                    "identityType": one_of("name", BIRTH_DATE),
                }
            )
        ),
        "activityStartDate": instant,
        "activityEndDate": instant,
        "narrative": text,
        "achievement": _ACHIEVEMENT,
        "result": Several(_RESULT),
    }
)

_PROFILE = _object(
    {
        "id": did,
        "type": exactly(["Profile"]),
        "name": line,
        "url": iri,
        "otherIdentifier": Several(
            _object(
                {
                    "type": exactly("IdentifierEntry"),
                    "identifier": line,
                    "identifierType": exactly(BUSINESS_ID),
                }
            )
        ),
    }
)

_EVIDENCE = _object(
    {
        "id": iri,
        "type": exactly(["Evidence"]),
        "name": line,
        "narrative": text,
        "genre": line,
    }
)

_PROOF = _object(
    {
        "type": exactly(PROOF_TYPE),
        "cryptosuite": exactly(CRYPTOSUITE),
        "created": instant,
        "verificationMethod": did_url,
        "proofPurpose": exactly(PROOF_PURPOSE),
        "proofValue": matching(
            r"z[1-9A-HJ-NP-Za-km-z]{80,90}", "it is not a signature value"
        ),
    }
)

_CREDENTIAL: dict[str, Any] = {
    "@context": exactly(CONTEXTS),
    "id": iri,
    "type": exactly(TYPES),
    "name": line,
    "description": text,
    "issuer": _PROFILE,
    "validFrom": instant,
    "awardedDate": instant,
    "credentialSubject": _SUBJECT,
    "credentialSchema": exactly(SCHEMAS),
}
_MAY_HAVE: dict[str, Any] = {"validUntil": instant, "evidence": Several(_EVIDENCE)}

UNSEALED = Shape(_CREDENTIAL, _MAY_HAVE)
SEALED = Shape({**_CREDENTIAL, "proof": _PROOF}, _MAY_HAVE)
