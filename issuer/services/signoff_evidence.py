"""Evidence of sign-offs: checked again from bytes, and taken out for others to check.

What was checked once when it came in is checked again as a stranger would: from the
stored bytes, the issuer's seal over whose key it is, and the rows that people see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from issuer.credentials.did_web import build_jwks
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.passkey_binding import (
    PasskeyBinding,
    as_base64url,
    find_flaw_of_binding,
    from_base64url,
)
from issuer.credentials.passkey_statement import (
    Assertion,
    find_flaw,
    find_flaw_of_mark,
    read_mark,
    read_statement,
)
from issuer.credentials.public_key import instant_text
from issuer.domain.assurance import assurance_of_passkey
from issuer.domain.errors import NotFound
from issuer.domain.identifiers import Serial
from issuer.domain.merkle import HASH_BYTES
from issuer.domain.signed_statements import words_of_page
from issuer.domain.signoffs import Assurance
from issuer.records import catalogue, certificates, people, proposals
from issuer.records import signatures as rows
from issuer.records.passkeys import PasskeyRecord

ROWS_AT_A_TIME: Final = 500
SIGNED_LEVELS: Final = {Assurance.S2, Assurance.S3}


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of one sign-off: `flaw` is one word, "" where everything holds."""

    sign_off_id: int
    is_signed: bool
    flaw: str


def recheck_sign_offs(session: Session, ring: KeyRing) -> Iterator[Recheck]:
    """Check every stored signature again, sign-off by sign-off; changes nothing."""
    after = 0
    while found := rows.list_signed(session, after=after, most=ROWS_AT_A_TIME):
        for row in found:
            yield recheck(session, row, ring)
        after = found[-1][0].id
        session.expunge_all()


def list_orphans(session: Session) -> list[int]:
    """Return signatures whose sign-offs are gone: somebody removed rows."""
    return rows.list_unsigned_signatures(session)


def recheck(session: Session, row: rows.SignedRow, ring: KeyRing) -> Recheck:
    """Check one sign-off's signature again, from its bytes."""
    sign_off, place, kept, passkey, bound, _ = row
    if place is None or kept is None or passkey is None:
        is_short = Assurance(sign_off.assurance) in SIGNED_LEVELS or place is not None
        return Recheck(sign_off.id, False, "no_signature" if is_short else "")
    if bound is None:
        return Recheck(sign_off.id, True, "no_binding")
    flaw = (
        find_flaw_of_binding(
            bound.document, bound.signature, key_id=bound.key_id, ring=ring
        )
        or _flaw_of_signature(kept, passkey, PasskeyBinding.parse(bound.document))
        or find_flaw_of_mark(
            sign_off.statement,
            statement=kept.statement,
            index=place.place,
            path=_hashes(place.path),
        )
        or _flaw_of_rows(session, row, PasskeyBinding.parse(bound.document))
    )
    return Recheck(sign_off.id, True, flaw)


def find_ids_of(session: Session, wanted: str) -> list[int]:
    """Return the sign-offs behind a certificate's serial, or the one with this number.

    Raises NotFound, SerialMalformed.
    """
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 11:
        return [int(wanted)]
    certificate = certificates.find_by_serial(session, str(Serial.parse(wanted)))
    if certificate is None:
        raise NotFound
    items = proposals.list_items(session, proposal_id=certificate.proposal_id)
    return [item.sign_off_id for item in items]


def build_evidence_file(
    session: Session, ring: KeyRing, *, ids: Iterable[int], at: datetime
) -> dict[str, Any]:
    """Return these sign-offs with all that others need to check them, as JSON values.

    It holds pseudonyms and the catalogue's words, no name and no remark. Raises
    NotFound where there is none.
    """
    found = rows.list_signed(session, ids=ids)
    if not found:
        raise NotFound
    sealing = {row[4].key_id for row in found if row[4] is not None}
    keys = [key for key_id in sorted(sealing) if (key := ring.find(key_id))]
    jwks = [
        each
        for did in sorted({key.controller for key in keys})
        for each in build_jwks(did, keys)["keys"]
    ]
    return {
        "type": "SignOffEvidence",
        "v": 1,
        "exportedAt": instant_text(at),
        "signOffs": [_evidence(session, row) for row in found],
        "keys": jwks,
    }


