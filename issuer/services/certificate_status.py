"""Whether a certificate has ended, what replaced it and what it replaced: our books."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials import status_sentences as say
from issuer.credentials.status_list import CHECK
from issuer.domain.errors import sentence
from issuer.domain.verification import Check, Outcome, Reason
from issuer.records import certificates
from issuer.records import status as rows

REPLACED = sentence(
    "The certificate is no longer in force: a corrected one has replaced it, with the "
    "number %(serial)s."
)


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """What anybody may know of a certificate: its end, and the serial after it."""

    is_revoked: bool
    revoked_at: datetime | None = None
    successor_id: int | None = None
    successor_serial: str | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """An earlier certificate of the same person, which a later one has superseded."""

    id: int
    serial: str


def status_of(session: Session, certificate_id: int) -> CertificateStatus:
    """Return whether the certificate was revoked, and what replaced it; no reason."""
    revocation = rows.find_revocation(session, certificate_id=certificate_id)
    if revocation is None:
        return CertificateStatus(is_revoked=False)
    successor_id = revocation.successor_id
    successor = (
        None
        if successor_id is None
        else certificates.get_certificate(session, successor_id)
    )
    return CertificateStatus(
        is_revoked=True,
        revoked_at=revocation.revoked_at,
        successor_id=successor_id,
        successor_serial=successor.serial if successor else None,
    )


def list_replaced(session: Session, certificate_id: int) -> tuple[Replaced, ...]:
    """Return the earlier certificates that this one has superseded."""
    return tuple(
        Replaced(row.id, row.serial)
        for row in rows.list_superseded(session, successor_id=certificate_id)
    )


def check_books(session: Session, certificate_id: int) -> Check:
    """Answer the question "status" from our own books, which need no list."""
    status = status_of(session, certificate_id)
    if status.successor_serial is not None:
        facts = {"serial": status.successor_serial}
        return Check(CHECK, Outcome.FAILED, REPLACED, facts, Reason.SUPERSEDED)
    if status.is_revoked:
        return Check(CHECK, Outcome.FAILED, say.REVOKED, reason=Reason.REVOKED)
    return Check(CHECK, Outcome.PASSED, say.IN_FORCE)
