"""Sealing a page: what others make of it, that it repeats, and what it refuses."""

import http.server
import io
import re
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from asn1crypto import cms, tsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko_certvalidator import ValidationContext

from issuer.credentials.pades import (
    FIELD,
    PdfUnsealable,
    TimestampRefused,
    seal_pdf,
)
from issuer.credentials.pades_bytes import parse_roots
from issuer.credentials.pades_inspection import inspect_pdf
from issuer.credentials.pades_long_term import add_long_term_data
from issuer.credentials.pdf_attachment import read_credential
from tests.credentials.printed_pages import CREDENTIAL
from tests.credentials.sealed_pdfs import (
    AT,
    LEVELS,
    MADE,
    STAMPED,
    WORDS,
    authority,
    plain_page,
    sealed_page,
    sealer,
)

ALGORITHMS = ("p256", "rsa3072")


def signature_of(pdf: bytes) -> pypdf.generic.DictionaryObject:
    [field] = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/AcroForm"]["/Fields"]
    return field["/V"]


def signed_data(pdf: bytes) -> cms.SignedData:
    contents = signature_of(pdf)["/Contents"]
    return cms.ContentInfo.load(contents.original_bytes)["content"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_page_stays_as_it_is_below_the_seal(algorithm: str) -> None:
    plain, sealed = plain_page(), sealed_page(algorithm=algorithm)

    assert sealed.startswith(plain)
    assert read_credential(sealed) == CREDENTIAL
    for pdf in (plain, sealed):
        document = pypdfium2.PdfDocument(pdf)
        picture = document[0].render(scale=1).to_pil().tobytes()
        document.close()
        if pdf is plain:
            seen = picture
    assert picture == seen


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_same_page_sealed_anew_is_the_same_file(algorithm: str) -> None:
    ours = sealer(algorithm)
    again = seal_pdf(plain_page(), seal=ours.seal, at=AT, **WORDS)

    assert again == sealed_page(algorithm=algorithm)
    later = seal_pdf(
        plain_page(), seal=ours.seal, at=AT + timedelta(seconds=1), **WORDS
    )
    assert later != again
    assert len(later) == len(again)


def test_the_room_for_the_signature_depends_on_the_seal_alone() -> None:
    gaps = [
        re.search(rb"/Contents <([0-9A-F]+)>", sealed_page(units=units))[1]
        for units in (1, 6)
    ]
    assert len(gaps[0]) == len(gaps[1])
    assert gaps[0].endswith(b"00" * 100)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_is_a_pades_signature_that_certifies(algorithm: str) -> None:
    pdf = sealed_page(algorithm=algorithm)
    entry, signed = signature_of(pdf), signed_data(pdf)
    [info] = signed["signer_infos"]
    attributes = {each["type"].native for each in info["signed_attrs"]}

    assert entry["/SubFilter"] == "/ETSI.CAdES.detached"
    assert entry["/M"] == "D:20261125120000Z"
    assert entry["/Reference"][0]["/TransformParams"]["/P"] == 1
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= attributes
    assert "signing_time" not in attributes  # EN 319 142-1 §6.3: /M says it
    assert info["digest_algorithm"]["algorithm"].native == "sha256"
    assert len(signed["certificates"]) == 1


def test_it_says_sealed_and_never_signed_by_hand() -> None:
    entry = signature_of(sealed_page())

    assert entry["/Reason"] == "Hiisijärven kunta on sinetöinyt osaamistodistuksen"
    assert entry["/Location"] == "Hiisijärvi"
    assert b"llekirjoit" not in sealed_page()


def test_the_mark_is_printable_and_off_the_page() -> None:
    page = pypdf.PdfReader(io.BytesIO(sealed_page())).pages[0]
    [widget] = [a for a in page["/Annots"] if a["/Subtype"] == "/Widget"]

    assert widget["/F"] & 4
    assert not widget["/F"] & 2
    left, _, right, _ = (float(each) for each in widget["/Rect"])
    assert left == right < 0


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_pyhanko_alone_finds_it_sound(level: str, algorithm: str) -> None:
    reader = PdfFileReader(io.BytesIO(sealed_page(level, algorithm=algorithm)))
    [embedded] = reader.embedded_regular_signatures
    roots = parse_roots([*sealer(algorithm).roots, authority().root])
    context = ValidationContext(
        trust_roots=roots, moment=STAMPED + timedelta(days=1), allow_fetching=False
    )

    status = validate_pdf_signature(
        embedded,
        signer_validation_context=context,
        ts_validation_context=context,
    )

    assert status.bottom_line, status.pretty_print_details()
    assert status.docmdp_ok
    assert read_certification_data(reader).permission == MDPPerm.NO_CHANGES
    assert (status.timestamp_validity is None) == (level == "b_b")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_poppler_and_qpdf_find_it_sound(
    level: str, algorithm: str, tmp_path: Path, poppler: Path, qpdf: Path
) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed_page(level, algorithm=algorithm))

    said = subprocess.run(
        [poppler / "pdfsig", "-nocert", file],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert f"Signature Field Name: {FIELD}" in said
    if level in {"b_b", "b_t"}:
        assert "- Total document signed" in said
    subprocess.run([qpdf, "--check", file], capture_output=True, check=True)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_poppler_trusts_it_when_it_trusts_the_authority(
    algorithm: str, tmp_path: Path, poppler: Path, certutil: Path
) -> None:
    authority, file = tmp_path / "ca.der", tmp_path / "sealed.pdf"
    authority.write_bytes(sealer(algorithm).certificate.anchor)
    file.write_bytes(sealed_page(algorithm=algorithm))
    store = f"sql:{tmp_path}"

    def said(*words: str | Path) -> str:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    said(certutil, "-N", "-d", store, "--empty-password")
    assert "Certificate is Trusted" not in said(
        poppler / "pdfsig", "-nssdir", tmp_path, file
    )
    said(certutil, "-A", "-d", store, "-n", "ca", "-t", ",C,", "-i", authority)
    assert "Certificate is Trusted." in said(
        poppler / "pdfsig", "-nssdir", tmp_path, file
    )


def test_a_page_without_a_line_end_gets_one_first() -> None:
    bare = plain_page().rstrip(b"\r\n")
    sealed = seal_pdf(bare, seal=sealer().seal, at=AT)

    assert sealed.startswith(bare + b"\n")


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_sealed_is_not_sealed_again(level: str) -> None:
    with pytest.raises(PdfUnsealable, match="sealed already"):
        seal_pdf(sealed_page(level), seal=sealer().seal, at=AT)


def with_fields(*names: str, value: bool = False) -> bytes:
    """Return a page that brings signature fields of its own, seen on the page."""
    with pikepdf.open(io.BytesIO(plain_page())) as pdf:
        look = pdf.make_stream(b"0 0 90 40 re f", Type=pikepdf.Name.XObject)
        look.Subtype, look.BBox = pikepdf.Name.Form, pikepdf.Array([0, 0, 90, 40])
        page, fields = pdf.pages[0], []
        for name in names:
            field = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T=name,
                F=4,
                Rect=pikepdf.Array([50, 50, 140, 90]),
                AP=pikepdf.Dictionary(N=look),
            )
            if value:
                field.V = pdf.make_indirect(pikepdf.Dictionary())
            fields.append(pdf.make_indirect(field))
        page.Annots = pikepdf.Array([*page.get("/Annots", []), *fields])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields))
        written = io.BytesIO()
        pdf.save(
            written,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return written.getvalue()


def test_a_field_that_the_page_brings_is_the_one_that_is_sealed(tmp_path: Path) -> None:
    page = with_fields(FIELD)
    pdf = seal_pdf(page, seal=sealer().seal, at=AT)

    assert pdf.startswith(page)
    checks = inspect_pdf(pdf, roots=sealer().roots, at=AT)
    assert {check.outcome.value for check in checks} == {"passed"}
    form = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/AcroForm"]
    [field] = form["/Fields"]
    assert form["/SigFlags"] == 3
    assert field["/Rect"] == [50, 50, 140, 90]
    assert field["/AP"]["/N"].get_data() == b"0 0 90 40 re f"
    again = seal_pdf(page, seal=sealer().seal, at=AT)
    assert again == pdf

    longer = add_long_term_data(
        pdf,
        roots=[*sealer().roots, authority().root],
        at=STAMPED,
        timestamper=authority().at(STAMPED),
    )
    checks = inspect_pdf(
        longer, roots=sealer().roots, timestamp_roots=[authority().root], at=STAMPED
    )
    assert {check.outcome.value for check in checks} == {"passed"}


@pytest.mark.parametrize(
    "page",
    [
        with_fields("Name"),
        with_fields(FIELD, "Other"),
        with_fields(FIELD, value=True),
    ],
    ids=["another", "one more", "filled in"],
)
def test_other_fields_are_refused(page: bytes) -> None:
    with pytest.raises(PdfUnsealable, match="form"):
        seal_pdf(page, seal=sealer().seal, at=AT)


def test_an_encrypted_file_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(plain_page()))
    writer.encrypt("", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)

    with pytest.raises(PdfUnsealable):
        seal_pdf(written.getvalue(), seal=sealer().seal, at=AT)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"<html></html>",
        b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
        plain_page()[:5000],
        plain_page()[:-40] + b"startxref\n7\n%%EOF\n",
        plain_page() + b" " * (4 * 1024 * 1024),
    ],
    ids=["empty", "head", "html", "nothing", "half", "astray", "large"],
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(PdfUnsealable):
        seal_pdf(data, seal=sealer().seal, at=AT)
    with pytest.raises(PdfUnsealable):
        add_long_term_data(data, roots=sealer().roots, at=AT)


