import io
import os
import re
import time
import zlib
from collections.abc import Callable

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from issuer.credentials.bounded_json import LARGEST
from issuer.credentials.pdf_attachment import (
    LARGEST_PDF,
    PdfAmbiguous,
    PdfRefused,
    PdfTooLarge,
    PdfWithoutCredential,
    is_pdf,
    read_credential,
)


def pdf_with(*attachments: tuple[str, bytes], change: Callable | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    for name, data in attachments:
        writer.add_attachment(name, data)
    if change:
        change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_the_attached_credential_is_read_byte_for_byte() -> None:
    data = b'{"a":"\xc3\xa4"}'

    assert read_credential(pdf_with(("credential.json", data))) == data
    assert (
        read_credential(pdf_with(("photo.png", b"x"), ("credential.json", data)))
        == data
    )


def test_a_page_by_weasyprint_is_read() -> None:
    """The name in the name tree may be another; the file specification's counts."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415 - slow to load

    attachment = Attachment(
        string='{"a":1}', name="credential.json", relationship="Source"
    )
    pdf = HTML(string="<p>x").write_pdf(attachments=[attachment])

    assert read_credential(pdf) == b'{"a":1}'


@pytest.mark.parametrize(
    "attachments",
    [
        (),
        (("Credential.json", b"{}"),),
        (("credential.json.exe", b"{}"),),
        (("photo.png", b"x"),),
    ],
)
def test_a_pdf_without_the_file_is_said_to_be_a_copy(attachments: tuple) -> None:
    with pytest.raises(PdfWithoutCredential):
        read_credential(pdf_with(*attachments))


def test_two_files_of_the_name_are_ambiguous() -> None:
    pdf = pdf_with(("credential.json", b"{}"), ("credential.json", b"[]"))

    with pytest.raises(PdfAmbiguous):
        read_credential(pdf)


def test_a_file_of_the_name_behind_another_name_is_ambiguous_too() -> None:
    def rename(writer: PdfWriter) -> None:
        other = next(f for f in writer.attachment_list if f.name == "a.txt")
        other.alternative_name = TextStringObject("credential.json")

    pdf = pdf_with(("credential.json", b"{}"), ("a.txt", b"[]"), change=rename)

    with pytest.raises(PdfAmbiguous):
        read_credential(pdf)


def test_the_size_of_the_attachment_is_bounded() -> None:
    assert read_credential(pdf_with(("credential.json", b"x" * LARGEST)))
    with pytest.raises(PdfTooLarge):
        read_credential(pdf_with(("credential.json", b"x" * (LARGEST + 1))))
    with pytest.raises(PdfTooLarge):
        read_credential(pdf_with(*((f"{n}.txt", b"") for n in range(60))))


def _embedded(writer: PdfWriter) -> StreamObject:
    [file] = writer.attachment_list
    return file._embedded_file


def _bomb(filters: int) -> bytes:
    data = zlib.compress(b"\0" * 100_000_000, 9)
    for _ in range(filters - 1):
        data = zlib.compress(data, 9)

    def plant(writer: PdfWriter) -> None:
        stream = _embedded(writer)
        stream._data = data
        stream[NameObject("/Filter")] = ArrayObject(
            [NameObject("/FlateDecode")] * filters
        )

    return pdf_with(("credential.json", b""), change=plant)


def _kids_in_a_ring(writer: PdfWriter) -> None:
    tree = DictionaryObject()
    reference = writer._add_object(tree)
    tree[NameObject("/Kids")] = ArrayObject([reference])
    names = DictionaryObject({NameObject("/EmbeddedFiles"): reference})
    writer._root_object[NameObject("/Names")] = names


def _external(writer: PdfWriter) -> None:
    stream = _embedded(writer)
    stream[NameObject("/F")] = TextStringObject("file:///etc/passwd")
    stream[NameObject("/FFilter")] = NameObject("/FlateDecode")


def _hostile() -> dict[str, bytes]:
    good = pdf_with(("credential.json", b"{}"))
    encrypted = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(good))
    writer.encrypt("x", algorithm="RC4-128")
    writer.write(encrypted)
    return {
        "over 20 MB": good + b"\0" * LARGEST_PDF,
        "only the head": b"%PDF-1.7\n",
        "half of it": good[: len(good) // 2],
        "20 MB of noise": b"%PDF-1.7\n" + os.urandom(1000) * (20 * 1024),
        "20 MB of objects": b"%PDF-1.7\n" + b"1 0 obj<<>>endobj " * 1_000_000,
        "20 MB of objects and an end": b"%PDF-1.7\n"
        + b"1 0 obj<<>>endobj " * 1_000_000
        + b"\nstartxref\n9\n%%EOF",
        "20 MB of lines and an end": b"%PDF-1.7\n" * 2_000_000
        + b"startxref\n17999000\n%%EOF",
        "an endless table": b"%PDF-1.7\nxref\n0 99999999\n"
        + b"0000000000 65535 f \n" * 900_000
        + b"trailer<</Size 3>>\nstartxref\n9\n%%EOF",
        "a table that points to itself": b"%PDF-1.7\nxref\n0 1\n"
        b"0000000000 65535 f \ntrailer<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF",
        "a pile of brackets": b"%PDF-1.7\n1 0 obj\n"
        + b"[" * 500_000
        + b"\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
        b"trailer<</Size 2/Root 1 0 R>>\nstartxref\n500018\n%%EOF",
        "a bomb": _bomb(1),
        "a bomb in a bomb": _bomb(2),
        "a bomb in a bomb in a bomb": _bomb(3),
        "kids in a ring": pdf_with(change=_kids_in_a_ring),
        "encrypted": encrypted.getvalue(),
        "an end far out": re.sub(rb"startxref\n\d+", b"startxref\n99999999", good),
        "no catalogue": good.replace(b"/Root", b"/Rxxt"),
    }


HOSTILE = (
    "over 20 MB",
    "only the head",
    "half of it",
    "20 MB of noise",
    "20 MB of objects",
    "20 MB of objects and an end",
    "20 MB of lines and an end",
    "an endless table",
    "a table that points to itself",
    "an end far out",
    "a pile of brackets",
    "a bomb",
    "a bomb in a bomb",
    "a bomb in a bomb in a bomb",
    "kids in a ring",
    "encrypted",
    "no catalogue",
)


@pytest.fixture(scope="module")
def hostile() -> dict[str, bytes]:
    return _hostile()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pdfs_are_refused_at_once(name: str, hostile: dict[str, bytes]) -> None:
    started = time.perf_counter()
    with pytest.raises(PdfRefused):
        read_credential(hostile[name])
    took = time.perf_counter() - started

    print(f"{name}: {took * 1000:.0f} ms")
    assert took < 2


def test_an_external_file_is_never_followed() -> None:
    pdf = pdf_with(("credential.json", b"{}"), change=_external)

    assert read_credential(pdf) == b"{}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7", True),
        (b"\r\n %PDF-2.0", True),
        (b'{"a":"%PDF-"}', False),
        (b"", False),
        (b" " * 2000 + b"%PDF-1.7", False),
    ],
)
def test_a_pdf_is_known_by_its_head(data: bytes, expected: bool) -> None:
    assert is_pdf(data) is expected
