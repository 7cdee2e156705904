"""Signing sign-offs with the instructor's own passkey: one touch, one signature.

The page is given a nonce and what a statement needs besides what it shows; the browser
hashes what it shows. Here the statement is built anew from our own rows and from the
form, and must be the one that was signed, bit by bit. Signature and sign-offs are kept
in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.passkey_binding import as_base64url
from issuer.credentials.passkey_statement import (
    Assertion,
    challenge_of,
    find_flaw,
    mark_bytes,
    public_key_info,
    read_assertion,
    root_over,
    statement_bytes,
)
from issuer.credentials.passkeys import RelyingParty, inspect_sign_in
from issuer.domain.assurance import assurance_of_passkey
from issuer.domain.entry import PasskeyUnknown
from issuer.domain.merkle import path_of
from issuer.domain.people import Actor
from issuer.domain.signed_statements import VERSION
from issuer.domain.signing import SignatureRefused
from issuer.domain.signoffs import FormSentBefore
from issuer.records import passkeys
from issuer.records import signatures as rows
from issuer.services.entry_codes import Caller
from issuer.services.passkey_bindings import add_binding
from issuer.services.signing_nonces import give_nonce, issued_at, use_nonce
from issuer.services.signing_statements import ShownPage, build_mark, build_statement
from issuer.services.signoff_drafts import (
    GivenMark,
    PreparedSignOff,
    prepare_sign_offs,
)
from issuer.services.signoffs import keep_sign_offs

__all__ = ["ShownPage", "Signature", "SigningOffer", "offer_signing", "sign_sign_offs"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What came back from the page: the device's answer, and each mark's salt."""

    answer: str
    salts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class SigningOffer:
    """What the page's module needs to build the statement of what the page shows.

    `statement` and `marks`, by mapping, lack what the module reads from the page:
    the declaration's hash, and a mark's level, words and remark.
    """

    rp_id: str
    credential_ids: tuple[str, ...]
    statement: Mapping[str, object]
    marks: Mapping[int, Mapping[str, object]]

    def as_document(self) -> dict[str, object]:
        """Return the offer as the page's module reads it, as JSON values."""
        return {
            "rpId": self.rp_id,
            "credentials": self.credential_ids,
            "statement": self.statement,
            "marks": {str(id_): mark for id_, mark in self.marks.items()},
        }


def offer_signing(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    actor: Actor,
    *,
    page: ShownPage,
    period_id: int,
    marks: Mapping[int, GivenMark],
    observed_on: date,
    nonce: str,
    random_salt: Callable[[], str],
    at: datetime,
) -> SigningOffer | None:
    """Return what signing this page takes; None for somebody without a passkey.

    The nonce is this browser's and person's, for an hour and one signature. Raises as
    recording sign-offs does.
    """
    known = passkeys.list_passkeys(session, person_id=actor.person_id)
    if not known:
        return None
    prepared = prepare_sign_offs(
        session,
        actor,
        period_id=period_id,
        marks=marks,
        observed_on=observed_on,
        one_time_id=nonce,
        at=at,
    )
    issued = at.replace(microsecond=0)
    salts = {id_: random_salt() for id_ in prepared.new}
    leaves = {
        id_: build_mark(each, language=page.declaration.lang, salt=salts[id_])
        for id_, each in prepared.new.items()
    }
    statement = build_statement(prepared, page, nonce=nonce, issued=issued, root="")
    offer = SigningOffer(
        party.id,
        tuple(as_base64url(row.credential_id) for row in known),
        _without(statement.as_document(), "root", "n"),
        {
            id_: _without(
                leaf.as_document(), "level", "words_hash", "comment_hash", "observed_on"
            )
            for id_, leaf in leaves.items()
        },
    )
    give_nonce(session, caller, actor, nonce, at=issued)
    session.commit()
    return offer


