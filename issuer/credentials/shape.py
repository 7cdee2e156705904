"""The closed shape of our credentials: which members each object must and may have.

JSON-LD drops silently what no context defines, so a free member would be unsigned.
This is our safe mode: what is not listed here is refused, in what we seal and in what
is presented to us. JSON types are fixed as well, since `false` and `"false"`, or one
value and an array of it, sign alike.

What was sealed once must pass for ever: the shape only grows, by optional members.
"""

from typing import Any

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials.document import (
    BIRTH_DATE,
    BUSINESS_ID,
    CONTEXTS,
    COUNTRY_CODE,
    SCHEMAS,
    STATUS_PURPOSE,
    STATUS_TYPE,
    TYPES,
)
from issuer.credentials.eddsa_rdfc_2022 import PROOF_PURPOSE, PROOF_TYPE
from issuer.credentials.shape_objects import (
    InOrder,
    Several,
    Shape,
    With,
    joined,
    shape_of,
)
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

__all__ = [
    "SEALED",
    "UNSEALED",
    "InOrder",
    "Several",
    "Shape",
    "With",
    "check_shape",
    "find_flaw",
]


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


def _require_own_ids(value: object, taken: set[str], place: str) -> None:
    """Refuse two objects with one id: in RDF they are one, whatever each says."""
    if isinstance(value, list):
        for index, member in enumerate(value):
            _require_own_ids(member, taken, f"{place}[{index}]")
    elif isinstance(value, dict):
        if "id" in value:
            if value["id"] in taken:
                raise FlawFound(joined(place, "id"), "another object has this id")
            taken.add(value["id"])
        for name, member in value.items():
            _require_own_ids(member, taken, joined(place, name))


_in_words = matching(r"\D{1,100}", "it is not a level in words")


def _level_name(value: object, place: str) -> None:
    """Require words: digits would be read as a grade."""
    line(value, place)
    _in_words(value, place)


_ALIGNMENT = shape_of(
    {
        "type": exactly(["Alignment"]),
        "targetType": one_of("CFItem", "ceasn:Competency"),
        "targetName": text,
        "targetUrl": iri,
        "targetFramework": line,
    },
    {"targetCode": line, "targetDescription": text},
)

_REFERENCE = shape_of(
    {
        "type": exactly(["Alignment"]),
        "targetType": exactly("ceasn:Competency"),
        "targetName": text,
        "targetUrl": iri,
    },
    {"targetCode": line},
)

_COUNT = shape_of(
    {
        "type": exactly(["Result"]),
        "resultDescription": iri,
        "value": matching(r"[0-9]{1,4}/[0-9]{1,4}", "it is not a count like 9/14"),
        "alignment": Several(_ALIGNMENT),
    }
)

_ACHIEVED_LEVEL = shape_of(
    {
        "type": exactly(["Result"]),
        "resultDescription": iri,
        "achievedLevel": iri,
        "alignment": Several(_REFERENCE),
    }
)

_COUNT_DESCRIPTION = shape_of(
    {
        "id": iri,
        "type": exactly(["ResultDescription"]),
        "name": line,
        "resultType": exactly("Result"),
    }
)

_LEVELS_DESCRIPTION = shape_of(
    {
        "id": iri,
        "type": exactly(["ResultDescription"]),
        "name": line,
        "resultType": exactly("RubricCriterionLevel"),
        "rubricCriterionLevel": Several(
            shape_of(
                {
                    "id": iri,
                    "type": exactly(["RubricCriterionLevel"]),
                    "name": _level_name,
                    "level": _level_name,
                }
            )
        ),
    }
)

_ACHIEVEMENT = shape_of(
    {
        "id": iri,
        "type": exactly(["Achievement"]),
        "name": line,
        "description": text,
        "achievementType": exactly("Competency"),
        "inLanguage": one_of("fi", "sv", "en"),
        "criteria": shape_of({"id": iri, "narrative": text}),
        "resultDescription": Several(
            With("rubricCriterionLevel", _LEVELS_DESCRIPTION, _COUNT_DESCRIPTION)
        ),
        "alignment": Several(_ALIGNMENT),
    },
    {"related": Several(shape_of({"id": iri, "type": exactly(["Related"])}))},
)

_SUBJECT = shape_of(
    {
        "id": iri,
        "type": exactly(["AchievementSubject"]),
        "identifier": Several(
            shape_of(
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
        "result": Several(With("achievedLevel", _ACHIEVED_LEVEL, _COUNT)),
    }
)

_PROFILE = shape_of(
    {
        "id": did,
        "type": exactly(["Profile"]),
        "name": line,
        "url": iri,
        "address": shape_of(
            {
                "type": exactly(["Address"]),
                "addressCountry": line,
                "addressCountryCode": exactly(COUNTRY_CODE),
            },
            {"addressLocality": line},
        ),
        "otherIdentifier": Several(
            shape_of(
                {
                    "type": exactly("IdentifierEntry"),
                    "identifier": line,
                    "identifierType": exactly(BUSINESS_ID),
                }
            )
        ),
    }
)

_EVIDENCE = shape_of(
    {
        "id": iri,
        "type": exactly(["Evidence"]),
        "name": line,
        "narrative": text,
        "genre": line,
    }
)


_STATUS = shape_of(
    {
        "id": iri,
        "type": exactly(STATUS_TYPE),
        "statusPurpose": exactly(STATUS_PURPOSE),
        "statusListIndex": matching(r"0|[1-9][0-9]{0,8}", "it is not an index"),
        "statusListCredential": iri,
    }
)


def _proof(cryptosuite: str, **more: Rule) -> Shape:
    return shape_of(
        {
            **more,
            "type": exactly(PROOF_TYPE),
            "cryptosuite": exactly(cryptosuite),
            "created": instant,
            "verificationMethod": did_url,
            "proofPurpose": exactly(PROOF_PURPOSE),
            "proofValue": matching(
                r"z[1-9A-HJ-NP-Za-km-z]{80,90}", "it is not a signature value"
            ),
        }
    )


# A set for JSON-LD, yet in one order: the one for the world, the one for a browser.
_PROOFS = InOrder(
    (
        _proof(eddsa_rdfc_2022.CRYPTOSUITE),
        _proof(eddsa_jcs_2022.CRYPTOSUITE, **{"@context": exactly(CONTEXTS)}),
    )
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
_MAY_HAVE: dict[str, Any] = {
    "validUntil": instant,
    "evidence": Several(_EVIDENCE),
    "credentialStatus": _STATUS,
}

UNSEALED = Shape(_CREDENTIAL, _MAY_HAVE)
SEALED = Shape({**_CREDENTIAL, "proof": _PROOFS}, _MAY_HAVE)
