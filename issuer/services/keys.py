"""Keys as an operator sees them, and the DID documents that publish them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.did_web import build_did_document
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.key_ring import PublicKey
from issuer.credentials.signer import create_key
from issuer.domain.errors import NotFound
from issuer.records import people


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A public key as lists show it."""

    id: str
    created: datetime
    state: str


def create_signing_key(keys: KeyFolder, *, did: str, at: datetime) -> KeyLine:
    """Draw a new key for `did` and write its files; raises as `create_key`."""
    return _line(
        create_key(keys.folder, controller=did, passphrase=keys.passphrase(), at=at)
    )


def list_keys(keys: KeyFolder) -> list[KeyLine]:
    """Return every public key known, oldest first."""
    ring = keys.key_ring().keys.values()
    return [_line(key) for key in sorted(ring, key=lambda k: (k.created, k.kid))]


def publish_did_document(
    session: Session, keys: KeyFolder, *, did: str
) -> dict[str, Any]:
    """Return the DID document of one of our issuers; raises NotFound for others."""
    known = {organisation.did for organisation in people.list_organisations(session)}
    if did not in known:
        raise NotFound
    return build_did_document(did, keys.key_ring().of_controller(did))


def _line(key: PublicKey) -> KeyLine:
    if key.revoked_from:
        return KeyLine(key.id, key.created, "revoked")
    return KeyLine(key.id, key.created, "retired" if key.retired else "in force")
