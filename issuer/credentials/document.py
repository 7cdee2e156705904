"""The unsigned document: Open Badges 3.0 AchievementCredential on VCDM 2.0.

Built by code from a certificate's statement and nothing else. Members stand in a fixed
order; whatever the statement leaves empty is left out, as OB 3.0 knows neither null
nor empty arrays.
"""

import unicodedata
from typing import Any

from issuer.credentials.contexts import (
    CREDENTIALS_V2,
    OPEN_BADGES,
    OPEN_BADGES_EXTENSIONS,
)
from issuer.credentials.document_achievement import build_achievement, build_results
from issuer.credentials.document_evidence import build_evidence
from issuer.credentials.document_texts import build_description, build_narrative
from issuer.credentials.wording import phrase
from issuer.domain.certificates import CertificateStatement, IssuerIdentity

CONTEXTS = [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
SCHEMAS = [
    {
        "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
        "ob_v3p0_achievementcredential_schema.json",
        "type": "1EdTechJsonSchemaValidator2019",
    }
]
BUSINESS_ID = "ext:businessId"
BIRTH_DATE = "ext:birthDate"


def build_document(statement: CertificateStatement) -> dict[str, Any]:
    """Return the credential without proof (OB 3.0 §B.1.2); all texts are NFC."""
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": statement.id,
        "type": list(TYPES),
        "name": phrase(statement.language, "title"),
        "description": build_description(statement),
        "issuer": _profile(statement.issuer),
        "validFrom": statement.issued_at,
        "awardedDate": statement.issued_at,
        "credentialSubject": _subject(statement),
    }
    if evidence := build_evidence(statement):
        document["evidence"] = evidence
    document["credentialSchema"] = [dict(schema) for schema in SCHEMAS]
    normal: dict[str, Any] = _normalised(document)
    return normal


def _profile(identity: IssuerIdentity) -> dict[str, Any]:
    return {
        "id": identity.did,
        "type": ["Profile"],
        "name": identity.name,
        "url": identity.url,
        "otherIdentifier": [
            {
                "type": "IdentifierEntry",
                "identifier": identity.business_id,
                "identifierType": BUSINESS_ID,
            }
        ],
    }


def _subject(statement: CertificateStatement) -> dict[str, Any]:
    return {
        "type": ["AchievementSubject"],
        "identifier": _identifiers(statement),
        "activityStartDate": f"{statement.period_from}T00:00:00Z",
        "activityEndDate": f"{statement.period_to}T00:00:00Z",
        "narrative": build_narrative(statement),
        "achievement": build_achievement(statement),
        "result": build_results(statement),
    }


def _identifiers(statement: CertificateStatement) -> list[dict[str, Any]]:
    values = [
        ("name", statement.holder_name),
        (BIRTH_DATE, statement.holder_birth_date),
    ]
    return [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": value,
            "identityType": kind,
        }
        for kind, value in values
        if value
    ]


def _normalised(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_normalised(member) for member in value]
    if isinstance(value, dict):
        return {name: _normalised(member) for name, member in value.items()}
    return value
