"""Releasing a certificate: reserve, seal, inspect, store. Two commits, by design.

After the first commit the serial and the exact draft are in the books and no key has
been touched. After the second the certificate is issued. A crash in between leaves a
reserved row that `complete_certificate` finishes with the same serial and bytes.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.inspection import inspect
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.page_contents import require_page_possible
from issuer.credentials.sealer import Draft, prepare, seal
from issuer.domain.certificates import (
    CertificateState,
    CertificateTaken,
    DraftUnfit,
    PageState,
    SerialTaken,
)
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import require_releasable
from issuer.domain.signoffs import standings_of
from issuer.domain.verification import Outcome
from issuer.records import certificates as rows
from issuer.records import people, periods, proposals, signoffs
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of
from issuer.services.proposals import proposal_view
from issuer.services.statements import build_statement


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing needs of the house, wired once at start.

    The key folder is asked each time, so that a rotation needs no restart.
    """

    public_url: str
    contexts: ContextLibrary
    keys: KeyFolder
    template: str
    template_version: str


def release_certificate(
    session: Session,
    actor: Actor,
    sealing: Sealing,
    *,
    proposal_id: int,
    serial: Serial,
    at: datetime,
) -> int:
    """Release an accepted proposal as a certificate and return the certificate's id.

    Raises NotAllowed, NotFound, ProposalNotAccepted, ProposalOutOfDate,
    SignatoryMayNotRelease, CertificateTaken, SerialTaken, DraftUnfit and, where the
    page could never be printed, PageRefused; nothing is then stored.
    """
    certificate_id = reserve_certificate(
        session, actor, sealing, proposal_id=proposal_id, serial=serial, at=at
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
) -> int:
    """Store the serial and the exact draft; the key is not touched. First commit."""
    require_role_of(actor, Role.SIGNATORY)
    proposal, period = proposals.get_proposal(
        session, proposal_id, organisation_id=actor.organisation_id
    )
    _require_releasable(session, actor, proposal, period)
    if rows.find_by_serial(session, str(serial)):
        raise SerialTaken
    statement = build_statement(
        session,
        proposal,
        period,
        signatory_id=actor.person_id,
        public_url=sealing.public_url,
        serial=serial,
        at=at,
    )
    organisation = people.get_organisation(session, actor.organisation_id)
    require_page_possible(asdict(statement))
    draft = prepare(
        statement,
        key_id=sealing.keys.signer_in_force(organisation.did).key_id,
        template=sealing.template,
        template_version=sealing.template_version,
        contexts=sealing.contexts,
    ).to_bytes()
    row = rows.CertificateRecord(
        organisation_id=actor.organisation_id,
        proposal_id=proposal.id,
        participant_id=period.participant_id,
        serial=str(serial),
        state=CertificateState.RESERVED.value,
        released_by=actor.person_id,
        reserved_at=at,
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
    _audit(session, "certificate.reserved", row, actor_id=actor.person_id, at=at)
    session.commit()
    return row.id


def complete_certificate(
    session: Session, sealing: Sealing, *, certificate_id: int, at: datetime
) -> None:
    """Seal a reserved certificate's draft, inspect it and store it. Second commit.

    An issued certificate is left as it is. Raises DraftUnfit if our own inspection
    refuses what we sealed; the certificate then stays reserved.
    """
    row = rows.get_certificate(session, certificate_id)
    if row.state != CertificateState.RESERVED.value:
        return
    draft = Draft.parse(row.draft)
    sealed = seal(
        draft,
        signer=sealing.keys.signer_with(draft.key_id),
        contexts=sealing.contexts,
    )
    _require_sound(sealed.data, sealing, at=at)
    if rows.mark_issued(
        session,
        row.id,
        credential=sealed.data,
        credential_sha256=sealed.sha256,
        at=at,
    ):
        _audit(session, "certificate.issued", row, actor_id=row.released_by, at=at)
    session.commit()


def _require_releasable(
    session: Session,
    actor: Actor,
    proposal: proposals.ProposalRecord,
    period: periods.WorkPeriodRecord,
) -> None:
    view = proposal_view(session, proposal, period)
    standings = standings_of(
        signoffs.list_sign_offs(session, period_id=period.id),
        signoffs.list_resolutions(session, period_id=period.id),
    )
    require_releasable(
        state=view.line.state,
        signatory_id=actor.person_id,
        participant_id=period.participant_id,
        items={
            item.requirement_id: item.sign_off_id
            for item in proposals.list_items(session, proposal_id=proposal.id)
        },
        standings=standings,
        unit_requirements=[
            requirement.requirement_id
            for coverage in view.coverages
            for requirement in coverage.requirements
        ],
    )


def _require_sound(credential: bytes, sealing: Sealing, *, at: datetime) -> None:
    checks = inspect(
        credential,
        key_ring=sealing.keys.key_ring(),
        contexts=sealing.contexts,
        public_url=sealing.public_url,
        at=at,
    )
    for check in checks:
        if check.outcome is not Outcome.PASSED:
            raise DraftUnfit(place=check.name, reason=check.text % dict(check.facts))


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
