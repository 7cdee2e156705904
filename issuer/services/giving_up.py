"""Giving up a reserved certificate that no key may seal any more.

A draft is sealed with the keys that it names and no others. Once one of them is revoked
the certificate can be neither finished nor changed; who releases certificates gives it
up, and its proposal is free to be released again: with another number, place and draft.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder, KeyMayNotSign
from issuer.credentials.sealer import Draft, DraftUnreadable
from issuer.domain.certificates import CertificateState
from issuer.domain.giving_up import CertificateIssued, StillSealable
from issuer.domain.people import Actor, Role
from issuer.records import certificates as rows
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of

__all__ = [
    "BarredLine",
    "Barrier",
    "find_barrier",
    "give_up_certificate",
    "list_barred",
]


@dataclass(frozen=True, slots=True)
class Barrier:
    """The key that a draft needs and that may not seal: revoked, or not to be found."""

    key_id: str
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class BarredLine:
    """A reserved certificate that cannot be sealed, and why."""

    id: int
    serial: str
    barrier: Barrier


def give_up_certificate(
    session: Session,
    actor: Actor,
    keys: KeyFolder,
    *,
    certificate_id: int,
    at: datetime,
) -> None:
    """Give up a reserved certificate of the actor's organisation, for good. One commit.

    One given up already is left as it is. Raises NotAllowed, NotFound,
    CertificateIssued and, while its keys may seal it, StillSealable.
    """
    require_role_of(actor, Role.SIGNATORY, Role.ADMINISTRATOR)
    row = rows.get_certificate(
        session, certificate_id, organisation_id=actor.organisation_id
    )
    if row.state == CertificateState.RESERVED.value:
        if _barrier_of(row.draft, keys) is None:
            raise StillSealable
        if rows.mark_given_up(session, row.id):
            add_audit_line(
                session,
                "certificate.given_up",
                f"certificate:{row.id}",
                at=at,
                actor_id=actor.person_id,
                organisation_id=row.organisation_id,
            )
            session.commit()
            return
        session.refresh(row)  # somebody else was faster
    if row.state == CertificateState.ISSUED.value:
        raise CertificateIssued


def find_barrier(
    session: Session, actor: Actor, keys: KeyFolder, *, certificate_id: int
) -> Barrier | None:
    """Return what keeps a certificate of the office from its seal; None if nothing.

    Raises NotAllowed and NotFound.
    """
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    row = rows.get_certificate(
        session, certificate_id, organisation_id=actor.organisation_id
    )
    if row.state != CertificateState.RESERVED.value:
        return None
    return _barrier_of(row.draft, keys)


def list_barred(session: Session, keys: KeyFolder) -> list[BarredLine]:
    """Return the reserved certificates of every organisation that no key may seal.

    For the operator and for due work, which leaves them alone. A draft that this
    version cannot read is not among them.
    """
    return [
        BarredLine(id_, serial, barrier)
        for id_, serial, draft in rows.each_reserved(session)
        if (barrier := _barrier_of(draft, keys))
    ]


def _barrier_of(data: bytes, keys: KeyFolder) -> Barrier | None:
    try:
        draft = Draft.parse(data)
    except DraftUnreadable:  # the version that wrote it may still finish it
        return None
    for key_id in (draft.key_id, draft.jwt_key_id, draft.compact_key_id):
        try:
            keys.require_may_sign(key_id)
        except KeyMayNotSign:
            return Barrier(key_id, is_revoked=keys.every_key().find(key_id) is not None)
    return None
