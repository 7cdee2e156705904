"""Tags that WeasyPrint 70 leaves out: languages, scopes and the seal's field.

It builds a tag for each box of a page; ours add to the tag what the box's element says.
The function that is wrapped here is not public, so WeasyPrint is pinned to one version
and the tests look for each of these in real pages.
"""

from collections.abc import Iterator

import pydyf  # type: ignore[import-untyped]
from weasyprint.pdf import tags

from issuer.credentials.page_seal import Box, place_field

_build_box_tree = tags._build_box_tree  # noqa: SLF001


def build_box_tree(
    box: Box,
    parent: pydyf.Dictionary,
    pdf: pydyf.PDF,
    page_number: int,
    *rest: object,
) -> Iterator[pydyf.Dictionary]:
    """Give the box's tags with the language of a part (ISO 14289-1 §7.2), and more.

    Column and row headings get the scope that screen readers look for (§7.5), and the
    seal's box gets the field that its drawing was made for.
    """
    box = getattr(box, "_box", box)  # where an absolute box stands in its text
    if (drawing := getattr(box, "seal_drawing", None)) is not None:
        box.widget_annotation = place_field(pdf, page_number, box, drawing)
    attributes = _attributes_of(box)
    for tag in _build_box_tree(box, parent, pdf, page_number, *rest):
        if language := attributes.get("lang"):
            tag["Lang"] = pydyf.String(language)
        if tag["S"] == "/TH":
            is_row = attributes.get("scope") == "row"
            tag["A"]["Scope"] = "/Row" if is_row else "/Column"
        yield tag


def _attributes_of(box: Box) -> dict[str, str]:
    """Return what the box's element says; the root's language is the document's."""
    if box.element is None or box.element_tag in {"html", "body"}:
        return {}
    attributes: dict[str, str] = box.element.attrib
    return attributes


def tag_fully() -> None:
    """Let WeasyPrint build its tags with `build_box_tree` from now on."""
    tags._build_box_tree = build_box_tree  # noqa: SLF001
