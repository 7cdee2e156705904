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
from issuer.domain.certificates import CertificateStatement

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
COUNTRY_CODE = "FI"  # whoever has a business ID of Finland
HOLDER = "holder"
STATUS_TYPE = "BitstringStatusListEntry"
STATUS_PURPOSE = "revocation"


def build_document(statement: CertificateStatement) -> dict[str, Any]:
    """Return the credential without proof (OB 3.0 §B.1.2); all texts are NFC."""
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": statement.id,
        "type": list(TYPES),
        "name": phrase(statement.language, "title"),
        "description": build_description(statement),
        "issuer": _profile(statement),
        "validFrom": statement.issued_at,
    }
    if statement.valid_until:
        document["validUntil"] = statement.valid_until
    document["awardedDate"] = statement.issued_at
    document["credentialSubject"] = _subject(statement)
    if evidence := build_evidence(statement):
        document["evidence"] = evidence
    if statement.status_list_url:
        document["credentialStatus"] = _status(
            statement.status_list_url, statement.status_index
        )
    document["credentialSchema"] = [dict(schema) for schema in SCHEMAS]
    normal: dict[str, Any] = _normalised(document)
    return normal


def _profile(statement: CertificateStatement) -> dict[str, Any]:
    identity = statement.issuer
    address: dict[str, Any] = {
        "type": ["Address"],
        "addressCountry": phrase(statement.language, "country"),
        "addressCountryCode": COUNTRY_CODE,
    }
    if identity.town:
        address["addressLocality"] = identity.town
    return {
        "id": identity.did,
        "type": ["Profile"],
        "name": identity.name,
        "url": identity.url,
        "address": address,
        "otherIdentifier": [
            {
                "type": "IdentifierEntry",
                "identifier": identity.business_id,
                "identifierType": BUSINESS_ID,
            }
        ],
    }


def _status(url: str, index: int | None) -> dict[str, Any]:
    """Return the one place where this certificate may be revoked (§2.1 of its REC)."""
    return {
        "id": f"{url}#{index}",
        "type": STATUS_TYPE,
        "statusPurpose": STATUS_PURPOSE,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def _subject(statement: CertificateStatement) -> dict[str, Any]:
    return {
        # An address of this certificate's own: it links nobody to anything else.
        "id": f"{statement.id}#{HOLDER}",
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
