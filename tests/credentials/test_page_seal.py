"""The seal's panel: an empty, tagged field that looks as the template drew it."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from issuer.credentials.page_conformance import inspect_conformance
from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.page_seal import SEAL_FIELD
from tests.credentials.printed_pages import TEMPLATE, page_of, text_of
from tests.statements import example_statement

WITH_PANEL = replace(TEMPLATE, has_seal_panel=True)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return page_of(example_statement())


@pytest.fixture(scope="module")
def sealable() -> bytes:
    return page_of(example_statement(), template=WITH_PANEL)


def picture_of(pdf: bytes, *, has_forms: bool = True):
    document = pypdfium2.PdfDocument(pdf)
    if has_forms:
        document.init_forms()
    picture = document[0].render(scale=2, grayscale=True, may_draw_forms=has_forms)
    image = picture.to_pil()
    document.close()
    return image


def test_the_field_is_empty_named_printed_and_told(sealable: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealable)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        [widget] = [a for a in pdf.pages[0].Annots if a.Subtype == "/Widget"]
        assert widget.objgen == field.objgen
        assert (str(field.FT), str(field.T)) == ("/Sig", SEAL_FIELD)
        assert str(field.TU) == "SINETÖITY sähköisesti Hiisijärven kunta 24.11.2026"
        assert "/V" not in field
        assert int(field.F) == 4
        left, bottom, right, top = map(float, field.Rect)
        assert (right - left, top - bottom) == pytest.approx((119.06, 85.04), abs=0.1)


def test_the_field_has_its_place_among_the_tags(sealable: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealable)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        places = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        form = places[int(field.StructParent)]
        assert form.S == "/Form"
        assert form.K[0].Obj.objgen == field.objgen
    assert inspect_conformance(sealable) == []


def test_the_panel_looks_as_it_would_without_a_field(
    plain: bytes, sealable: bytes
) -> None:
    difference = ImageChops.difference(picture_of(plain), picture_of(sealable))
    assert difference.getbbox() is None
    hidden = picture_of(sealable, has_forms=False)
    assert ImageChops.difference(picture_of(plain), hidden).getbbox() is not None


def test_its_look_is_drawn_with_the_pages_own_fonts(sealable: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealable)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        look = field.AP.N.Resources.Font
        page = pdf.pages[0].Resources.Font
        assert look.objgen == page.objgen


def test_it_is_said_once_and_the_same_every_time(plain: bytes, sealable: bytes) -> None:
    assert "SINETÖITY" in text_of(plain)
    assert "SINETÖITY" not in text_of(sealable)  # it stands in the field
    assert page_of(example_statement(), template=WITH_PANEL) == sealable
    assert page_of(example_statement()) == plain


def test_a_preview_has_no_field() -> None:
    made = page_of(example_statement(), template=WITH_PANEL, preview=True)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/AcroForm" not in pdf.Root


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("", "<p>T</p>"),
        ("div { break-before: page }", '<p>T</p><div><p>U</p><p id="seal">S</p></div>'),
        ("#seal { display: none }", '<p>T</p><p id="seal">S</p>'),
    ],
)
def test_a_template_without_a_seal_on_its_cover_is_unfit(style: str, body: str) -> None:
    head = f"<head><title>T</title><style>{style}</style></head>"
    html = f'<html lang="fi">{head}<body>{body}</body></html>'
    bare = replace(WITH_PANEL, html={"fi": html})
    with pytest.raises(TemplateUnfit, match="seal"):
        page_of(example_statement(), template=bare)