# Time-stamps -------------------------------------------------------------------------


def changed(request: bytes, *, member: str, value: object) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    if member == "hashed_message":
        asked["message_imprint"][member] = value
    else:
        asked[member] = value
    return authority().at(STAMPED)(asked.dump(force=True))


def swollen(answer: bytes) -> bytes:
    """Return the answer with as many certificates as no page has room for."""
    response = tsp.TimeStampResp.load(answer)
    certificates = response["time_stamp_token"]["content"]["certificates"]
    for _ in range(20):
        certificates.append(certificates[0])
    return response.dump(force=True)


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: b"",
        lambda request: b"<html>502</html>",
        lambda request: authority().at(STAMPED)(request)[:-400],
        lambda request: changed(request, member="nonce", value=7),
        lambda request: changed(request, member="hashed_message", value=bytes(32)),
        lambda request: bytes.fromhex("3005 3003 020102"),  # status: rejection
        lambda request: swollen(authority().at(STAMPED)(request)),
    ],
    ids=[
        "nothing",
        "html",
        "half",
        "other nonce",
        "other document",
        "rejected",
        "swollen",
    ],
)
def test_a_useless_time_stamp_is_refused(answer) -> None:
    with pytest.raises(TimestampRefused):
        seal_pdf(plain_page(), seal=sealer().seal, at=AT, timestamper=answer)


