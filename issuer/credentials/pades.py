"""The PDF's own seal: a PAdES signature that certifies the page as it was issued.

ETSI EN 319 142-1. A page is sealed once, in an incremental update that leaves every
byte before it alone: level B-B, or B-T with a time-stamp. `pades_long_term` appends
what a verifier needs when certificates have expired. Nothing else may ever be added
(DocMDP 1, ISO 32000-2 §12.8.2.2).

A page may bring an empty signature field of its own, tagged and with a panel that is
seen; else the mark is invisible. Its box then lies off the page, which is the one way
to have it untagged in PDF/A-3a and PDF/UA-1 alike.
"""

import hashlib
from datetime import UTC, datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    InvisSigSettings,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
)
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from issuer.credentials.pades_reader import BoundedReader
from issuer.credentials.pades_signer import PdfSeal, room_for, sign_digest
from issuer.credentials.pades_timestamps import (
    DIGEST,
    RequestTimestamp,
    TimestampRefused,
)
from issuer.domain.errors import IssuerError, sentence

__all__ = [
    "FIELD",
    "PdfSeal",
    "PdfUnsealable",
    "RequestTimestamp",
    "TimestampRefused",
    "seal_pdf",
]

FIELD = "Seal"
OFF_THE_PAGE = InvisSigSettings(box_out_of_bounds=True)

_MARK = SigFieldSpec(FIELD, invis_sig_settings=OFF_THE_PAGE, readable_field_name=FIELD)
_NO_CHANGES = SigMDPSetup(
    md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES
)


class PdfUnsealable(IssuerError):
    """The file is no PDF as we make them, or not in the state that is asked for."""

    code = "pades.unsealable"
    sentence = sentence("This PDF cannot be sealed: %(reason)s")


class PlainUpdate(IncrementalPdfFileWriter):
    """An incremental update that draws no random number and reads no clock.

    The second half of the file's identifier comes from the bytes before. The metadata
    stay as they were written: a seal changes nothing that they describe.
    """

    def __init__(self, pdf: bytes) -> None:
        reader = BoundedReader(pdf)
        super().__init__(reader.stream, prev=reader)
        self._document_id = generic.ArrayObject(
            [
                generic.ByteStringObject(reader.document_id[0]),
                generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16]),
            ]
        )

    def _update_meta(self) -> None:
        return


def seal_pdf(
    pdf: bytes,
    *,
    seal: PdfSeal,
    at: datetime,
    reason: str = "",
    location: str = "",
    timestamper: RequestTimestamp | None = None,
) -> bytes:
    """Return `pdf` sealed at level B-B, or B-T with a `timestamper`.

    `at` is aware and becomes the claimed time of sealing. The same arguments give the
    same bytes, but for the time-stamp. Raises PdfUnsealable, TimestampRefused.
    """
    # PDF/A wants the update to begin on a line of its own (ISO 19005-3 §6.1.9).
    whole = pdf if pdf.endswith((b"\n", b"\r")) else pdf + b"\n"
    entry = SignatureObject(
        timestamp=at.astimezone(UTC),
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        bytes_reserved=room_for(seal, has_timestamp=timestamper is not None),
    )
    try:
        writer = PlainUpdate(whole)
        has_field = _require_unsealed(writer)
        writer.register_extension(ESIC_EXTENSION_1)
        mark = None if has_field else _MARK
        embedding = PdfCMSEmbedder(mark).write_cms(FIELD, writer)
        next(embedding)
        embedding.send(SigObjSetup(entry, _NO_CHANGES))
        prepared, output = embedding.send(SigIOSetup(md_algorithm=DIGEST))
    except (PdfError, KeyError, TypeError, ValueError) as error:
        raise PdfUnsealable(reason="it cannot be read") from error
    embedding.send(
        sign_digest(prepared.document_digest, seal=seal, timestamper=timestamper)
    )
    sealed: bytes = output.getvalue()
    return sealed


def _require_unsealed(writer: PlainUpdate) -> bool:
    """Raise PdfUnsealable if sealed; tell whether an empty field awaits the seal."""
    if writer.prev.encrypted:
        raise PdfUnsealable(reason="it is encrypted")
    if "/Perms" in writer.root:
        raise PdfUnsealable(reason="it is sealed already")
    if "/AcroForm" not in writer.root:
        return False
    fields = writer.root["/AcroForm"]["/Fields"]
    if len(fields) != 1:
        raise PdfUnsealable(reason="it is a form")
    field = fields[0].get_object()
    if field["/FT"] != "/Sig" or field["/T"] != FIELD or "/V" in field:
        raise PdfUnsealable(reason="it is a form, or sealed already")
    return True
