"""Status lists, who has which place in them, revocations, and what was published.

Revocations and publications are statements: added, and never changed or removed.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.records.base import Identifier, Instant, Record
from issuer.records.certificates import CertificateRecord
from issuer.records.people import OrganisationRecord


class StatusListRecord(Record):
    """One list of an organisation; its number is part of its address for ever."""

    __tablename__ = "status_list"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class StatusEntryRecord(Record):
    """A place in a list, taken once and for ever, by the certificate named."""

    __tablename__ = "status_entry"
    __table_args__ = (UniqueConstraint("list_id", "index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    index: Mapped[int]
    certificate_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id"), unique=True
    )


class RevocationRecord(Record):
    """The end of one certificate: by whom, when, why and what replaced it."""

    __tablename__ = "revocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id"), unique=True
    )
    reason: Mapped[str] = mapped_column(Identifier)
    revoked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime] = mapped_column(Instant)
    successor_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id"), index=True
    )


class StatusPublicationRecord(Record):
    """A list as it was signed and published; the newest is the one in force."""

    __tablename__ = "status_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"), index=True)
    published_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str] = mapped_column(Identifier)
    sha256: Mapped[str] = mapped_column(Identifier)
    data: Mapped[bytes] = mapped_column(LargeBinary)


def find_newest_list(
    session: Session, *, organisation_id: int
) -> StatusListRecord | None:
    """Return the organisation's list with the highest number, or None."""
    return session.scalar(
        select(StatusListRecord)
        .where(StatusListRecord.organisation_id == organisation_id)
        .order_by(StatusListRecord.number.desc())
        .limit(1)
    )


def find_list(
    session: Session, *, organisation_id: int, number: int
) -> StatusListRecord | None:
    """Return the organisation's list with this number, or None."""
    return session.scalar(
        select(StatusListRecord).where(
            StatusListRecord.organisation_id == organisation_id,
            StatusListRecord.number == number,
        )
    )


def lock_list(
    session: Session, list_id: int
) -> tuple[StatusListRecord, OrganisationRecord]:
    """Return a list and whose it is, and let nobody else publish it meanwhile.

    Raises NotFound. SQLite has one writer anyway.
    """
    row = session.execute(
        select(StatusListRecord, OrganisationRecord)
        .join(
            OrganisationRecord,
            OrganisationRecord.id == StatusListRecord.organisation_id,
        )
        .where(StatusListRecord.id == list_id)
        .with_for_update(of=StatusListRecord)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_list_ids(session: Session) -> list[int]:
    """Return the id of every list of every organisation."""
    return list(session.scalars(select(StatusListRecord.id).order_by("id")))


def count_entries(session: Session, *, list_id: int) -> int:
    """Return how many places of a list are taken."""
    query = select(func.count()).where(StatusEntryRecord.list_id == list_id)
    return session.scalar(query) or 0


def give_entry(
    session: Session, *, list_id: int, index: int, certificate_id: int
) -> bool:
    """Give a reserved place to a certificate; False if it is not reserved and free."""
    result = session.execute(
        update(StatusEntryRecord)
        .where(
            StatusEntryRecord.list_id == list_id,
            StatusEntryRecord.index == index,
            StatusEntryRecord.certificate_id.is_(None),
        )
        .values(certificate_id=certificate_id)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def find_entry(
    session: Session, *, certificate_id: int
) -> tuple[StatusListRecord, int] | None:
    """Return the list and index of a certificate, or None if it has no place."""
    row = session.execute(
        select(StatusListRecord, StatusEntryRecord.index)
        .join(StatusEntryRecord, StatusEntryRecord.list_id == StatusListRecord.id)
        .where(StatusEntryRecord.certificate_id == certificate_id)
    ).first()
    return None if row is None else (row[0], row[1])


def list_revoked_indexes(session: Session, *, list_id: int) -> frozenset[int]:
    """Return the places of the list's revoked certificates."""
    return frozenset(
        session.scalars(
            select(StatusEntryRecord.index)
            .join(
                RevocationRecord,
                RevocationRecord.certificate_id == StatusEntryRecord.certificate_id,
            )
            .where(StatusEntryRecord.list_id == list_id)
        )
    )


def find_revocation(
    session: Session, *, certificate_id: int
) -> RevocationRecord | None:
    """Return the certificate's revocation, or None."""
    return session.scalar(
        select(RevocationRecord).where(
            RevocationRecord.certificate_id == certificate_id
        )
    )


def list_superseded(session: Session, *, successor_id: int) -> list[CertificateRecord]:
    """Return the certificates that this one has superseded, in that order."""
    return list(
        session.scalars(
            select(CertificateRecord)
            .join(
                RevocationRecord,
                RevocationRecord.certificate_id == CertificateRecord.id,
            )
            .where(RevocationRecord.successor_id == successor_id)
            .order_by(RevocationRecord.id)
        )
    )


def list_revocations(
    session: Session, certificate_ids: Iterable[int]
) -> dict[int, RevocationRecord]:
    """Return the revocations among these certificates, by certificate."""
    found = session.scalars(
        select(RevocationRecord).where(
            RevocationRecord.certificate_id.in_(list(certificate_ids))
        )
    )
    return {row.certificate_id: row for row in found}


def find_publication(
    session: Session, *, list_id: int
) -> StatusPublicationRecord | None:
    """Return what was last published of a list, or None."""
    return session.scalar(
        select(StatusPublicationRecord)
        .where(StatusPublicationRecord.list_id == list_id)
        .order_by(StatusPublicationRecord.id.desc())
        .limit(1)
    )
