"""All our issuers with the keys a browser checks by: one public file for everybody.

Whoever fetches it tells nobody whose certificate they look at.
"""

import base64
from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.key_ring import PublicKey, instant_text
from issuer.records import people
from issuer.records.status import find_newest_list

# Codes are sealed with the first; files and lists with the second; JWTs with the third.
BROWSER_PURPOSES = ("compact", "credential", "jwt")


def publish_issuers(
    session: Session, keys: KeyFolder, *, public_url: str
) -> dict[str, Any]:
    """Return who our issuers are, where their files lie, and their keys.

    Every key is listed with its times, the next and the revoked ones as well. Raises
    PublicKeyUnreadable.
    """
    ring = keys.key_ring()
    return {
        "issuers": [
            {
                "did": row.did,
                "name": row.name,
                "businessId": row.business_id,
                "town": row.town,
                "base": f"{public_url}/org/{row.slug}",
                "lists": _lists(session, row.id),
                "keys": [
                    _key(key)
                    for key in ring.of_controller(row.did)
                    if key.purpose in BROWSER_PURPOSES
                ],
            }
            for row in people.list_organisations(session)
        ]
    }


def _lists(session: Session, organisation_id: int) -> int:
    """Return how many status lists there are: a device may keep them all."""
    newest = find_newest_list(session, organisation_id=organisation_id)
    return newest.number if newest else 0


def _key(key: PublicKey) -> dict[str, str]:
    times = {
        "activated": key.activated,
        "retired": key.retired,
        "revoked": key.revoked_from,
    }
    return {
        "id": key.id,
        "purpose": key.purpose,
        "publicKey": base64.urlsafe_b64encode(key.raw).decode().rstrip("="),
        **{name: instant_text(time) for name, time in times.items() if time},
    }
