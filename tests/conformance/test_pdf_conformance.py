"""Pages, sealed or not, are PDF/A-3a and PDF/UA-1: veraPDF says so, and pikepdf."""

import io
from itertools import product
from pathlib import Path

import pikepdf
import pytest

from tests.conftest import absent
from tests.credentials.sealed_pdfs import (
    LEVELS,
    plain_page,
    sealed_page,
)
from tools.java_tools import JavaToolMissing
from tools.verapdf import check_conformance

LANGUAGES = ("fi", "sv", "en")
UNITS = (1, 6, 40)
FLAVOURS = ("ua1", "3a")


def page(level: str, language: str, units: int, *, has_panel: bool = False) -> bytes:
    if level == "unsealed":
        return plain_page(language, units, has_panel=has_panel)
    return sealed_page(level, language, units, has_panel=has_panel)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pages")
    files = []
    for level, language, units, has_panel in product(
        ("unsealed", *LEVELS), LANGUAGES, UNITS, (False, True)
    ):
        # What the panel adds is on the first page, so of long ones two levels will do.
        if has_panel and units > 1 and level not in {"unsealed", "b_lta"}:
            continue
        panel = "-panel" if has_panel else ""
        files.append(folder / f"{level}-{language}-{units}{panel}.pdf")
        files[-1].write_bytes(page(level, language, units, has_panel=has_panel))
    rsa = folder / "b_lta-rsa3072.pdf"
    rsa.write_bytes(sealed_page("b_lta", algorithm="rsa3072"))
    return [*files, rsa]


def judged(files: list[Path], flavour: str) -> dict[Path, bool]:
    try:
        return check_conformance(files, flavour=flavour)
    except JavaToolMissing as error:
        absent(f"veraPDF did not run, only what is seen without it: {error}")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_verapdf_passes_every_page(pages: list[Path], flavour: str) -> None:
    verdicts = judged(pages, flavour)
    assert len(verdicts) == 45 + 27 + 1
    assert [file.name for file, passed in verdicts.items() if not passed] == []


def without_mark(pdf: pikepdf.Pdf) -> None:
    xmp = pdf.Root.Metadata.read_bytes()
    assert b"<pdfuaid:part>1" in xmp
    pdf.Root.Metadata.write(xmp.replace(b"<pdfuaid:part>1", b"<pdfuaid:part>2"))


def with_hidden_mark(pdf: pikepdf.Pdf) -> None:
    [widget] = widgets(pdf)
    widget.F = 4 + 2


def with_mark_on_the_page(pdf: pikepdf.Pdf) -> None:
    [widget] = widgets(pdf)
    widget.Rect = pikepdf.Array([50, 50, 150, 90])


def without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang
    del pdf.Root.StructTreeRoot


@pytest.mark.parametrize(
    ("change", "flavour"),
    [
        (without_mark, "ua1"),
        (with_hidden_mark, "3a"),
        (with_mark_on_the_page, "ua1"),
        (without_language, "3a"),
        (without_language, "ua1"),
    ],
)
def test_verapdf_fails_what_is_broken(change, flavour: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    with pikepdf.open(io.BytesIO(sealed_page())) as pdf:
        change(pdf)
        pdf.save(file)
    assert judged([file], flavour) == {file: False}


# The same where there is no Java -----


def widgets(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [
        annotation
        for each in pdf.pages
        for annotation in each.get("/Annots", [])
        if annotation.Subtype == "/Widget"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["unsealed", *LEVELS])
def test_what_can_be_seen_without_java(level: str, language: str) -> None:
    data = page(level, language, 6)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        [rdf] = root.Metadata.read_bytes().split(b"<rdf:RDF")[1:]
        assert b'pdfaid:part="3"' in rdf
        assert b'pdfaid:conformance="A"' in rdf
        assert b"<pdfuaid:part>1</pdfuaid:part>" in rdf
        assert [str(each.S) for each in root.OutputIntents] == ["/GTS_PDFA1"]
        assert str(root.Lang) == language
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert [each.EF for each in root.AF] == [root.Names.EmbeddedFiles.Names[1].EF]
        for each in pdf.pages:
            assert each.Tabs == "/S"
            for font in each.Resources.Font.values():
                assert "/ToUnicode" in font
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        for widget in widgets(pdf):
            assert int(widget.F) & 4
            assert not int(widget.F) & 2
            assert widget.Rect[0] == widget.Rect[2]
        fields = root.AcroForm.Fields if level != "unsealed" else []
        assert len(list(fields)) == {"unsealed": 0, "b_lta": 2}.get(level, 1)
