"""Checks of a presented PDF: that it is the page we stored, that its own seal holds."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.credentials.pades_inspection import (
    conclude_seal,
    inspect_pdf,
    sealed_part,
)
from issuer.domain.errors import sentence
from issuer.domain.verification import Check, Outcome, Reason
from issuer.records.certificates import CertificateRecord
from issuer.records.page_seals import PageSealRecord, find_page_seal
from issuer.services.page_seals import PageSealing


def check_page(
    session: Session,
    sealing: PageSealing | None,
    pdf: bytes,
    *,
    row: CertificateRecord | None,
    is_ours: bool,
    at: datetime,
    inspect: Callable[..., tuple[Check, ...]] = inspect_pdf,
) -> list[Check]:
    """Check a PDF against our books, where its issuer is ours, and by its own seal.

    `inspect` reads the seal, as `inspect_pdf` does.

    What our books hold byte for byte they vouch for: a seal that can no longer be
    checked by itself does not open the question anew.
    """
    chosen = find_page_seal(session, row.id) if row is not None else None
    standing = _standing(row, chosen, pdf)
    checks = []
    seal = _seal_check(
        sealing, pdf, chosen if standing else None, at=at, inspect=inspect
    )
    if standing is _Standing.SAME and seal.outcome is Outcome.UNKNOWN:
        seal = Check("pdf_seal", Outcome.PASSED, _SETTLED_BY_BOOKS)
    if is_ours:
        checks.append(_page_check(row, standing, seal))
    return [*checks, seal] if sealing else checks


class _Standing(Enum):
    """How a PDF compares with the page we stored."""

    OTHER = 0
    BEGINS = 1
    SAME = 2

    def __bool__(self) -> bool:
        return self is not _Standing.OTHER


def _seal_check(
    sealing: PageSealing | None,
    pdf: bytes,
    chosen: PageSealRecord | None,
    *,
    at: datetime,
    inspect: Callable[..., tuple[Check, ...]],
) -> Check:
    if sealing is None:
        return conclude_seal(())
    return conclude_seal(
        inspect(
            pdf,
            roots=sealing.seals.roots(),
            timestamp_roots=sealing.timestamp_roots,
            revocation_lists=sealing.seals.revocation_lists(),
            known_since=chosen.sealed_at if chosen else None,
            at=at,
        )
    )


def _standing(
    row: CertificateRecord | None, chosen: PageSealRecord | None, pdf: bytes
) -> _Standing:
    """Compare with the stored page, as first stored and in its newest long form."""
    if row is None or row.page_sha256 is None:
        return _Standing.OTHER
    ours = {row.page_sha256, chosen.extended_sha256 if chosen else None}
    if sha256(pdf).hexdigest() in ours:
        return _Standing.SAME
    if sha256(sealed_part(pdf)).hexdigest() == row.page_sha256:
        return _Standing.BEGINS
    return _Standing.OTHER


def _page_check(
    row: CertificateRecord | None, standing: _Standing, seal: Check
) -> Check:
    """Answer for the page; what follows the stored one must be as the seal allows."""
    if row is None or row.page_sha256 is None:
        return Check("page", Outcome.UNKNOWN, _PAGE_UNKNOWN, reason=Reason.PAGE_UNKNOWN)
    if standing is _Standing.SAME:
        return Check("page", Outcome.PASSED, _PAGE_SAME)
    if standing is _Standing.BEGINS and seal.outcome is Outcome.PASSED:
        return Check("page", Outcome.PASSED, _PAGE_EXTENDED)
    return Check("page", Outcome.FAILED, _PAGE_CHANGED, reason=Reason.ALTERED)


_PAGE_SAME = sentence("The PDF is, to the last character, the one that was issued.")
_PAGE_EXTENDED = sentence(
    "The PDF begins, character for character, with the one that was issued."
)
_PAGE_CHANGED = sentence(
    "The PDF is not the one that was issued: something in the file was changed."
)
_PAGE_UNKNOWN = sentence("The PDF cannot be compared with the one that was issued.")
_SETTLED_BY_BOOKS = sentence(
    "This very PDF is in our books. They settle what its own seal leaves open."
)
