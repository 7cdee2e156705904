"""The file: what it carries, embeds and claims, and that it is always the same."""

import io
import json
import multiprocessing
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest

from issuer.credentials.page import render_in_child
from issuer.credentials.page_refusals import (
    CharacterUnprintable,
)
from issuer.domain.certificates import CertificateStatement
from tests.credentials.printed_pages import (
    CHECK_URL,
    CREATED,
    CREDENTIAL,
    TEMPLATES,
    page_of,
)
from tests.statements import example_statement


@pytest.fixture(scope="module")
def statement() -> CertificateStatement:
    return example_statement(units=2)


@pytest.fixture(scope="module")
def pdf(statement: CertificateStatement) -> bytes:
    return page_of(statement)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def structure_of(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, dict):
        yield node
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from structure_of(child)


def test_the_credential_is_attached_once_byte_for_byte(
    reader: pypdf.PdfReader,
) -> None:
    assert dict(reader.attachments) == {"credential.json": [CREDENTIAL]}
    root = reader.trailer["/Root"]
    (associated,) = root["/AF"]
    assert associated.get_object()["/AFRelationship"] == "/Source"
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[1].get_object() == associated.get_object()


def test_the_document_says_its_title_language_and_date(reader: pypdf.PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Osaamistodistus, Paula Osallistuja"
    assert reader.metadata.author == "Hiisijärven kunta"
    assert reader.metadata.creation_date == CREATED
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fi"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_it_claims_pdf_a_3a_and_pdf_ua_1_in_one_rdf(reader: pypdf.PdfReader) -> None:
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    (rdf,) = re.findall(r"<rdf:RDF.*</rdf:RDF>", xmp, re.DOTALL)
    ElementTree.fromstring(rdf)  # noqa: S314 (our own)
    assert 'pdfaid:part="3"' in rdf
    assert 'pdfaid:conformance="A"' in rdf
    assert "<pdfuaid:part>1</pdfuaid:part>" in rdf
    assert "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in rdf
    assert [intent["/S"] for intent in root["/OutputIntents"]] == ["/GTS_PDFA1"]


def test_every_font_is_our_own_and_embedded(reader: pypdf.PdfReader) -> None:
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font["/DescendantFonts"]
            fonts[font["/BaseFont"].partition("+")[2]] = (
                descendant.get_object()["/FontDescriptor"],
                font,
            )
    assert set(fonts) == {
        "Certificate-Sans",
        "Certificate-Sans-Semi-Bold",
        "Certificate-Serif",
        "Certificate-Serif-Semi-Bold",
    }
    for descriptor, font in fonts.values():
        assert "/FontFile2" in descriptor
        assert "/ToUnicode" in font


def test_the_pages_are_tagged_for_reading_aloud(reader: pypdf.PdfReader) -> None:
    tags = list(structure_of(reader.trailer["/Root"]["/StructTreeRoot"]))
    kinds = [tag.get("/S") for tag in tags]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/H3", "/Table", "/TH", "/TD", "/P", "/Figure"} <= set(kinds)
    for tag in tags:
        if tag.get("/S") == "/Figure":
            assert "QR-koodi" in tag["/Alt"]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)


def test_the_same_input_gives_the_same_bytes(
    pdf: bytes, statement: CertificateStatement
) -> None:
    assert page_of(statement) == pdf
    assert page_of(statement, credential=CREDENTIAL + b" ") != pdf


def test_another_process_gives_the_same_bytes(
    pdf: bytes, statement: CertificateStatement, tmp_path: Path
) -> None:
    (tmp_path / "statement.json").write_text(json.dumps(asdict(statement)))
    (tmp_path / "credential.json").write_bytes(CREDENTIAL)
    program = f"""
import pathlib, sys
from issuer.credentials.page import render_in_child
sys.stdout.buffer.write(render_in_child(
    pathlib.Path("{tmp_path}/statement.json").read_bytes(),
    template_dir={str(TEMPLATES / "osaamistodistus" / "1")!r},
    check_url={CHECK_URL!r},
    credential=pathlib.Path("{tmp_path}/credential.json").read_bytes(),
    created={CREATED.isoformat()!r},
))
"""
    made = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TEMPLATES.parent,
        env={"PYTHONHASHSEED": "7", "TZ": "America/New_York", "HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert made.stdout == pdf
    assert made.stderr == b""


def test_a_worker_makes_pages_and_sends_refusals_home(
    pdf: bytes, statement: CertificateStatement
) -> None:
    given = {
        "template_dir": str(TEMPLATES / "osaamistodistus" / "1"),
        "check_url": CHECK_URL,
        "credential": CREDENTIAL,
        "created": CREATED.isoformat(),
    }
    strange = replace(statement, holder_name="Paula 漢")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as workers:
        refused = workers.submit(
            render_in_child, json.dumps(asdict(strange)).encode(), **given
        )
        made = workers.submit(
            render_in_child, json.dumps(asdict(statement)).encode(), **given
        )
        with pytest.raises(CharacterUnprintable, match="漢"):
            refused.result(timeout=60)
        assert made.result(timeout=60) == pdf


def test_the_serving_process_does_not_load_the_renderer() -> None:
    program = (
        "import sys, issuer.credentials.page; "
        "assert 'weasyprint' not in sys.modules, 'weasyprint was loaded'"
    )
    subprocess.run([sys.executable, "-c", program], cwd=TEMPLATES.parent, check=True)
