"""The sealed credential inside a presented PDF: its one file `credential.json`.

Only the catalogue and the embedded files are read; no page, script or link. All
sizes are bounded, and whatever is odd in the file is refused rather than mended. So is
the work: a few packed kilobytes can unfold to what a reader takes seconds for.
"""

import io
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from issuer.credentials.bounded_json import LARGEST as LARGEST_CREDENTIAL
from issuer.domain.errors import IssuerError, sentence

ATTACHMENT = "credential.json"
LARGEST_PDF = 20 * 1024 * 1024

_MOST_ATTACHMENTS = 50
_MOST_CALLS = 300_000  # a certificate of forty units takes 174,000
# Without this end a reader looks for one through all of the file (ISO 32000-2 §7.5.5).
_END = re.compile(rb"startxref\s{1,4}[0-9]{1,8}\s{1,4}%%EOF\s{0,64}\Z")
_LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": 8 * 1024 * 1024,
    "array_based_stream_maximum_output_length": 1024 * 1024,
    "zlib_maximum_output_length": 8 * 1024 * 1024,
    "zlib_maximum_recovery_input_length": 0,
    "lzw_maximum_output_length": 1024 * 1024,
    "run_length_maximum_output_length": 1024 * 1024,
    "brotli_maximum_output_length": 1024 * 1024,
    "stream_filters_maximum_length": 2,
    "stream_decoding_work_maximum_length": 16 * 1024 * 1024,
    "jbig2dec_binary": None,
}
logging.getLogger("pypdf").addHandler(logging.NullHandler())


class PdfRefused(IssuerError):
    """The PDF cannot be read for its credential."""

    code = "pdf.refused"
    sentence = sentence("This PDF cannot be read.")


class PdfTooLarge(PdfRefused):
    """The PDF, or what is attached to it, is larger than any certificate."""

    code = "pdf.too_large"
    sentence = sentence("The PDF is too large to be a certificate.")


class PdfWithoutCredential(PdfRefused):
    """No file of the right name is attached, as in a scan or a print to PDF."""

    code = "pdf.without_credential"
    sentence = sentence(
        "This PDF carries no sealed certificate. It may be a scan or a new print: "
        "ask for the original file, or check the number printed on the paper."
    )


class PdfAmbiguous(PdfRefused):
    """Two files of that name: it is not clear which one counts."""

    code = "pdf.ambiguous"
    sentence = sentence("This PDF carries more than one sealed certificate.")


def is_pdf(data: bytes) -> bool:
    """Tell whether `data` begins as a PDF does (ISO 32000-2 §7.5.2)."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def read_credential(pdf: bytes) -> bytes:
    """Return the bytes of the one attached credential. Raises a kind of PdfRefused."""
    if len(pdf) > LARGEST_PDF:
        raise PdfTooLarge
    if not _END.search(pdf[-1024:]):
        raise PdfRefused
    try:
        with apply_configuration(**_LIMITS), _at_most(_MOST_CALLS):
            return _attached(
                PdfReader(io.BytesIO(pdf), strict=True, root_object_recovery_limit=0)
            )
    except PdfRefused:
        raise
    except (LimitReachedError, _TooMuchWork) as error:
        raise PdfTooLarge from error
    except Exception as error:  # a hostile file can break a PDF reader in any way
        raise PdfRefused from error


class _TooMuchWork(BaseException):
    """Not an Exception, so that no reader takes it for a flaw it may look past."""


@contextmanager
def _at_most(calls: int) -> Iterator[None]:
    """Stop this thread with _TooMuchWork after so many calls and returns in the block.

    A count, unlike a time, is the same on any machine; the reader goes through a file
    call by call.
    """
    left = calls

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuchWork

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def _attached(reader: PdfReader) -> bytes:
    if reader.is_encrypted:
        raise PdfRefused
    files = list(islice(reader.attachment_list, _MOST_ATTACHMENTS + 1))
    if len(files) > _MOST_ATTACHMENTS:
        raise PdfTooLarge
    named = [f for f in files if ATTACHMENT in {f.name, f.alternative_name}]
    if not named:
        raise PdfWithoutCredential
    if len(named) > 1:
        raise PdfAmbiguous
    with apply_configuration(zlib_maximum_output_length=LARGEST_CREDENTIAL):
        content = named[0].content
    if len(content) > LARGEST_CREDENTIAL:
        raise PdfTooLarge
    return content