def _evidence(session: Session, row: rows.SignedRow) -> dict[str, Any]:
    sign_off, place, kept, passkey, bound, withdrawal = row
    told: dict[str, Any] = {
        "signOff": sign_off.id,
        "assurance": sign_off.assurance,
        "withdrawnAt": instant_text(withdrawal.withdrawn_at) if withdrawal else None,
        "mark": as_base64url(sign_off.statement),
    }
    if place is None or kept is None or passkey is None or bound is None:
        return told
    language = read_statement(kept.statement).declaration.lang
    where = catalogue.list_requirement_places(session, [sign_off.requirement_id])
    return told | {
        "words": words_of_page(
            where[sign_off.requirement_id].text.in_language(language)
        ),
        "place": place.place,
        "path": [each.hex() for each in _hashes(place.path)],
        "statement": as_base64url(kept.statement),
        "clientData": as_base64url(kept.client_data),
        "authenticatorData": as_base64url(kept.authenticator_data),
        "signature": as_base64url(kept.signature),
        "receivedAt": instant_text(kept.received_at),
        "keyRemovedAt": instant_text(passkey.removed_at)
        if passkey.removed_at
        else None,
        "binding": as_base64url(bound.document),
        "bindingSignature": as_base64url(bound.signature),
        "bindingKey": bound.key_id,
    }


def _flaw_of_signature(
    kept: rows.SignatureRecord, passkey: PasskeyRecord, binding: PasskeyBinding
) -> str:
    if binding.credential_id != as_base64url(passkey.credential_id):
        return "other_key"
    received = instant_text(kept.received_at)
    if received < binding.valid_from:
        return "not_yet_bound"
    if passkey.removed_at and received >= instant_text(passkey.removed_at):
        return "removed_key"
    said = read_statement(kept.statement)
    if (said.signer, said.org) != (binding.person, binding.org):
        return "other_person"
    assertion = Assertion(
        passkey.credential_id,
        kept.client_data,
        kept.authenticator_data,
        kept.signature,
    )
    return find_flaw(
        assertion,
        statement=kept.statement,
        public_key=from_base64url(binding.public_key),
        rp_id=binding.rp_id,
    )


def _flaw_of_rows(
    session: Session, row: rows.SignedRow, binding: PasskeyBinding
) -> str:
    """Return what people are shown otherwise than it was signed, in one word."""
    sign_off = row[0]
    assert row[2] is not None  # noqa: S101 - signed rows only come here
    said, mark = read_statement(row[2].statement), read_mark(sign_off.statement)
    remark = sha256(sign_off.remark.encode()).hexdigest() if sign_off.remark else None
    if (mark.level, mark.comment_hash, mark.observed_on) != (
        sign_off.mark,
        remark,
        sign_off.observed_on.isoformat(),
    ):
        return "other_mark"
    place = catalogue.list_requirement_places(session, [sign_off.requirement_id])
    if mark.skill != place[sign_off.requirement_id].key:
        return "other_skill"
    if (said.participant, binding.person) != tuple(
        people.get_person(
            session, person_id, organisation_id=sign_off.organisation_id
        ).pseudonym
        for person_id in (sign_off.participant_id, sign_off.instructor_id)
    ):
        return "other_person"
    level = assurance_of_passkey(may_leave_device=binding.may_leave_device)
    return "" if sign_off.assurance == level.value else "other_level"


def _hashes(path: bytes) -> list[bytes]:
    return [path[i : i + HASH_BYTES] for i in range(0, len(path), HASH_BYTES)]
