"""Whose a passkey is, sealed by the issuer: at its registration, or at first signing.

A passkey is registered even where the issuer has no key yet; the seal then waits for
the first signature, which is not taken without one.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.passkey_binding import (
    PURPOSE,
    PasskeyBinding,
    as_base64url,
    seal_binding,
)
from issuer.credentials.passkey_statement import public_key_info
from issuer.credentials.passkeys import RelyingParty
from issuer.credentials.public_key import instant_text
from issuer.domain.people import Actor
from issuer.records import passkeys, people
from issuer.records import signatures as rows


def bind_own_passkeys(
    session: Session,
    keys: KeyFolder,
    party: RelyingParty,
    actor: Actor,
    *,
    at: datetime,
) -> None:
    """Seal whose the person's passkeys are, where that was not done yet.

    Raises SigningKeyMissing and what opening the issuer's key raises.
    """
    for passkey in passkeys.list_passkeys(session, person_id=actor.person_id):
        add_binding(session, keys, party, actor, passkey, at=at)
    session.commit()


def add_binding(
    session: Session,
    keys: KeyFolder,
    party: RelyingParty,
    actor: Actor,
    passkey: passkeys.PasskeyRecord,
    *,
    at: datetime,
) -> rows.PasskeyBindingRecord:
    """Return the seal of a passkey, made in the caller's transaction if there is none.

    Raises as `bind_own_passkeys`.
    """
    if found := rows.find_binding(session, passkey_id=passkey.id):
        return found
    organisation = people.get_organisation(session, actor.organisation_id)
    signer = keys.signer_in_force(organisation.did, PURPOSE)
    binding = PasskeyBinding(
        issuer=organisation.did,
        org=organisation.pseudonym,
        person=_pseudonym(session, actor.person_id, actor),
        credential_id=as_base64url(passkey.credential_id),
        public_key=as_base64url(public_key_info(passkey.public_key)),
        algorithm=passkey.algorithm,
        rp_id=party.id,
        may_leave_device=passkey.is_backup_eligible,
        shown_by=passkey.proof_at_enrolment,
        enrolled_by=_pseudonym(session, passkey.enrolled_by, actor),
        valid_from=instant_text(passkey.made_at),
        bound_at=instant_text(at),
    )
    row = rows.PasskeyBindingRecord(
        passkey_id=passkey.id,
        document=binding.to_bytes(),
        signature=seal_binding(binding, signer),
        key_id=signer.key_id,
        bound_at=at.replace(microsecond=0),
    )
    session.add(row)
    return row


def _pseudonym(session: Session, person_id: int | None, actor: Actor) -> str:
    if person_id is None:
        return ""
    return people.get_person(
        session, person_id, organisation_id=actor.organisation_id
    ).pseudonym
