"""Reading a PDF with pyHanko within bounds: size, revisions, decoded bytes, lookups.

WeasyPrint writes all objects into one object stream, and pyHanko reads that stream's
header anew for every object. Here it is read once, which is many times faster where two
revisions are compared.
"""

import io
import logging
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.misc import PdfReadError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

LARGEST_SEALED = 4 * 1024 * 1024
MOST_REVISIONS = 24

_MIB = 1024 * 1024
_MOST_LOOKUPS = 60_000
_MOST_IN_STREAM = 20_000
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_ratio=200, max_output_size=8 * _MIB),
    document_budget=DocumentDecodeBudget(base_allowance=64 * _MIB, max_ratio=20),
)
_NUMBER = re.compile(rb"\s*(\d{1,9})")

# What a stranger's file is like is told by checks; it does not fill the log.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

Header = tuple[bytes, list[tuple[int, int]]]


class PdfBeyondBounds(PdfReadError):
    """The PDF asks for more work than any certificate of ours."""


class BoundedReader(PdfFileReader):
    """A strict reader of a file in memory that gives up where a file is too much work.

    Raises PdfReadError for what cannot be read, PdfBeyondBounds for what is too much.
    """

    def __init__(self, pdf: bytes) -> None:
        if len(pdf) > LARGEST_SEALED:
            raise PdfBeyondBounds("The file is too large.")
        if pdf.count(b"startxref") > MOST_REVISIONS:
            raise PdfBeyondBounds("The file has too many revisions.")
        self._lookups_left = _MOST_LOOKUPS
        self._headers: dict[int, Header] = {}
        super().__init__(io.BytesIO(pdf), strict=True, decode_limits=_LIMITS)

    def _read_object(
        self,
        ref: generic.Reference,
        marker: int | ObjStreamRef | None,
        never_decrypt: bool = False,
        as_metadata_stream: bool = False,
    ) -> generic.PdfObject:
        self._lookups_left -= 1
        if self._lookups_left < 0:
            raise PdfBeyondBounds("The file refers to too many objects.")
        found: generic.PdfObject = super()._read_object(
            ref, marker, never_decrypt, as_metadata_stream
        )
        return found

    def _get_object_from_stream(
        self, idnum: int, stmnum: int, idx: int
    ) -> generic.PdfObject:
        """Return object `idnum`, entry `idx` of object stream `stmnum`.

        ISO 32000-2 §7.5.7; as strict as the method it takes the place of.
        """
        if stmnum not in self._headers:
            self._headers[stmnum] = self._read_header(stmnum)
        data, entries = self._headers[stmnum]
        if not 0 <= idx < len(entries) or entries[idx][0] != idnum:
            raise PdfStrictReadError("An object stream does not hold the object.")
        stream = io.BytesIO(data)
        stream.seek(entries[idx][1])
        found = generic.read_object(stream, generic.Reference(idnum, 0, self))
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise PdfStrictReadError("An object stream holds a forbidden object.")
        return found

    def _read_header(self, stmnum: int) -> Header:
        stream = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise PdfStrictReadError("What should be an object stream is none.")
        count, first = int(stream["/N"]), int(stream["/First"])
        if not 0 <= count <= _MOST_IN_STREAM:
            raise PdfBeyondBounds("An object stream holds too many objects.")
        data: bytes = stream.read_data(DecodePurpose.OBJECT_STREAM)
        entries, place = [], 0
        for _ in range(count):
            number = _NUMBER.match(data, place)
            offset = number and _NUMBER.match(data, number.end())
            if not number or not offset:
                raise PdfStrictReadError("The header of an object stream is broken.")
            entries.append((int(number[1]), first + int(offset[1])))
            place = offset.end()
        return data, entries
