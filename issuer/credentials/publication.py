"""What the files an issuer publishes share: how long they hold, and which keys count.

They are renewed long before they end, so that a reader never meets an old one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from issuer.credentials.key_ring import KeyRing, PublicKey

LIFETIME = timedelta(days=7)
RENEWAL = timedelta(days=3)
_CLOCK_SKEW = timedelta(minutes=5)


def find_publishing_key(
    proof: Mapping[str, Any], *, key_ring: KeyRing, issuer_did: str
) -> PublicKey | None:
    """Return the issuer's key that `proof` names, if files signed with it count.

    A key revoked from whatever instant signs no file that is still believed: files are
    signed anew all the time, and a thief can date one back.
    """
    key = key_ring.find(proof["verificationMethod"])
    if key is None or key.controller != issuer_did or key.purpose != "credential":
        return None
    signed = datetime.fromisoformat(proof["created"])
    if key.revoked_from is not None or (key.activated or key.created) > signed:
        return None
    return None if key.retired is not None and key.retired < signed else key


def is_in_force(document: Mapping[str, Any], *, at: datetime) -> bool:
    """Tell whether `at` lies between the document's `validFrom` and `validUntil`."""
    begins = datetime.fromisoformat(document["validFrom"])
    ends = datetime.fromisoformat(document["validUntil"])
    return begins <= at + _CLOCK_SKEW and at <= ends
