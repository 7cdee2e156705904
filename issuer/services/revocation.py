"""Ending a certificate: revoking it, or superseding it by a corrected one.

The revocation and the list that tells the world are stored in one commit: what was
recorded is published, and what is published was recorded, whatever crashes between.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.certificates import CertificateState
from issuer.domain.errors import NotFound
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor, Role
from issuer.domain.revocation import (
    AlreadyRevoked,
    ReasonCode,
    Standing,
    SuccessorMissing,
    require_revocable,
    require_successor,
)
from issuer.records import certificates, people
from issuer.records import status as rows
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of
from issuer.services.certificate_status import (
    CertificateStatus,
    check_books,
    status_of,
)
from issuer.services.status import Publishing, publish_list_of

__all__ = [
    "CertificateStatus",
    "Decider",
    "RevocationView",
    "check_books",
    "find_by_serial",
    "get_actor",
    "list_deciders",
    "revoke_certificate",
    "status_of",
    "supersede_at_issue",
    "supersede_certificate",
    "view_revocation",
]

DECIDERS = frozenset({Role.SIGNATORY, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class RevocationView:
    """What the office alone sees: who revoked the certificate, when and why."""

    reason: ReasonCode
    revoked_by: str
    revoked_at: datetime
    successor_id: int | None


@dataclass(frozen=True, slots=True)
class Decider:
    """A person who may revoke their organisation's certificates."""

    person_id: int
    organisation: str
    name: str


def revoke_certificate(
    session: Session,
    actor: Actor,
    publishing: Publishing,
    *,
    certificate_id: int,
    reason: ReasonCode,
    at: datetime,
) -> None:
    """Revoke a certificate of the actor's organisation, for good. One commit.

    Raises NotAllowed, NotFound, NotIssuedYet, AlreadyRevoked, SuccessorMissing for
    `superseded`, and what signing the list raises; nothing is then stored.
    """
    row = _of_office(session, actor, certificate_id)
    require_revocable(_standing(session, row))
    if reason is ReasonCode.SUPERSEDED:
        raise SuccessorMissing
    _end(session, actor, publishing, row, reason=reason, at=at)


def supersede_certificate(
    session: Session,
    actor: Actor,
    publishing: Publishing,
    *,
    old_id: int,
    new_id: int,
    at: datetime,
) -> None:
    """Revoke `old_id` as superseded by `new_id`, and let it point there. One commit.

    Raises NotAllowed, NotFound, the errors of `require_successor`, and what signing
    the list raises; nothing is then stored.
    """
    old = _of_office(session, actor, old_id)
    new = _of_office(session, actor, new_id)
    require_successor(_standing(session, new), of=_standing(session, old))
    _end(
        session,
        actor,
        publishing,
        old,
        reason=ReasonCode.SUPERSEDED,
        successor_id=new.id,
        at=at,
    )


def supersede_at_issue(
    session: Session,
    publishing: Publishing,
    row: certificates.CertificateRecord,
    *,
    at: datetime,
) -> None:
    """Revoke what the certificate replaces, in the transaction that issues it.

    Nothing is done if it replaces none, or one that was revoked meanwhile. Its
    signatory decided it at release. Raises what signing the list raises.
    """
    if row.supersedes_id is None or status_of(session, row.supersedes_id).is_revoked:
        return
    _record(
        session,
        publishing,
        certificates.get_certificate(
            session, row.supersedes_id, organisation_id=row.organisation_id
        ),
        reason=ReasonCode.SUPERSEDED,
        revoked_by=row.released_by,
        successor_id=row.id,
        at=at,
    )


def view_revocation(
    session: Session, actor: Actor, *, certificate_id: int
) -> RevocationView | None:
    """Return why and by whom a certificate was revoked, for the office; or None.

    Raises NotAllowed and NotFound.
    """
    row = _of_office(session, actor, certificate_id)
    revocation = rows.find_revocation(session, certificate_id=row.id)
    if revocation is None:
        return None
    by = people.get_person(
        session, revocation.revoked_by, organisation_id=row.organisation_id
    )
    return RevocationView(
        ReasonCode(revocation.reason),
        by.name,
        revocation.revoked_at,
        revocation.successor_id,
    )


def find_by_serial(session: Session, actor: Actor, *, serial: str) -> int:
    """Return the id of the organisation's certificate with this typed serial.

    Raises SerialMalformed, NotFound and NotAllowed.
    """
    row = certificates.find_by_serial(session, str(Serial.parse(serial)))
    if row is None:
        raise NotFound
    return _of_office(session, actor, row.id).id


def get_actor(session: Session, person_id: int) -> Actor:
    """Return a person as one who acts, for a command that names them; or NotFound."""
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise NotFound
    return actor


def list_deciders(session: Session) -> list[Decider]:
    """Return everybody who may revoke, by organisation: for the command line only."""
    return [
        Decider(row.id, organisation.slug, row.name)
        for organisation in people.list_organisations(session)
        for row in people.list_people(session, organisation_id=organisation.id)
        if not DECIDERS.isdisjoint(people.roles_of(session, row.id))
    ]


def _of_office(
    session: Session, actor: Actor, certificate_id: int
) -> certificates.CertificateRecord:
    require_role_of(actor, *DECIDERS)
    return certificates.get_certificate(
        session, certificate_id, organisation_id=actor.organisation_id
    )


def _standing(session: Session, row: certificates.CertificateRecord) -> Standing:
    return Standing(
        participant_id=row.participant_id,
        state=CertificateState(row.state),
        issued_at=row.issued_at,
        is_revoked=rows.find_revocation(session, certificate_id=row.id) is not None,
    )


def _end(
    session: Session,
    actor: Actor,
    publishing: Publishing,
    row: certificates.CertificateRecord,
    *,
    reason: ReasonCode,
    at: datetime,
    successor_id: int | None = None,
) -> None:
    """Record and publish in one commit, or nothing at all."""
    try:
        _record(
            session,
            publishing,
            row,
            reason=reason,
            revoked_by=actor.person_id,
            successor_id=successor_id,
            at=at,
        )
    except IntegrityError:
        session.rollback()
        raise AlreadyRevoked from None
    except Exception:
        session.rollback()
        raise
    session.commit()


def _record(
    session: Session,
    publishing: Publishing,
    row: certificates.CertificateRecord,
    *,
    reason: ReasonCode,
    revoked_by: int,
    successor_id: int | None,
    at: datetime,
) -> None:
    session.add(
        rows.RevocationRecord(
            certificate_id=row.id,
            reason=reason.value,
            revoked_by=revoked_by,
            revoked_at=at,
            successor_id=successor_id,
        )
    )
    session.flush()
    add_audit_line(
        session,
        "certificate.superseded" if successor_id else "certificate.revoked",
        f"certificate:{row.id}",
        at=at,
        actor_id=revoked_by,
        organisation_id=row.organisation_id,
    )
    publish_list_of(session, publishing, certificate_id=row.id, at=at)
