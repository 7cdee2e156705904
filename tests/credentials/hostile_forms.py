"""Hostile input of every form, made to cost a reader more than it costs its sender.

What refusing each costs is measured in bench/refusal.py.
"""

import random
import struct
import zlib

from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from tests.credentials.test_bounded_json import HOSTILE
from tests.credentials.test_pdf_attachment import pdf_with

JWT_HEAD = b"eyJhbGciOiJFUzI1NiJ9."


def _forms(data: bytes) -> dict[str, bytes]:
    return {
        "JSON": data,
        "PNG": bake(badge_picture(), data),
        "PDF": pdf_with(("credential.json", data)),
    }


def _hostile() -> dict[str, bytes]:
    found = {
        f"{name} as {form}": wrapped
        for name, (data, _) in HOSTILE.items()
        for form, wrapped in _forms(data).items()
    }
    drawn = random.Random(24)
    found |= {
        "a JWT of one letter": JWT_HEAD + b"A" * 400_000 + b".AAAA",
        "a JWT of nothing but dots": b"ey" + b"." * 400_000,
        "digits without end": b"9" * 400_000,
        "as many digits as are read": b"9" * 2200,
        "an address with nines": b"https://a.example/q#" + b"9" * 2200,
        "chunks without number": b"\x89PNG\r\n\x1a\n"
        + (b"\0\0\0\0IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")) * 300_000,
        "a PDF of nothing": b"%PDF-1.7\n" + b" " * 4_000_000 + b"\nstartxref\n9\n%%EOF",
        "a PDF of brackets": b"%PDF-1.7\n"
        + b"<<" * 500_000
        + b"\nstartxref\n9\n%%EOF\n",
        "noise": drawn.randbytes(256 * 1024),
        "a PDF of noise": b"%PDF-1.7\n"
        + drawn.randbytes(1_000_000)
        + b"\nstartxref\n9\n%%EOF\n",
    }
    return found


def _packed(catalogue: bytes) -> bytes:
    """A PDF of a few kilobytes whose catalogue unfolds to megabytes."""
    packed = zlib.compress(b"2 0 " + catalogue, 9)
    pdf = b"%PDF-1.7\n"
    first = len(pdf)
    head = b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
    pdf += head + b"%d>>stream\n" % len(packed)
    return pdf + packed + _index(len(pdf) + len(packed), first)


def _index(length: int, first: int) -> bytes:
    end = b"\nendstream endobj\n"
    here = length + len(end)
    rows = [(0, 0, 65535), (1, first, 0), (2, 1, 0), (1, here, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    head = b"3 0 obj<</Type/XRef/Size 4/Root 2 0 R/W[1 4 2]/Filter/FlateDecode/Length "
    return (
        end
        + head
        + b"%d>>stream\n" % len(table)
        + table
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % here
    )


def pdf_bombs() -> dict[str, bytes]:
    table = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n"
    ends = b"\nstartxref\n9\n%%EOF\n"
    return {
        "packed hexadecimal": _packed(b"<</A <" + b"41" * 3_500_000 + b">>>"),
        "packed spaces": _packed(b"<</A" + b" " * 7_000_000 + b">>"),
        "packed numbers": _packed(b"<</A[" + b"1 " * 3_500_000 + b"]>>"),
        "hexadecimal": table + b"<</A <" + b"41" * 500_000 + b">>>" + ends,
        "spaces": table + b" " * 1_000_000 + ends,
        "names": table
        + b"<<"
        + b"".join(b"/A%d 1" % number for number in range(90_000))
        + b">>"
        + ends,
        "sections": b"%PDF-1.7\nxref\n"
        + b"0 1\n0000000000 65535 f \n" * 40_000
        + b"trailer\n<</Size 1>>"
        + ends,
    }


HOSTILE_FORMS = _hostile() | {f"a PDF: {n}": pdf for n, pdf in pdf_bombs().items()}
