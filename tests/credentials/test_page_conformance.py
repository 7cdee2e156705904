"""Each check of a page's conformance finds what it is there for, and nothing else."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from issuer.credentials import page_conformance
from issuer.credentials.page_conformance import inspect_conformance
from issuer.credentials.page_refusals import ToolMissing
from issuer.credentials.page_structure import list_tags
from tests.credentials.printed_pages import page_of
from tests.credentials.sealed_pdfs import LEVELS, sealed_page
from tests.statements import example_statement
from tools.toolchain import ROOT


@pytest.fixture(scope="module")
def page() -> bytes:
    return page_of(example_statement(units=2))


def broken(page: bytes, change: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(page)) as pdf:
        change(pdf)
        pdf.save(file)
    return file.getvalue()


def test_nothing_is_wrong_with_a_page_of_ours(page: bytes) -> None:
    assert inspect_conformance(page, languages=["fi"]) == []


def test_saving_it_anew_breaks_nothing(page: bytes) -> None:
    assert inspect_conformance(broken(page, lambda _: None)) == []


def tag(pdf: Any, kind: str) -> Any:
    return next(tag for tag in list_tags(pdf) if str(tag.S) == kind)


def metadata(old: str, new: str) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        assert re.search(old, xmp, re.DOTALL), old
        changed = re.sub(old, new, xmp, flags=re.DOTALL)
        pdf.Root.Metadata = pdf.make_stream(changed.encode())

    return change


def without(name: str) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        del pdf.Root[name]

    return change


def link_of(pdf: Any) -> Any:
    return next(page.obj.Annots[0] for page in pdf.pages if "/Annots" in page.obj)


def untagged_link(pdf: Any) -> None:
    del link_of(pdf)["/StructParent"]


def lost_link(pdf: Any) -> None:
    link_of(pdf).StructParent = 4321


def hidden_link(pdf: Any) -> None:
    link_of(pdf).F = 4 | 2


def unprinted_link(pdf: Any) -> None:
    link_of(pdf).F = 0


def widget(pdf: Any) -> None:
    link = link_of(pdf)
    link.Subtype = pikepdf.Name.Widget
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([link]))


def font(pdf: Any) -> Any:
    return next(
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and "/DescendantFonts" in item
    )


def unembedded(pdf: Any) -> None:
    del font(pdf).DescendantFonts[0].FontDescriptor["/FontFile2"]


def without_characters(pdf: Any) -> None:
    del font(pdf)["/ToUnicode"]


def courier(pdf: Any) -> None:
    pdf.pages[0].Resources.Font.X = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Courier,
    )


def twice_attached(pdf: Any) -> None:
    pdf.Root.AF.append(pdf.Root.AF[0])


def unrelated(pdf: Any) -> None:
    del pdf.Root.AF[0]["/AFRelationship"]


def unattached(pdf: Any) -> None:
    pdf.Root.AF = pikepdf.Array()


def silent_picture(pdf: Any) -> None:
    tag(pdf, "/Figure").Alt = " "


def aimless_heading(pdf: Any) -> None:
    del tag(pdf, "/TH")["/A"]


def second_title(pdf: Any) -> None:
    tag(pdf, "/H2").S = pikepdf.Name.H1


def skipped_level(pdf: Any) -> None:
    tag(pdf, "/H2").S = pikepdf.Name.H5


def other_order(pdf: Any) -> None:
    pdf.pages[-1].Tabs = pikepdf.Name.R


def seal_off_the_page(pdf: Any) -> None:
    widget(pdf)
    del link_of(pdf)["/StructParent"]
    link_of(pdf).Rect = pikepdf.Array([-20, -20, -10, -10])


def no_intent(pdf: Any) -> None:
    pdf.Root.OutputIntents = pikepdf.Array()


def script(pdf: Any) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def unshown_title(pdf: Any) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def unmarked(pdf: Any) -> None:
    pdf.Root.MarkInfo.Marked = False


BREAKS: tuple[tuple[Callable[[Any], None], str, str], ...] = (
    (metadata('pdfaid:part="3"', 'pdfaid:part="2"'), "claims", "pdfaid:part 3"),
    (metadata('conformance="A"', 'conformance="B"'), "claims", "conformance A"),
    (metadata("<pdfuaid:part>1", "<pdfuaid:part>2"), "claims", "pdfuaid:part 1"),
    (
        metadata("<pdfaSchema:prefix>pdfuaid", "<pdfaSchema:prefix>x"),
        "claims",
        "schema",
    ),
    (metadata("<dc:title>.*?</dc:title>", ""), "claims", "no title"),
    (without("/Metadata"), "claims", "cannot be told"),
    (without("/Lang"), "catalogue", "no language"),
    (without("/Outlines"), "catalogue", "Outlines is missing"),
    (without("/StructTreeRoot"), "catalogue", "StructTreeRoot is missing"),
    (no_intent, "catalogue", "output intents"),
    (unmarked, "catalogue", "not marked as tagged"),
    (unshown_title, "catalogue", "title is not shown"),
    (script, "catalogue", "OpenAction is not allowed"),
    (other_order, "pages", "another tab order"),
    (unembedded, "fonts", "not embedded"),
    (without_characters, "fonts", "does not say its characters"),
    (courier, "fonts", "/Courier is not embedded"),
    (untagged_link, "annotations", "a /Link is not part of the structure"),
    (lost_link, "annotations", "a /Link is not part of the structure"),
    (hidden_link, "annotations", "is not printed"),
    (unprinted_link, "annotations", "is not printed"),
    (widget, "annotations", "a widget has no appearance"),
    (twice_attached, "attachments", "twice"),
    (unattached, "attachments", "not the same"),
    (unrelated, "attachments", "no relationship"),
    (silent_picture, "tags", "no text in its place"),
    (aimless_heading, "tags", "does not say what it heads"),
    (second_title, "tags", "2 headings of the first level"),
    (skipped_level, "tags", "left out"),
)


@pytest.mark.parametrize(
    ("change", "check", "text"), BREAKS, ids=[f"{b[1]}-{b[2]}" for b in BREAKS]
)
def test_a_break_is_found_by_its_check(
    page: bytes, change: Callable[[Any], None], check: str, text: str
) -> None:
    found = inspect_conformance(broken(page, change))
    assert text in " ".join(f.text for f in found if f.check == check), found


def test_what_is_not_on_the_page_need_not_be_tagged(page: bytes) -> None:
    assert inspect_conformance(broken(page, seal_off_the_page)) == []


def test_a_language_that_nothing_is_marked_with_is_found(page: bytes) -> None:
    (finding,) = inspect_conformance(page, languages=["fi", "sv"])
    assert (finding.check, finding.text) == ("languages", "nothing is marked as sv")


def test_an_encrypted_file_is_found(page: bytes) -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(page)) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "it is encrypted" in {f.text for f in inspect_conformance(file.getvalue())}


def endless(pdf: Any) -> None:
    root = pdf.Root.StructTreeRoot
    first = tag(pdf, "/P")
    first.K = pikepdf.Array([root])


def test_a_structure_without_end_is_found_and_ends(page: bytes) -> None:
    found = inspect_conformance(broken(page, endless))
    assert any("no end" in finding.text for finding in found)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_found(data: bytes) -> None:
    (finding,) = inspect_conformance(data)
    assert finding.check == "readable"


@pytest.mark.parametrize("level", LEVELS)
def test_a_sealed_page_is_still_what_it_was(level: str) -> None:
    assert inspect_conformance(sealed_page(level), languages=["fi"]) == []


def test_a_seal_that_does_not_cover_the_file_is_found() -> None:
    sealed = sealed_page("b_b")
    (found,) = inspect_conformance(sealed + b"% added\n")
    assert found.text == "the signature does not cover the end of the file"
    start = sealed.index(b"/ByteRange")
    numbers = sealed[start : sealed.index(b"]", start)]
    _, _, length, *_ = numbers.replace(b"[", b" ").split()
    shorter = numbers.replace(length, str(int(length) - 7).encode(), 1)
    shorter = shorter.ljust(len(numbers))
    (found,) = inspect_conformance(sealed.replace(numbers, shorter))
    assert found.text == "the signature leaves out more than itself"


def test_a_second_seal_is_found() -> None:
    def add(pdf: Any) -> None:
        fields = pdf.Root.AcroForm.Fields
        fields.append(pdf.make_indirect(pikepdf.Dictionary(V=fields[0].V)))

    found = inspect_conformance(broken(sealed_page("b_b"), add))
    assert "there are 2 signatures" in {finding.text for finding in found}


def test_without_pikepdf_the_service_starts_and_the_check_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    with pytest.raises(ToolMissing, match="pip install pikepdf"):
        page_conformance.inspect_conformance(b"")
    program = (
        "import sys; sys.modules['pikepdf'] = sys.modules['pypdfium2'] = None\n"
        "import issuer.app"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
