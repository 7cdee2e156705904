"""The seals of printed certificates: with which, when, and their newest long form."""

from datetime import datetime

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.certificates import CertificateState, PageState
from issuer.records.base import Identifier, Instant, Record
from issuer.records.certificates import CertificateRecord


class PageSealRecord(Record):
    """The seal of one page; chosen before the seal is made, so that a retry repeats it.

    `level` is that of the page as it was first stored, None until it is. The page with
    long-term data lies in the blob store under `extended_sha256`; `extend_at` is when
    it is due to be given some, or some more.
    """

    __tablename__ = "page_seal"

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )
    seal: Mapped[str] = mapped_column(Identifier)
    sealed_at: Mapped[datetime] = mapped_column(Instant)
    level: Mapped[str | None] = mapped_column(Identifier)
    extended_sha256: Mapped[str | None] = mapped_column(Identifier)
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    extend_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


def find_page_seal(session: Session, certificate_id: int) -> PageSealRecord | None:
    """Return the seal of a certificate's page, or None if none was chosen yet."""
    return session.get(PageSealRecord, certificate_id)


def list_pageless(session: Session) -> list[tuple[int, int]]:
    """Return the issued certificates without a page: id, and organisation's id."""
    found = session.execute(
        select(CertificateRecord.id, CertificateRecord.organisation_id)
        .where(
            CertificateRecord.state == CertificateState.ISSUED.value,
            CertificateRecord.page_state == PageState.PENDING.value,
        )
        .order_by(CertificateRecord.id)
    )
    return [(row.id, row.organisation_id) for row in found]


def mark_page_sealed(
    session: Session, certificate_id: int, *, level: str, extend_at: datetime
) -> None:
    """Record the level at which the page was first stored; once."""
    session.execute(
        update(PageSealRecord)
        .where(
            PageSealRecord.certificate_id == certificate_id,
            PageSealRecord.level.is_(None),
        )
        .values(level=level, extend_at=extend_at)
    )


def list_due_extensions(
    session: Session, *, at: datetime, at_most: int | None = None
) -> list[int]:
    """Return the certificates whose stored pages are due for long-term data."""
    query = (
        select(PageSealRecord.certificate_id)
        .where(
            PageSealRecord.level.is_not(None),
            or_(PageSealRecord.extend_at.is_(None), PageSealRecord.extend_at <= at),
        )
        .order_by(PageSealRecord.extend_at)
    )
    return list(session.scalars(query.limit(at_most)))


def mark_extended(
    session: Session,
    certificate_id: int,
    *,
    former: str | None,
    sha256: str,
    at: datetime,
    extend_at: datetime,
) -> bool:
    """Record the page's new long form; False if another was recorded meanwhile."""
    result = session.execute(
        update(PageSealRecord)
        .where(
            PageSealRecord.certificate_id == certificate_id,
            PageSealRecord.extended_sha256.is_(None)
            if former is None
            else PageSealRecord.extended_sha256 == former,
        )
        .values(extended_sha256=sha256, extended_at=at, extend_at=extend_at)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def put_off_extension(
    session: Session, certificate_id: int, *, extend_at: datetime
) -> None:
    """Let the page be due again no earlier than `extend_at`."""
    session.execute(
        update(PageSealRecord)
        .where(PageSealRecord.certificate_id == certificate_id)
        .values(extend_at=extend_at)
    )
