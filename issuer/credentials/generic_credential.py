"""What makes any Verifiable Credential conforming: W3C VCDM 2.0 §4 and §5, and 1.1.

For documents that are not our certificates; those have a closed shape (`shape`).
Whether each term is defined is asked elsewhere (`generic_json_ld`). Which version is
meant, the first context says.
"""

from collections.abc import Mapping
from typing import Any

from issuer.credentials import generic_rules as rules
from issuer.credentials.contexts import CREDENTIALS_V2
from issuer.credentials.generic_contexts import CREDENTIALS_V1
from issuer.credentials.related_resource import require_related_resources
from issuer.credentials.shape_rules import Flaw, FlawFound

CREDENTIAL = "VerifiableCredential"
ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"


def find_flaw(document: object, *, files: Mapping[str, bytes]) -> Flaw | None:
    """Return where `document` is no conforming credential, or None.

    `files` are the bytes we have of what a related resource may name. A proof is
    looked at for its form only, and may be absent.
    """
    try:
        require_credential(document, "$", files=files)
    except FlawFound as found:
        return found.flaw
    return None


def require_credential(
    document: object, place: str, *, files: Mapping[str, bytes]
) -> None:
    """Require a conforming credential of either version; raises FlawFound."""
    if not isinstance(document, Mapping):
        raise FlawFound(place, "it is not an object")
    base = require_contexts(document.get("@context"), f"{place}.@context")
    rules.types(document.get("type"), f"{place}.type", needed=CREDENTIAL)
    if "id" in document:
        rules.url(document["id"], f"{place}.id")
    _require_issuer(document.get("issuer"), f"{place}.issuer")
    _require_subject(document.get("credentialSubject"), f"{place}.credentialSubject")
    if base == CREDENTIALS_V2:
        _require_version_2(document, place)
        require_related_resources(document, place, files=files)
    else:
        _require_version_1(document, place)
    if "proof" in document:
        rules.typed_objects(document["proof"], f"{place}.proof")


def require_contexts(value: object, place: str) -> str:
    """Require contexts that begin with a base context, and return that (§4.3)."""
    members = value if isinstance(value, list) else [value]
    if not members or members[0] not in (CREDENTIALS_V2, CREDENTIALS_V1):
        raise FlawFound(place, "it does not begin with a base context")
    for number, member in enumerate(members):
        if not isinstance(member, Mapping):
            rules.url(member, f"{place}[{number}]")
    return str(members[0])


def is_enveloped(value: object, kind: str) -> bool:
    """Tell whether `value` is an envelope of that kind, by its form (§4.13.1)."""
    if not isinstance(value, Mapping) or "@context" not in value:
        return False
    named = value.get("type")
    content = value.get("id")
    return (
        kind in (named if isinstance(named, list) else [named])
        and isinstance(content, str)
        and content.startswith("data:")
        and rules.is_url(content)
        and "," in content
    )


def _require_issuer(value: object, place: str) -> None:
    rules.url_or_object_with_id(value, place)
    if isinstance(value, Mapping):
        _require_words(value, place)


def _require_subject(value: object, place: str) -> None:
    for member, where in rules.each_object(value, place):
        if "id" in member:
            rules.url(member["id"], f"{where}.id")


def _require_words(document: Mapping[str, Any], place: str) -> None:
    for name in ("name", "description"):
        if name in document:
            rules.words(document[name], f"{place}.{name}")


def _require_version_2(document: Mapping[str, Any], place: str) -> None:
    _require_words(document, place)
    _require_period(document, place, begins="validFrom", ends="validUntil")
    for name in ("credentialStatus", "termsOfUse", "evidence", "refreshService"):
        if name in document:
            rules.typed_objects(document[name], f"{place}.{name}")
    if "credentialSchema" in document:
        rules.typed_objects(
            document["credentialSchema"], f"{place}.credentialSchema", needs_id=True
        )


def _require_version_1(document: Mapping[str, Any], place: str) -> None:
    """Require what VCDM 1.1 §4.5 and on does; its names mean what they mean there."""
    rules.timestamp(document.get("issuanceDate"), f"{place}.issuanceDate")
    _require_period(document, place, begins="issuanceDate", ends="expirationDate")
    for name in ("credentialStatus", "credentialSchema", "refreshService"):
        if name in document:
            rules.typed_objects(document[name], f"{place}.{name}", needs_id=True)
    for name in ("termsOfUse", "evidence"):
        if name in document:
            rules.typed_objects(document[name], f"{place}.{name}")


def _require_period(
    document: Mapping[str, Any], place: str, *, begins: str, ends: str
) -> None:
    times = {
        name: rules.timestamp(document[name], f"{place}.{name}")
        for name in (begins, ends)
        if name in document
    }
    if len(times) == 2 and times[ends] < times[begins]:
        raise FlawFound(f"{place}.{ends}", f"it is before {begins}")
