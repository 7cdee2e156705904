"""The printed certificate: made once from the issued draft, sealed, stored for ever."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.credentials.sealer import Draft
from issuer.domain.certificates import CertificateState, PageState
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.services.page_seals import PageSealing

RenderPage = Callable[[Draft, bytes, str], bytes]


@dataclass(frozen=True, slots=True)
class PageMaking:
    """What making a page needs of the house; `render` runs where no key is.

    `render` gets the draft, the sealed JSON to attach and what the QR code holds; what
    it returns is sealed here.
    """

    public_url: str
    render: RenderPage
    blobs: BlobStore
    sealing: PageSealing


def store_page(session: Session, making: PageMaking, *, certificate_id: int) -> bool:
    """Render, seal and store the page of an issued certificate; False if it is stored.

    Rendering and sealing are deterministic and the store is addressed by content, so a
    crash at any point leaves either a pending page or the one page, never two. (A
    time-stamp is made anew; what an interrupted one was on is a file that no row
    names.) Without a seal no page is made and it stays pending: raises SealMissing,
    and as `render`, `prepare` and `seal`.
    """
    row = rows.get_certificate(session, certificate_id)
    if row.state != CertificateState.ISSUED.value or row.credential is None:
        return False
    code = f"{making.public_url}/q#{row.digits}"
    if row.page_state == PageState.STORED.value:
        return False
    draft, credential = Draft.parse(row.draft), row.credential
    session.rollback()  # hold no transaction while the page is being drawn
    prepared = making.sealing.prepare(session, draft, certificate_id=certificate_id)
    page = making.sealing.seal(making.render(draft, credential, code), prepared)
    address = making.blobs.put(page.pdf)
    stored = rows.mark_page_stored(session, certificate_id, sha256=address)
    if stored:
        making.sealing.record(session, prepared, page)
    session.commit()
    return stored


@dataclass(frozen=True, slots=True)
class UnfinishedLine:
    """A certificate that is reserved only, or issued and still without its page."""

    id: int
    serial: str
    is_reserved: bool


def list_unfinished(session: Session) -> list[UnfinishedLine]:
    """Return what a crash or a missing page left unfinished, oldest first."""
    lines = [
        UnfinishedLine(row.id, row.serial, row.state == CertificateState.RESERVED.value)
        for row in rows.list_unfinished(session)
    ]
    session.rollback()
    return lines
