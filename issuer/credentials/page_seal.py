"""The seal on the cover as a field that a PDF signature is put into.

A visible signature must keep PDF/A and PDF/UA, and what pyHanko draws does not: fonts
not embedded, a field outside the tags. So the panel is drawn here, with the page's own
fonts, and becomes the look of an empty, tagged field (ISO 32000-2 §12.7.5.5). Whoever
signs fills in that field and changes nothing that can be seen.
"""

import copy
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pydyf  # type: ignore[import-untyped]
from weasyprint import Document

from issuer.credentials.page_refusals import TemplateUnfit

# WeasyPrint's, which ships no types.
Box = Any
Stream = Any

SEAL_FIELD = "Seal"
SEAL_ID = "seal"

_POINTS = 0.75  # a CSS pixel, of which 96 make an inch, in points
_PRINT = 4  # annotation flags: printed, not hidden (ISO 19005-3 §6.3.2)


def take_panel(page: Element) -> Element:
    """Move the seal's panel out of `page`, leaving its empty box, to a page of its own.

    Raises TemplateUnfit if the template has no element with the id `seal`.
    """
    panel = page.find(f".//*[@id='{SEAL_ID}']")
    if panel is None:
        raise TemplateUnfit(reason=f"no element has the id {SEAL_ID}")
    alone = Element("html", {"lang": page.get("lang", "")})
    around = page.find("body")
    body = SubElement(alone, "body", {} if around is None else dict(around.attrib))
    drawn = copy.deepcopy(panel)
    drawn.tail = None
    body.append(drawn)
    tail = panel.tail
    panel.clear()
    panel.set("id", SEAL_ID)
    panel.tail = tail
    return alone


def panel_size_css(document: Document) -> str:
    """Return the rules that make a page as large as the box left for the panel."""
    box = _box_of(document)
    return (
        f"@page{{size:{box.border_width()}px {box.border_height()}px;margin:0;"
        "@bottom-left{content:none}@bottom-right{content:none}"
        "@top-left{content:none}@top-right{content:none}}"
    )


def draw_into_field(document: Document, panel: Document) -> None:
    """Let the first page of `document` draw `panel` as the look of the seal's field."""
    page, box = document.pages[0], _box_of(document)
    paint = page.paint
    title = _text_of(panel)

    def paint_page_and_panel(stream: Stream, scale: float = 1) -> None:
        paint(stream, scale)
        width, height = box.border_width() * scale, box.border_height() * scale
        drawing = stream.add_group(0, 0, width, height)
        drawing._tags = None  # noqa: SLF001 - the field is tagged, not its look
        drawing.transform(d=-1, f=height)
        panel.pages[0].paint(drawing, scale)
        box.seal_drawing = (drawing, title, page.height)

    page.paint = paint_page_and_panel


def place_field(
    pdf: pydyf.PDF, page_number: int, box: Box, drawn: tuple[Stream, str, float]
) -> pydyf.Dictionary:
    """Add the empty signature field to the page and the form; return its widget."""
    drawing, title, page_height = drawn
    left, top = box.border_box_x() * _POINTS, box.border_box_y() * _POINTS
    right = left + box.border_width() * _POINTS
    bottom = top + box.border_height() * _POINTS
    height = page_height * _POINTS
    page_reference = pdf.page_references[page_number]
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(SEAL_FIELD),
            "TU": pydyf.String(title),
            "F": _PRINT,
            "P": page_reference,
            "Rect": pydyf.Array([left, height - bottom, right, height - top]),
            "AP": pydyf.Dictionary({"N": drawing.reference}),
        }
    )
    pdf.add_object(widget)
    page = next(o for o in pdf.objects if o.reference == page_reference)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference])}
    )
    return widget


def _box_of(document: Document) -> Box:
    for box in document.pages[0]._page_box.descendants():  # noqa: SLF001
        if box.element is not None and box.element.get("id") == SEAL_ID:
            return box
    raise TemplateUnfit(reason=f"the element {SEAL_ID} is not on the first page")


def _text_of(panel: Document) -> str:
    words = panel._html.etree_element.itertext()  # noqa: SLF001
    return " ".join(" ".join(words).split())
