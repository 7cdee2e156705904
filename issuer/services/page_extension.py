"""Long-term data for stored pages: added later, and renewed for as long as it takes.

The page stays as it was first stored. Its long form, which begins with the very same
bytes, is stored beside it and is what people then download. A page is due again well
before the certificate of its newest time-stamp ends. Nothing here delays issuing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session, sessionmaker

from issuer.credentials.pades_certificates import (
    list_addresses,
    newest_timestamp_ends,
)
from issuer.credentials.pades_long_term import add_long_term_data
from issuer.domain.errors import IssuerError, NotFound, sentence
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates, page_seals
from issuer.services.page_seals import PageSealing

log = logging.getLogger(__name__)

RENEWED_BEFORE = timedelta(days=90)
TRIED_AGAIN_AFTER = timedelta(hours=1)


class TimestampAuthorityMissing(IssuerError):
    """Without a time-stamp authority there is nothing to extend pages with."""

    code = "page_extension.no_authority"
    sentence = sentence(
        "No time-stamp authority is set. Long-term data need one: set TIMESTAMP_URL "
        "and TIMESTAMP_ROOTS_FILE."
    )


class RevocationListMissing(IssuerError):
    """A list that a certificate names is not to be had."""

    code = "page_extension.list_missing"
    sentence = sentence("The revocation list at %(url)s is not to be had: %(reason)s")


@dataclass(frozen=True, slots=True)
class PageExtending:
    """What extending pages needs of the house; `fetch_list` gets one by its address."""

    blobs: BlobStore
    sealing: PageSealing
    fetch_list: Callable[[str], bytes]


class Extended(NamedTuple):
    """How many pages were given long-term data, and how many could not be."""

    extended: int
    failed: int


def extend_due_pages(
    sessions: sessionmaker[Session],
    extending: PageExtending,
    *,
    at: datetime,
    at_most: int | None = None,
) -> Extended:
    """Extend the pages that are due, the longest due first.

    One that cannot be extended is due again in an hour. Raises
    TimestampAuthorityMissing.
    """
    if extending.sealing.timestamp is None:
        raise TimestampAuthorityMissing
    with sessions() as session:
        due = page_seals.list_due_extensions(session, at=at, at_most=at_most)
        session.rollback()
    extended = failed = 0
    for certificate_id in due:
        with sessions() as session:
            try:
                done = extend_page(
                    session, extending, certificate_id=certificate_id, at=at
                )
            except Exception as error:  # one page must not keep the others waiting
                session.rollback()
                failed += 1
                log.warning(
                    "could not extend page %s: %s",
                    certificate_id,
                    error,
                    exc_info=not isinstance(error, IssuerError),
                )
                page_seals.put_off_extension(
                    session, certificate_id, extend_at=at + TRIED_AGAIN_AFTER
                )
                session.commit()
            else:
                extended += done
    return Extended(extended, failed)


def extend_page(
    session: Session, extending: PageExtending, *, certificate_id: int, at: datetime
) -> bool:
    """Give one stored page long-term data and a time-stamp over all of it: B-LTA.

    False if another process did meanwhile. Raises NotFound for a page without a seal,
    TimestampAuthorityMissing, RevocationListMissing, BlobMissing, PdfUnsealable and
    TimestampRefused; the page then stays as it was.
    """
    row = page_seals.find_page_seal(session, certificate_id)
    stored = certificates.get_certificate(session, certificate_id).page_sha256
    if row is None or stored is None:
        raise NotFound
    former = row.extended_sha256
    session.rollback()  # hold no transaction while others are asked
    long_form = _extended(extending, extending.blobs.get(former or stored), at=at)
    done = page_seals.mark_extended(
        session,
        certificate_id,
        former=former,
        sha256=extending.blobs.put(long_form),
        at=at,
        extend_at=_due_again(long_form, at=at),
    )
    session.commit()
    return done


def _extended(extending: PageExtending, pdf: bytes, *, at: datetime) -> bytes:
    sealing = extending.sealing
    if sealing.timestamp is None:
        raise TimestampAuthorityMissing
    long_form = add_long_term_data(
        pdf,
        roots=[*sealing.seals.highest(), *sealing.timestamp_roots],
        at=at,
        revocation_lists=_lists(extending, pdf),
        timestamper=sealing.timestamp,
    )
    sealing.require_believed(long_form, at=sealing.clock())
    return long_form


def _lists(extending: PageExtending, pdf: bytes) -> list[bytes]:
    """Return our authorities' lists, and those that others' certificates name."""
    ours = f"{extending.sealing.seals.keys.public_url}/"
    fetched = []
    for url in list_addresses(pdf):
        if url.startswith(ours):
            continue
        try:
            fetched.append(extending.fetch_list(url))
        except OSError as error:
            raise RevocationListMissing(url=url, reason=str(error)) from error
    return [*extending.sealing.seals.revocation_lists(), *fetched]


def _due_again(pdf: bytes, *, at: datetime) -> datetime:
    end = newest_timestamp_ends(pdf)
    if end is None or end <= at:
        return at + TRIED_AGAIN_AFTER
    return end - min(RENEWED_BEFORE, (end - at) / 2)