def sign_sign_offs(
    session: Session,
    keys: KeyFolder,
    party: RelyingParty,
    caller: Caller,
    actor: Actor,
    *,
    page: ShownPage,
    signature: Signature,
    period_id: int,
    marks: Mapping[int, GivenMark],
    observed_on: date,
    nonce: str,
    at: datetime,
) -> list[int]:
    """Record sign-offs that the instructor's device signed; return their ids.

    Sending the same form again gives the same records. Raises as recording does, and
    SigningPageSpent, PasskeyUnknown, PasskeyRefused, SignatureRefused and what opening
    the issuer's key raises; nothing is then recorded.
    """
    prepared = prepare_sign_offs(
        session,
        actor,
        period_id=period_id,
        marks=marks,
        observed_on=observed_on,
        one_time_id=nonce,
        at=at,
    )
    assertion = read_assertion(signature.answer)
    if prepared.sent_before:
        _require_same(session, nonce, assertion)
        return keep_sign_offs(session, actor, prepared, at=at)
    issued = issued_at(session, caller, actor, nonce, at=at)
    if set(signature.salts) != set(prepared.new):
        raise SignatureRefused
    leaves = [
        mark_bytes(
            build_mark(each, language=page.declaration.lang, salt=signature.salts[id_])
        )
        for id_, each in prepared.new.items()
    ]
    said = statement_bytes(
        build_statement(
            prepared, page, nonce=nonce, issued=issued, root=root_over(leaves)
        )
    )
    passkey = _require_signed(session, party, actor, assertion, signature, said, at=at)
    add_binding(session, keys, party, actor, passkey, at=at)
    level = assurance_of_passkey(may_leave_device=assertion.may_leave_device)
    for each, leaf in zip(prepared.new.values(), leaves, strict=True):
        each.row.statement = leaf
        each.row.statement_version = VERSION
        each.row.assurance = level.value
    kept = rows.SignatureRecord(
        passkey_id=passkey.id,
        nonce=nonce,
        rp_id=party.id,
        statement=said,
        client_data=assertion.client_data,
        authenticator_data=assertion.authenticator_data,
        signature=assertion.signature,
        received_at=at,
    )
    use_nonce(session, caller, actor, nonce, at=at)
    return keep_sign_offs(
        session,
        actor,
        prepared,
        at=at,
        also=lambda: _link(session, kept, list(prepared.new.values()), leaves),
    )


def _require_signed(
    session: Session,
    party: RelyingParty,
    actor: Actor,
    assertion: Assertion,
    signature: Signature,
    said: bytes,
    *,
    at: datetime,
) -> passkeys.PasskeyRecord:
    """Return the passkey that signed `said`, marked as used; raises as signing does.

    Both readers must agree: the library with which people come in, which also counts,
    and the one with which a signature is checked years later.
    """
    row = passkeys.find_passkey(session, credential_id=assertion.credential_id)
    if row is None or row.removed_at is not None or row.person_id != actor.person_id:
        raise PasskeyUnknown
    if find_flaw(
        assertion,
        statement=said,
        public_key=public_key_info(row.public_key),
        rp_id=party.id,
    ) or (assertion.may_leave_device != row.is_backup_eligible):
        raise SignatureRefused
    used = inspect_sign_in(
        party,
        signature.answer,
        challenge=challenge_of(said),
        public_key=row.public_key,
        sign_count=row.sign_count,
    )
    row.sign_count = used.sign_count
    row.is_backed_up = used.is_backed_up
    row.used_at = at
    return row


def _link(
    session: Session,
    kept: rows.SignatureRecord,
    prepared: Sequence[PreparedSignOff],
    leaves: Sequence[bytes],
) -> None:
    session.add(kept)
    session.flush()
    session.add_all(
        rows.SignedMarkRecord(
            sign_off_id=each.row.id,
            signature_id=kept.id,
            place=place,
            path=b"".join(path_of(leaves, place)),
        )
        for place, each in enumerate(prepared)
    )


def _require_same(session: Session, nonce: str, assertion: Assertion) -> None:
    """Raise FormSentBefore unless exactly this signature was kept under the nonce."""
    kept = rows.find_signature(session, nonce=nonce)
    if kept is None or (kept.client_data, kept.signature) != (
        assertion.client_data,
        assertion.signature,
    ):
        raise FormSentBefore


def _without(document: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in document.items() if name not in names}
