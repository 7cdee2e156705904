"""Certificates as their holder and the office see and download them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.sealer import Draft
from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.errors import IssuerError, NotAllowed, NotFound, sentence
from issuer.domain.people import Actor, Role
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.records import people
from issuer.records.page_seals import find_page_seal
from issuer.services.authority import require_role_of
from issuer.services.certificate_status import (
    CertificateStatus,
    Replaced,
    list_replaced,
    status_of,
)


class PageNotReady(IssuerError):
    """The PDF is still being made."""

    code = "certificate.page_not_ready"
    sentence = sentence("The PDF is still being made. It will be here in a moment.")


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A unit named on a certificate, x of y requirements identified."""

    name: str
    code: str
    identified: int
    total: int


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as its holder and the office see it.

    `status` says whether it has ended and what superseded it; `replaced` are earlier
    certificates that this one has superseded.
    """

    id: int
    serial: str
    proposal_id: int
    participant_id: int
    holder: str
    state: CertificateState
    page_state: PageState
    reserved_at: datetime
    issued_at: datetime | None
    valid_until: datetime | None
    status: CertificateStatus
    replaced: tuple[Replaced, ...]
    qualification: str
    units: tuple[UnitCount, ...]
    check_url: str


def list_certificates(session: Session, actor: Actor) -> list[CertificateView]:
    """Return the organisation's certificates for the office; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    found = rows.list_certificates(session, organisation_id=actor.organisation_id)
    return [_view(session, row) for row in found]


def list_own_certificates(session: Session, actor: Actor) -> list[CertificateView]:
    """Return the participant's own issued certificates, the newest first."""
    require_role_of(actor, Role.PARTICIPANT)
    found = rows.list_certificates(
        session,
        organisation_id=actor.organisation_id,
        participant_id=actor.person_id,
    )
    return [
        _view(session, row)
        for row in found
        if row.state == CertificateState.ISSUED.value
    ]


def view_certificate(
    session: Session, actor: Actor, *, certificate_id: int
) -> CertificateView:
    """Return a certificate for its holder or the office; raises NotFound."""
    return _view(session, _within_reach(session, actor, certificate_id))


def read_credential(
    session: Session, actor: Actor, *, certificate_id: int
) -> tuple[str, bytes]:
    """Return the serial and the sealed JSON for its holder or the office."""
    row = _within_reach(session, actor, certificate_id)
    if row.credential is None:
        raise NotFound
    return row.serial, row.credential


def read_jwt(
    session: Session, actor: Actor, *, certificate_id: int
) -> tuple[str, bytes]:
    """Return the serial and the sealed JWT for its holder or the office."""
    row = _within_reach(session, actor, certificate_id)
    if row.jwt is None:
        raise NotFound
    return row.serial, row.jwt


def read_badge(
    session: Session, actor: Actor, *, certificate_id: int
) -> tuple[str, bytes]:
    """Return the serial and the badge picture with the sealed JSON baked in."""
    serial, credential = read_credential(session, actor, certificate_id=certificate_id)
    return serial, bake(badge_picture(), credential)


def read_page(
    session: Session, actor: Actor, blobs: BlobStore, *, certificate_id: int
) -> tuple[str, bytes]:
    """Return the serial and the PDF, in its newest long form if it has one.

    Raises PageNotReady, NotFound, BlobMissing.
    """
    row = _within_reach(session, actor, certificate_id)
    if row.page_sha256 is None:
        raise PageNotReady
    seal = find_page_seal(session, row.id)
    newest = seal.extended_sha256 if seal else None
    return row.serial, blobs.get(newest or row.page_sha256)


def _within_reach(
    session: Session, actor: Actor, certificate_id: int
) -> rows.CertificateRecord:
    row = rows.get_certificate(
        session, certificate_id, organisation_id=actor.organisation_id
    )
    is_holder = row.participant_id == actor.person_id
    if is_holder and row.state == CertificateState.ISSUED.value:
        return row
    if actor.has(Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR):
        return row
    raise NotFound if actor.has(Role.PARTICIPANT) else NotAllowed


def _view(session: Session, row: rows.CertificateRecord) -> CertificateView:
    statement = Draft.parse(row.draft).statement
    holder = people.get_person(
        session, row.participant_id, organisation_id=row.organisation_id
    )
    until = statement.get("valid_until")
    return CertificateView(
        id=row.id,
        serial=row.serial,
        proposal_id=row.proposal_id,
        participant_id=row.participant_id,
        holder=holder.name,
        state=CertificateState(row.state),
        page_state=PageState(row.page_state),
        reserved_at=row.reserved_at,
        issued_at=row.issued_at,
        valid_until=datetime.fromisoformat(until) if until else None,
        status=status_of(session, row.id),
        replaced=list_replaced(session, row.id),
        qualification=str(statement["qualification"]["name"]),
        units=tuple(
            UnitCount(
                unit["name"], unit["code"] or "", unit["identified"], unit["total"]
            )
            for unit in statement["units"]
        ),
        check_url=str(statement["id"]),
    )
