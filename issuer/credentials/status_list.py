"""The status list as a credential (Bitstring Status List v1.0 §2.2), made and read.

A list carries both proofs: eddsa-rdfc-2022 for the world, eddsa-jcs-2022 for a browser.
Reading one answers with a value. What cannot be read, is not signed by that issuer or
is out of date leaves the question open: an old list is never proof of being in force.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.credentials import bounded_json, eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials import status_sentences as say
from issuer.credentials.bitstring_status import StatusBits, StatusListMalformed
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_ring import KeyRing, instant_text
from issuer.credentials.publication import LIFETIME, find_publishing_key, is_in_force
from issuer.credentials.shape import find_flaw
from issuer.credentials.signer import Signer
from issuer.credentials.status_list_shape import (
    CONTEXTS,
    LIST_TYPE,
    PURPOSE,
    STATUS_LIST,
    TYPES,
)
from issuer.domain.verification import Check, Outcome, Reason

CHECK = "status"
ENTRY_TYPE = "BitstringStatusListEntry"
TTL_SECONDS = 300


def list_url(public_url: str, *, slug: str, number: int) -> str:
    """Return where an organisation's status list lies, for ever."""
    return f"{public_url}/org/{slug}/status/{number}"


def build_entry(url: str, *, index: int) -> dict[str, str]:
    """Return a credential's `credentialStatus`: its place in the list (§2.1)."""
    return {
        "id": f"{url}#{index}",
        "type": ENTRY_TYPE,
        "statusPurpose": PURPOSE,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def seal_status_list(
    bits: StatusBits,
    *,
    url: str,
    issuer_did: str,
    at: datetime,
    signer: Signer,
    contexts: ContextLibrary,
) -> bytes:
    """Return the sealed list credential, in force from `at` for seven days.

    Raises as the two suites' `build_proof`.
    """
    created = instant_text(at)
    document = {
        "@context": CONTEXTS,
        "id": url,
        "type": TYPES,
        "issuer": issuer_did,
        "validFrom": created,
        "validUntil": instant_text(at + LIFETIME),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": LIST_TYPE,
            "statusPurpose": PURPOSE,
            "ttl": TTL_SECONDS * 1000,
            "encodedList": bits.encode(),
        },
    }
    proofs = [
        eddsa_rdfc_2022.build_proof(
            document, signer=signer, created=created, contexts=contexts
        ),
        eddsa_jcs_2022.build_proof(document, signer=signer, created=created),
    ]
    return json.dumps({**document, "proof": proofs}, separators=(",", ":")).encode()


def peek_bits(data: bytes) -> StatusBits:
    """Return the bits a list claims, its seal unchecked; raises StatusListMalformed."""
    try:
        return StatusBits.decode(
            bounded_json.parse(data)["credentialSubject"]["encodedList"]
        )
    except (bounded_json.JsonRefused, KeyError, TypeError) as error:
        raise StatusListMalformed(reason="it is not a list credential") from error


def read_status(
    data: bytes,
    *,
    key_ring: KeyRing,
    contexts: ContextLibrary,
    issuer_did: str,
    url: str,
    index: int,
    at: datetime,
) -> Check:
    """Say whether the entry `index` of the list fetched from `url` is revoked.

    `issuer_did` is who issued the certificate: only their own list counts. Empty
    `data` means that there was no list to be had. Never raises (§3.2).
    """
    try:
        document = _usable(data, issuer_did=issuer_did, url=url, at=at)
        _require_signed(document, key_ring=key_ring, contexts=contexts)
        bits = StatusBits.decode(document["credentialSubject"]["encodedList"])
        is_revoked = bits.is_set(index)
    except _Unusable as error:
        return Check(CHECK, Outcome.UNKNOWN, error.said, error.facts, error.reason)
    except StatusListMalformed:
        said, reason = say.LIST_UNREADABLE, Reason.LIST_UNREADABLE
        return Check(CHECK, Outcome.UNKNOWN, said, reason=reason)
    if is_revoked:
        return Check(CHECK, Outcome.FAILED, say.REVOKED, reason=Reason.REVOKED)
    return Check(CHECK, Outcome.PASSED, say.IN_FORCE)


class _Unusable(Exception):
    """Why a list leaves the question open."""

    def __init__(self, reason: Reason, said: str, **facts: str) -> None:
        self.reason, self.said, self.facts = reason, said, facts
        super().__init__(said)


def _usable(data: bytes, *, issuer_did: str, url: str, at: datetime) -> dict[str, Any]:
    """Return the list if it is the one asked for, and of now; its seal unchecked."""
    if not data:
        raise _Unusable(Reason.LIST_MISSING, say.LIST_MISSING)
    try:
        document: dict[str, Any] = bounded_json.parse(data)
    except bounded_json.JsonRefused as error:
        raise _Unusable(Reason.LIST_UNREADABLE, say.LIST_UNREADABLE) from error
    if find_flaw(document, STATUS_LIST) or document["id"] != url:
        raise _Unusable(Reason.LIST_UNREADABLE, say.LIST_UNREADABLE)
    if document["issuer"] != issuer_did:
        raise _Unusable(Reason.LIST_FOREIGN, say.LIST_FOREIGN)
    if not is_in_force(document, at=at):
        raise _Unusable(Reason.LIST_OLD, say.LIST_OLD, date=document["validUntil"])
    return document


def _require_signed(
    document: Mapping[str, Any], *, key_ring: KeyRing, contexts: ContextLibrary
) -> None:
    """Require that every proof holds, each with a key that still counts."""
    issuer = document["issuer"]
    for proof in document["proof"]:
        key = find_publishing_key(proof, key_ring=key_ring, issuer_did=issuer)
        if key is None or not _holds(document, proof, key.raw, contexts):
            raise _Unusable(Reason.LIST_UNSEALED, say.LIST_UNSIGNED)


def _holds(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: bytes,
    contexts: ContextLibrary,
) -> bool:
    if proof["cryptosuite"] == eddsa_jcs_2022.CRYPTOSUITE:
        return eddsa_jcs_2022.holds(document, public_key=public_key)
    return eddsa_rdfc_2022.holds(document, public_key=public_key, contexts=contexts)
