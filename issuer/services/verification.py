"""Verification: of a serial somebody typed, and of a file somebody presents."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.inspection import inspect, peek_serial
from issuer.credentials.inspection_checks import unreadable
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.pades_inspection import inspect_pdf
from issuer.credentials.pdf_attachment import PdfRefused, is_pdf
from issuer.credentials.presented import is_what_was_sealed
from issuer.domain.certificates import CertificateState
from issuer.domain.errors import sentence
from issuer.domain.identifiers import Serial, SerialMalformed
from issuer.domain.verification import (
    Check,
    Outcome,
    Reason,
    Report,
    conclude,
    unknown_serial,
)
from issuer.records import certificates as rows
from issuer.services.certificate_status import list_replaced
from issuer.services.page_checks import check_page
from issuer.services.page_seals import PageSealing
from issuer.services.pdf_apart import inspect_pdf_apart, read_credential_apart
from issuer.services.published_lists import find_list_in, list_url_in
from issuer.services.revocation import check_books


@dataclass(frozen=True, slots=True)
class Inspecting:
    """What inspection needs of the house: the keys known now, contexts, our address.

    Without `page_sealing` the own seals of PDFs are not looked at.
    """

    public_url: str
    contexts: ContextLibrary
    key_ring: KeyRing
    page_sealing: PageSealing | None = None


def check_published(
    session: Session, inspecting: Inspecting, *, serial: str, at: datetime
) -> Report:
    """Report on the certificate with this serial, as it lies in our books.

    A malformed serial, an unknown one and a reserved one get the same answer.
    """
    try:
        wanted = str(Serial.parse(serial))
    except SerialMalformed:
        return unknown_serial(at=at)
    row = rows.find_by_serial(session, wanted)
    if row is None or row.credential is None:
        return unknown_serial(at=at)
    checks = [_issued_check(row), _intact_check(row)]
    checks.extend(_inspect(session, row.credential, inspecting, at=at))
    checks = _with_our_books(session, row, checks)
    return conclude(wanted, checks, at=at, replaces=_replaces(session, row))


def check_presented(
    session: Session,
    inspecting: Inspecting,
    *,
    data: bytes,
    at: datetime,
    is_apart: bool = False,
) -> Report:
    """Report on a credential (JSON) or a page (PDF) somebody presents.

    With `is_apart` a PDF is read by a child process that may do next to nothing;
    raises TooManyPdfs then.

    The seal decides; where the certificate is ours, our books are asked as well: it
    must say what we sealed under its number, since a stolen key can seal anything and
    date it back. A page must be, byte for byte, the page we stored, but for long-term
    data behind it.
    """
    pdf = data if is_pdf(data) else None
    if pdf is not None and is_apart:
        try:
            data = read_credential_apart(pdf)
        except PdfRefused as error:
            return conclude("", unreadable(error.sentence), at=at)
    checks = list(_inspect(session, data, inspecting, at=at))
    serial = _peeked(data)
    if serial is None:
        return conclude("", checks, at=at)
    issuer_is_ours = any(
        check.name == "issuer" and check.outcome is Outcome.PASSED for check in checks
    )
    replaces: tuple[str, ...] = ()
    if issuer_is_ours:
        row = rows.find_by_serial(session, serial)
        known = _known_check(row, data if _is_sealed(checks) else None)
        checks.append(known)
        if row is not None:
            checks = _with_our_books(session, row, checks)
            if known.outcome is Outcome.PASSED:
                replaces = _replaces(session, row)
    if pdf is not None:
        ours = rows.find_by_serial(session, serial) if issuer_is_ours else None
        checks.extend(
            check_page(
                session,
                inspecting.page_sealing,
                pdf,
                row=ours,
                is_ours=issuer_is_ours,
                at=at,
                inspect=inspect_pdf_apart if is_apart else inspect_pdf,
            )
        )
    return conclude(serial, checks, at=at, replaces=replaces)


def _inspect(
    session: Session, data: bytes, inspecting: Inspecting, *, at: datetime
) -> tuple[Check, ...]:
    return inspect(
        data,
        key_ring=inspecting.key_ring,
        contexts=inspecting.contexts,
        public_url=inspecting.public_url,
        find_list=find_list_in(session, public_url=inspecting.public_url),
        list_url=list_url_in(session, public_url=inspecting.public_url),
        at=at,
    )


def _with_our_books(
    session: Session, row: rows.CertificateRecord, checks: list[Check]
) -> list[Check]:
    """Let our books speak where they know of an end, and of what replaced it."""
    books = check_books(session, row.id)
    if books.outcome is Outcome.PASSED:
        return checks
    return [books if check.name == books.name else check for check in checks]


def _replaces(session: Session, row: rows.CertificateRecord) -> tuple[str, ...]:
    """Return the serials that it replaced: no more than their own check tells."""
    return tuple(earlier.serial for earlier in list_replaced(session, row.id))


def _peeked(data: bytes) -> str | None:
    peeked = peek_serial(data)
    if peeked is None:
        return None
    try:
        return str(Serial.parse(peeked))
    except SerialMalformed:
        return None


def _issued_check(row: rows.CertificateRecord) -> Check:
    if row.state == CertificateState.ISSUED.value:
        return Check("issued", Outcome.PASSED, _ISSUED)
    return _not_in_books()


def _is_sealed(checks: list[Check]) -> bool:
    return any(c.name == "signature" and c.outcome is Outcome.PASSED for c in checks)


def _known_check(row: rows.CertificateRecord | None, data: bytes | None) -> Check:
    """Look the number up; of what bears a seal that holds, look whether it is ours."""
    if row is None or row.credential is None:
        return _not_in_books()
    is_ours = data is None or is_what_was_sealed(
        data, credential=row.credential, jwt=row.jwt, digits=row.digits
    )
    if is_ours is None:
        return _not_in_books()
    if not is_ours:
        return Check("issued", Outcome.FAILED, _ANOTHER, reason=Reason.ALTERED)
    return Check("issued", Outcome.PASSED, _ISSUED)


def _not_in_books() -> Check:
    return Check("issued", Outcome.UNKNOWN, _NOT_IN_BOOKS, reason=Reason.NOT_IN_BOOKS)


def _intact_check(row: rows.CertificateRecord) -> Check:
    if sha256(row.credential or b"").hexdigest() == row.credential_sha256:
        return Check("stored_copy", Outcome.PASSED, _COPY_INTACT)
    return Check("stored_copy", Outcome.FAILED, _COPY_CHANGED, reason=Reason.ALTERED)


_ISSUED = sentence("This service has issued a certificate with this number.")
_ANOTHER = sentence(
    "This service has issued a certificate with this number, but not this one: what it "
    "sealed says something else."
)
_NOT_IN_BOOKS = sentence(
    "This service has no certificate with this number in its books."
)
_COPY_INTACT = sentence("The stored certificate is exactly as it was issued.")
_COPY_CHANGED = sentence("The stored certificate is not as it was issued.")
