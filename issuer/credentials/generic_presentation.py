"""What makes any Verifiable Presentation conforming: W3C VCDM 2.0 §4.13, and 1.1."""

from collections.abc import Iterator, Mapping
from typing import Any

from issuer.credentials import generic_rules as rules
from issuer.credentials.generic_credential import (
    ENVELOPED_CREDENTIAL,
    is_enveloped,
    require_contexts,
    require_credential,
)
from issuer.credentials.shape_rules import Flaw, FlawFound

PRESENTATION = "VerifiablePresentation"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"


def find_flaw(document: object, *, files: Mapping[str, bytes]) -> Flaw | None:
    """Return where `document` is no conforming presentation, or None."""
    try:
        _require(document, files=files)
    except FlawFound as found:
        return found.flaw
    return None


def list_credentials(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the credentials within a conforming presentation, but no envelopes."""
    value = document.get("verifiableCredential", [])
    for member in value if isinstance(value, list) else [value]:
        if not is_enveloped(member, ENVELOPED_CREDENTIAL):
            yield member


def holder_of(document: Mapping[str, Any]) -> str | None:
    """Return the id of the holder a conforming presentation names, if any."""
    return id_of(document.get("holder"))


def id_of(value: object) -> str | None:
    """Return what is a URL or an object with an id, as the URL."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


def _require(document: object, *, files: Mapping[str, bytes]) -> None:
    if not isinstance(document, Mapping):
        raise FlawFound("$", "it is not an object")
    require_contexts(document.get("@context"), "$.@context")
    rules.types(document.get("type"), "$.type", needed=PRESENTATION)
    if "id" in document:
        rules.url(document["id"], "$.id")
    if "holder" in document:
        rules.url_or_object_with_id(document["holder"], "$.holder")
    for name in ("termsOfUse", "proof"):
        if name in document:
            rules.typed_objects(document[name], f"$.{name}")
    if "verifiableCredential" in document:
        _require_credentials(document["verifiableCredential"], files=files)


def _require_credentials(value: object, *, files: Mapping[str, bytes]) -> None:
    for member, place in rules.each_object(value, "$.verifiableCredential"):
        if not is_enveloped(member, ENVELOPED_CREDENTIAL):
            require_credential(member, place, files=files)
