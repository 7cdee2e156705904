"""What the world reads of our keys: DID documents and JWK Sets."""

from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.did_web import (
    build_did_document,
    build_jwks,
    document_location,
)
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.key_life import KNOWN_BEFORE_USE
from issuer.domain.errors import NotFound
from issuer.records import people
from issuer.records.people import OrganisationRecord

# Seconds; nobody may keep a list longer than a new key is known before it seals.
KEPT_FOR = int(KNOWN_BEFORE_USE.total_seconds())


def publish_did_document(
    session: Session, keys: KeyFolder, *, did: str
) -> dict[str, Any]:
    """Return the DID document of one of our issuers; raises NotFound for others."""
    _require_ours(session, did)
    return build_did_document(did, keys.key_ring().of_controller(did))


def publish_jwks(session: Session, keys: KeyFolder, *, did: str) -> dict[str, Any]:
    """Return the JWK Set of one of our issuers; raises NotFound for others."""
    _require_ours(session, did)
    return build_jwks(did, keys.key_ring().of_controller(did))


def publish_did_document_of(
    session: Session, keys: KeyFolder, *, slug: str
) -> dict[str, Any]:
    """Return the DID document whose place is `/org/<slug>/did.json`.

    Raises NotFound for an unknown slug, and for an issuer whose document did:web looks
    for elsewhere: a document says which DID it is of, and the two must agree.
    """
    did = _get_by_slug(session, slug).did
    if not document_location(did).endswith(f"/org/{slug}/did.json"):
        raise NotFound
    return build_did_document(did, keys.key_ring().of_controller(did))


def publish_jwks_of(session: Session, keys: KeyFolder, *, slug: str) -> dict[str, Any]:
    """Return the JWK Set of the issuer with this slug; raises NotFound."""
    did = _get_by_slug(session, slug).did
    return build_jwks(did, keys.key_ring().of_controller(did))


def _require_ours(session: Session, did: str) -> None:
    if did not in {row.did for row in people.list_organisations(session)}:
        raise NotFound


def _get_by_slug(session: Session, slug: str) -> OrganisationRecord:
    organisation = people.find_organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    return organisation
