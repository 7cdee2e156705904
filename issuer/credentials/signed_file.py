"""A public file of plain JSON that carries its own proof (eddsa-jcs-2022, no contexts).

Such files say things about an issuer's certificates that need no vocabulary: which
certificate replaced which, what units are called. Each is fetched whole, the same for
every reader, and says until when it holds.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.credentials import bounded_json, eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials.key_ring import KeyRing, instant_text
from issuer.credentials.publication import LIFETIME, find_publishing_key, is_in_force
from issuer.credentials.shape import Shape, find_flaw
from issuer.credentials.shape_rules import (
    FlawFound,
    did,
    did_url,
    exactly,
    instant,
    iri,
    line,
    one_of,
)
from issuer.credentials.signer import Signer
from issuer.domain.errors import IssuerError, sentence

SUCCESSORS = "Successors"
UNIT_NAMES = "UnitNames"


class SignedFileUntrusted(IssuerError):
    """The bytes are no file of that kind, from that issuer, at that address, now."""

    code = "signed_file.untrusted"
    sentence = sentence("The signed file cannot be relied on: %(reason)s")


def seal_file(
    content: Mapping[str, Any],
    *,
    kind: str,
    url: str,
    issuer_did: str,
    at: datetime,
    signer: Signer,
) -> bytes:
    """Return the file with `content` in its member `content`; raises NotCanonical."""
    document = {
        "id": url,
        "type": kind,
        "issuer": issuer_did,
        "validFrom": instant_text(at),
        "validUntil": instant_text(at + LIFETIME),
        "content": dict(content),
    }
    proof = eddsa_jcs_2022.build_proof(
        document, signer=signer, created=instant_text(at)
    )
    text = json.dumps(
        {**document, "proof": proof}, ensure_ascii=False, separators=(",", ":")
    )
    return text.encode()


def read_file(
    data: bytes,
    *,
    kind: str,
    key_ring: KeyRing,
    issuer_did: str,
    url: str,
    at: datetime,
) -> dict[str, Any]:
    """Return the `content` of a file fetched from `url`; raises SignedFileUntrusted."""
    try:
        document = bounded_json.parse(data)
    except bounded_json.JsonRefused as error:
        raise SignedFileUntrusted(reason="it is not readable JSON") from error
    if flaw := find_flaw(document, _FILE):
        raise SignedFileUntrusted(reason=f"at {flaw.place} {flaw.reason}")
    if (document["id"], document["type"]) != (url, kind):
        raise SignedFileUntrusted(reason="it is another file")
    if document["issuer"] != issuer_did:
        raise SignedFileUntrusted(reason="it is of another issuer")
    key = find_publishing_key(
        document["proof"], key_ring=key_ring, issuer_did=issuer_did
    )
    if key is None or not eddsa_jcs_2022.holds(document, public_key=key.raw):
        raise SignedFileUntrusted(reason="its signature does not hold")
    if not is_in_force(document, at=at):
        raise SignedFileUntrusted(reason="it is out of date")
    content: dict[str, Any] = document["content"]
    return content


def _object(value: object, place: str) -> None:
    if not isinstance(value, dict):
        raise FlawFound(place, "it is not an object")


_PROOF = Shape(
    {
        "type": exactly(eddsa_rdfc_2022.PROOF_TYPE),
        "cryptosuite": exactly(eddsa_jcs_2022.CRYPTOSUITE),
        "created": instant,
        "verificationMethod": did_url,
        "proofPurpose": exactly(eddsa_rdfc_2022.PROOF_PURPOSE),
        "proofValue": line,
    },
    {},
)
_FILE = Shape(
    {
        "id": iri,
        "type": one_of(SUCCESSORS, UNIT_NAMES),
        "issuer": did,
        "validFrom": instant,
        "validUntil": instant,
        "content": _object,
        "proof": _PROOF,
    },
    {},
)
