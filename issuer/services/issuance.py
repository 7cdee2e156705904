"""Releasing a certificate: reserve, seal, inspect, store. Two commits, by design.

After the first commit the serial, the place in the status list and the exact draft are
in the books and no key has been touched. After the second the certificate is issued. A
crash in between leaves a reserved row that `complete_certificate` finishes with the
same serial and bytes; where its keys are revoked it can be given up (`giving_up`).
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.sealer import Draft
from issuer.domain.certificates import (
    CertificateState,
    CertificateTaken,
    PageState,
    SerialTaken,
)
from issuer.domain.errors import NotFound
from issuer.domain.giving_up import CertificateGivenUp
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import require_releasable
from issuer.domain.revocation import AlreadyRevoked
from issuer.domain.undo import require_settled
from issuer.records import certificates as rows
from issuer.records import periods, proposals
from issuer.records.audit import add_audit_line
from issuer.records.status import find_revocation
from issuer.services.authority import require_role_of
from issuer.services.look import look_in_force
from issuer.services.policy import require_strong_enough
from issuer.services.proposals import proposal_view
from issuer.services.revocation import supersede_at_issue
from issuer.services.sealing import Sealing, draft_of, require_sound, sealed_forms
from issuer.services.statements import build_statement
from issuer.services.status import (
    give_status_entry,
    publish_list_of,
    reserve_status_entry,
    status_list_url,
)
from issuer.services.templates import record_use, template_for_new

__all__ = [
    "Sealing",
    "complete_certificate",
    "release_certificate",
    "reserve_certificate",
]


def release_certificate(
    session: Session,
    actor: Actor,
    sealing: Sealing,
    *,
    proposal_id: int,
    serial: Serial,
    at: datetime,
    supersedes: int | None = None,
) -> int:
    """Release an accepted proposal as a certificate and return the certificate's id.

    `supersedes` is the id of the same person's certificate that this one replaces.
    Raises NotAllowed, NotFound, ProposalNotAccepted, ProposalOutOfDate,
    SignatoryMayNotRelease, StillUndoable, AssuranceTooLow, CertificateTaken,
    SerialTaken, DraftUnfit and, where the page could never be printed, PageRefused;
    nothing is then stored.
    """
    certificate_id = reserve_certificate(
        session,
        actor,
        sealing,
        proposal_id=proposal_id,
        serial=serial,
        at=at,
        supersedes=supersedes,
    )
    complete_certificate(session, sealing, certificate_id=certificate_id, at=at)
    return certificate_id


def reserve_certificate(
    session: Session,
    actor: Actor,
    sealing: Sealing,
    *,
    proposal_id: int,
    serial: Serial,
    at: datetime,
    supersedes: int | None = None,
) -> int:
    """Store the serial, the status entry and the exact draft. First commit.

    The template version is frozen with it, if this is its first certificate. No key is
    touched. Raises as `release_certificate`.
    """
    require_role_of(actor, Role.SIGNATORY)
    proposal, period = proposals.get_proposal(
        session, proposal_id, organisation_id=actor.organisation_id
    )
    _require_releasable(session, actor, sealing, proposal, period, at=at)
    if rows.find_by_serial(session, str(serial)):
        raise SerialTaken
    number, index = reserve_status_entry(
        session,
        actor.organisation_id,
        random_index=sealing.random_index,
        at=at,
    )
    statement = build_statement(
        session,
        proposal,
        period,
        signatory_id=actor.person_id,
        public_url=sealing.public_url,
        serial=serial,
        at=at,
        status_list_url=status_list_url(
            session,
            actor.organisation_id,
            public_url=sealing.public_url,
            number=number,
        ),
        status_index=index,
        supersedes=_superseded_id(session, period, supersedes, sealing.public_url),
    )
    template = template_for_new(session, sealing.template)
    look = look_in_force(session, actor.organisation_id)
    draft = draft_of(statement, sealing, template=template, look=look).to_bytes()
    row = rows.CertificateRecord(
        organisation_id=actor.organisation_id,
        proposal_id=proposal.id,
        participant_id=period.participant_id,
        serial=str(serial),
        state=CertificateState.RESERVED.value,
        released_by=actor.person_id,
        reserved_at=at,
        supersedes_id=supersedes,
        draft=draft,
        draft_sha256=sha256(draft).hexdigest(),
        page_state=PageState.PENDING.value,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise CertificateTaken from None
    record_use(session, template, at=at)
    give_status_entry(
        session,
        actor.organisation_id,
        number=number,
        index=index,
        certificate_id=row.id,
    )
    _audit(session, "certificate.reserved", row, actor_id=actor.person_id, at=at)
    session.commit()
    return row.id


def complete_certificate(
    session: Session, sealing: Sealing, *, certificate_id: int, at: datetime
) -> None:
    """Seal a reserved certificate's draft, inspect it and store it. Second commit.

    An issued certificate is left as it is. Its status list is published, and what it
    supersedes is revoked, in the same commit. Raises CertificateGivenUp if it was, also
    meanwhile, and DraftUnfit if our own inspection refuses what we sealed; the
    certificate then stays reserved.
    """
    row = rows.get_certificate(session, certificate_id)
    if row.state == CertificateState.GIVEN_UP.value:
        raise CertificateGivenUp
    if row.state != CertificateState.RESERVED.value:
        return
    publish_list_of(session, sealing.publishing, certificate_id=certificate_id, at=at)
    sealed = sealed_forms(Draft.parse(row.draft), sealing)
    require_sound(session, sealed, sealing, at=at)
    if rows.mark_issued(
        session,
        row.id,
        credential=sealed.data,
        credential_sha256=sealed.sha256,
        jwt=sealed.jwt,
        digits=sealed.digits,
        at=at,
    ):
        _audit(session, "certificate.issued", row, actor_id=row.released_by, at=at)
        supersede_at_issue(session, sealing.publishing, row, at=at)
    else:
        session.refresh(row)
        if row.state == CertificateState.GIVEN_UP.value:
            session.rollback()
            raise CertificateGivenUp
    session.commit()


def _superseded_id(
    session: Session,
    period: periods.WorkPeriodRecord,
    supersedes: int | None,
    public_url: str,
) -> str | None:
    """Return the address of the same person's issued certificate; raises NotFound."""
    if supersedes is None:
        return None
    old = rows.get_certificate(
        session, supersedes, organisation_id=period.organisation_id
    )
    if (
        old.participant_id != period.participant_id
        or old.state != CertificateState.ISSUED.value
    ):
        raise NotFound
    if find_revocation(session, certificate_id=old.id):
        raise AlreadyRevoked
    return f"{public_url}/v/{old.serial}"


def _require_releasable(
    session: Session,
    actor: Actor,
    sealing: Sealing,
    proposal: proposals.ProposalRecord,
    period: periods.WorkPeriodRecord,
    *,
    at: datetime,
) -> None:
    view = proposal_view(session, proposal, period)
    require_releasable(
        state=view.line.state,
        signatory_id=actor.person_id,
        participant_id=period.participant_id,
        is_current=view.is_current,
    )
    require_settled(view.coverages, undo=sealing.undo, at=at)
    require_strong_enough(session, period.organisation_id, view.coverages)


def _audit(
    session: Session,
    deed: str,
    row: rows.CertificateRecord,
    *,
    actor_id: int,
    at: datetime,
) -> None:
    add_audit_line(
        session,
        deed,
        f"certificate:{row.id}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.organisation_id,
    )