def test_an_authority_out_of_reach_is_said_so() -> None:
    def away(request: bytes) -> bytes:
        raise ConnectionRefusedError("nobody answers")

    with pytest.raises(TimestampRefused, match="nobody answers"):
        seal_pdf(plain_page(), seal=sealer().seal, at=AT, timestamper=away)
    with pytest.raises(TimestampRefused):
        add_long_term_data(sealed_page(), roots=sealer().roots, at=AT, timestamper=away)


@dataclass(frozen=True)
class Loopback:
    """A time-stamp authority on this machine's own network."""

    url: str

    def __call__(self, request: bytes) -> bytes:
        asked = urllib.request.Request(
            self.url, request, {"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.headers["Content-Type"] == "application/timestamp-reply"
            return answer.read()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority().at(STAMPED)(request)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Loopback(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


def test_an_authority_over_the_network_stamps_the_seal(loopback: Loopback) -> None:
    pdf = seal_pdf(plain_page(), seal=sealer().seal, at=AT, timestamper=loopback)
    [info] = signed_data(pdf)["signer_infos"]

    assert [each["type"].native for each in info["unsigned_attrs"]] == [
        "signature_time_stamp_token"
    ]


# Long-term data ----------------------------------------------------------------------


@pytest.mark.parametrize("level", ["b_lt", "b_lta"])
def test_long_term_data_leave_the_sealed_page_alone(level: str) -> None:
    root = pypdf.PdfReader(io.BytesIO(sealed_page(level))).trailer["/Root"]

    assert len(root["/DSS"]["/CRLs"]) == 1
    assert len(root["/DSS"]["/Certs"]) >= 4
    assert len(root["/AcroForm"]["/Fields"]) == (2 if level == "b_lta" else 1)
    assert sealed_page(level).count(b"%%EOF") == 3


def test_a_list_that_a_certificate_names_must_be_given() -> None:
    from issuer.credentials.x509_seal import (  # noqa: PLC0415
        create_seal,
        list_seals,
        open_seal,
    )
    from tests.credentials.sealed_pdfs import (  # noqa: PLC0415
        ORGANISATION,
        PASSPHRASE,
        Sealer,
    )

    folder = Path(str(sealer().folder) + "-crl")
    create_seal(
        folder,
        ORGANISATION,
        algorithm="p256",
        passphrase=PASSPHRASE,
        at=MADE,
        base_url="https://todistus.example/org/hiisi",
    )
    [certificate] = list_seals(folder)
    ours = Sealer(folder, certificate, open_seal(folder, certificate, PASSPHRASE))
    pdf = seal_pdf(plain_page(), seal=ours.seal, at=AT)

    with pytest.raises(PdfUnsealable, match="not trusted"):
        add_long_term_data(pdf, roots=ours.roots, at=AT)
    given = add_long_term_data(
        pdf, roots=ours.roots, at=AT, revocation_lists=[ours.revocation_list()]
    )
    assert given.startswith(pdf)


def test_what_the_roots_do_not_vouch_for_gets_no_long_term_data() -> None:
    with pytest.raises(PdfUnsealable, match="not trusted"):
        add_long_term_data(sealed_page(), roots=[authority().root], at=AT)
    with pytest.raises(PdfUnsealable, match="not trusted"):
        add_long_term_data(
            sealed_page(), roots=sealer().roots, at=AT + timedelta(days=3000)
        )
    with pytest.raises(PdfUnsealable, match="carries no seal"):
        add_long_term_data(plain_page(), roots=sealer().roots, at=AT)
