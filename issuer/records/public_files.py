"""The signed files that an organisation publishes beside its status lists."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from issuer.domain.certificates import CertificateState
from issuer.domain.errors import NotFound
from issuer.domain.texts import LocalText
from issuer.records.base import Identifier, Instant, Record
from issuer.records.catalogue_rows import UnitRecord
from issuer.records.certificates import CertificateRecord
from issuer.records.people import OrganisationRecord
from issuer.records.proposals import ProposalUnitRecord
from issuer.records.status import RevocationRecord, StatusEntryRecord


class PublicFileRecord(Record):
    """A file as it was signed; `path` is its place below the organisation's address.

    The newest of a path is the one in force. Rows are never changed.
    """

    __tablename__ = "public_file"
    __table_args__ = (Index(None, "organisation_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    path: Mapped[str] = mapped_column(Identifier)
    published_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str] = mapped_column(Identifier)
    sha256: Mapped[str] = mapped_column(Identifier)
    data: Mapped[bytes] = mapped_column(LargeBinary)


def lock_organisation(session: Session, organisation_id: int) -> OrganisationRecord:
    """Return an organisation, and let nobody else publish its files meanwhile.

    Raises NotFound. SQLite has one writer anyway.
    """
    row = session.scalar(
        select(OrganisationRecord)
        .where(OrganisationRecord.id == organisation_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound
    return row


def find_public_file(
    session: Session, *, organisation_id: int, path: str
) -> PublicFileRecord | None:
    """Return what was last published under `path`, or None."""
    return session.scalar(
        select(PublicFileRecord)
        .where(
            PublicFileRecord.organisation_id == organisation_id,
            PublicFileRecord.path == path,
        )
        .order_by(PublicFileRecord.id.desc())
        .limit(1)
    )


def list_successors(session: Session, *, list_id: int) -> list[tuple[int, str, str]]:
    """Return place, serial and successor's serial of the list's replaced ones."""
    successor = aliased(CertificateRecord)
    rows = session.execute(
        select(StatusEntryRecord.index, CertificateRecord.serial, successor.serial)
        .join(
            RevocationRecord,
            RevocationRecord.certificate_id == StatusEntryRecord.certificate_id,
        )
        .join(
            CertificateRecord, CertificateRecord.id == StatusEntryRecord.certificate_id
        )
        .join(successor, successor.id == RevocationRecord.successor_id)
        .where(StatusEntryRecord.list_id == list_id)
        .order_by(StatusEntryRecord.index)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_certified_units(
    session: Session, *, organisation_id: int
) -> dict[str, LocalText]:
    """Return the name of every unit on the organisation's issued certificates, by code.

    A unit that is in several editions has the name of the newest. Units without a code
    are left out.
    """
    columns = (UnitRecord.name_fi, UnitRecord.name_sv, UnitRecord.name_en)
    rows = session.execute(
        select(UnitRecord.code, UnitRecord.edition_id, *columns)
        .join(ProposalUnitRecord, ProposalUnitRecord.unit_id == UnitRecord.id)
        .join(
            CertificateRecord,
            CertificateRecord.proposal_id == ProposalUnitRecord.proposal_id,
        )
        .where(
            CertificateRecord.organisation_id == organisation_id,
            CertificateRecord.state == CertificateState.ISSUED.value,
            UnitRecord.code.is_not(None),
        )
        .order_by(UnitRecord.code, UnitRecord.edition_id)
        .distinct()
    )
    return {str(code): LocalText(*names) for code, _, *names in rows}
