"""Certificates: reserved with their exact draft, then issued with their credential.

A reserved one whose keys are revoked is given up: its row stays and nothing reads it.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, and_, or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, load_only, mapped_column

from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.errors import NotFound
from issuer.records.base import Identifier, Instant, Record

_NOT_GIVEN_UP = text("state <> 'given_up'")


class CertificateRecord(Record):
    """One certificate; one per accepted proposal, but for those that were given up.

    `draft` are the exact bytes that were prepared before the key was touched;
    `credential` the sealed JSON, with its SHA-256, `jwt` and `digits` (the QR code's
    proof) its other sealed forms; the page (PDF) lies in the blob
    store under `page_sha256`.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "ix_certificate_proposal_id",
            "proposal_id",
            unique=True,
            sqlite_where=_NOT_GIVEN_UP,
            postgresql_where=_NOT_GIVEN_UP,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    serial: Mapped[str] = mapped_column(Identifier, unique=True)
    state: Mapped[str] = mapped_column(Identifier, index=True)
    released_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reserved_at: Mapped[datetime] = mapped_column(Instant)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    draft: Mapped[bytes] = mapped_column(LargeBinary)
    draft_sha256: Mapped[str] = mapped_column(Identifier)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    credential: Mapped[bytes | None] = mapped_column(LargeBinary)
    credential_sha256: Mapped[str | None] = mapped_column(Identifier)
    jwt: Mapped[bytes | None] = mapped_column(LargeBinary)
    digits: Mapped[str | None] = mapped_column(Identifier)
    page_state: Mapped[str] = mapped_column(Identifier, index=True)
    page_sha256: Mapped[str | None] = mapped_column(Identifier)


def get_certificate(
    session: Session, certificate_id: int, *, organisation_id: int | None = None
) -> CertificateRecord:
    """Return a certificate's row, of this organisation if named; raises NotFound."""
    row = session.get(CertificateRecord, certificate_id)
    if row is None or organisation_id not in {None, row.organisation_id}:
        raise NotFound
    return row


def find_by_serial(session: Session, serial: str) -> CertificateRecord | None:
    """Return the certificate with this serial, or None."""
    return session.scalar(
        select(CertificateRecord).where(CertificateRecord.serial == serial)
    )


def find_by_proposal(session: Session, *, proposal_id: int) -> CertificateRecord | None:
    """Return the proposal's certificate, or None; one given up is none."""
    return session.scalar(
        select(CertificateRecord).where(
            CertificateRecord.proposal_id == proposal_id,
            CertificateRecord.state != CertificateState.GIVEN_UP.value,
        )
    )


def list_certificates(
    session: Session, *, organisation_id: int, participant_id: int | None = None
) -> list[CertificateRecord]:
    """Return the organisation's certificates, newest first; one person's if named."""
    query = select(CertificateRecord).where(
        CertificateRecord.organisation_id == organisation_id
    )
    if participant_id is not None:
        query = query.where(CertificateRecord.participant_id == participant_id)
    return list(session.scalars(query.order_by(CertificateRecord.id.desc())))


def list_page_states(
    session: Session, *, organisation_id: int, proposal_ids: Collection[int]
) -> list[tuple[int, int, str, str]]:
    """Return id, proposal, serial and page state of these proposals' certificates.

    Those given up are left out.
    """
    found = session.execute(
        select(
            CertificateRecord.id,
            CertificateRecord.proposal_id,
            CertificateRecord.serial,
            CertificateRecord.page_state,
        ).where(
            CertificateRecord.organisation_id == organisation_id,
            CertificateRecord.proposal_id.in_(proposal_ids),
            CertificateRecord.state != CertificateState.GIVEN_UP.value,
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def list_unfinished(session: Session) -> list[CertificateRecord]:
    """Return the certificates that are reserved or whose page is pending.

    There may be thousands: only `id`, `serial` and `state` are read at once.
    """
    return list(
        session.scalars(
            select(CertificateRecord)
            .options(load_only(CertificateRecord.serial, CertificateRecord.state))
            .where(
                or_(
                    CertificateRecord.state == CertificateState.RESERVED.value,
                    and_(
                        CertificateRecord.state == CertificateState.ISSUED.value,
                        CertificateRecord.page_state == PageState.PENDING.value,
                    ),
                )
            )
            .order_by(CertificateRecord.id)
        )
    )


def each_reserved(session: Session) -> Iterator[tuple[int, str, bytes]]:
    """Yield id, serial and draft of the certificates that wait for their seal."""
    found = session.execute(
        select(CertificateRecord.id, CertificateRecord.serial, CertificateRecord.draft)
        .where(CertificateRecord.state == CertificateState.RESERVED.value)
        .order_by(CertificateRecord.id)
        .execution_options(yield_per=50)
    )
    for row in found:
        yield row[0], row[1], row[2]


def mark_issued(
    session: Session,
    certificate_id: int,
    *,
    credential: bytes,
    credential_sha256: str,
    jwt: bytes,
    digits: str,
    at: datetime,
) -> bool:
    """Turn a reserved certificate into an issued one; False if it is not reserved."""
    result = session.execute(
        update(CertificateRecord)
        .where(
            CertificateRecord.id == certificate_id,
            CertificateRecord.state == CertificateState.RESERVED.value,
        )
        .values(
            state=CertificateState.ISSUED.value,
            credential=credential,
            credential_sha256=credential_sha256,
            jwt=jwt,
            digits=digits,
            issued_at=at,
        )
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def mark_given_up(session: Session, certificate_id: int) -> bool:
    """Give a reserved certificate up, for good; False if it is not reserved."""
    result = session.execute(
        update(CertificateRecord)
        .where(
            CertificateRecord.id == certificate_id,
            CertificateRecord.state == CertificateState.RESERVED.value,
        )
        .values(state=CertificateState.GIVEN_UP.value)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def mark_page_stored(session: Session, certificate_id: int, *, sha256: str) -> bool:
    """Record the page of an issued certificate once; False if it already was."""
    result = session.execute(
        update(CertificateRecord)
        .where(
            CertificateRecord.id == certificate_id,
            CertificateRecord.state == CertificateState.ISSUED.value,
            CertificateRecord.page_state == PageState.PENDING.value,
        )
        .values(page_state=PageState.STORED.value, page_sha256=sha256)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
