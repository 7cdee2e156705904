"""Pictures of pages: what a new template version changed, side by side, in per cent."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops

from issuer.credentials.page_refusals import ToolMissing

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

DPI = 100
_NOTICED = 24  # of 255: less is how two rasters of one edge differ
_GAP = 12
_RED = (200, 0, 40)


@dataclass(frozen=True, slots=True)
class PageDifference:
    """One page of two files: the share of it that differs, and a picture (PNG).

    The picture shows the older page, the newer one, and what differs in red.
    """

    page: int
    share: float
    picture: bytes


def compare_pages(older: bytes, newer: bytes) -> list[PageDifference]:
    """Return how two PDFs differ page by page; a page that is not there is white.

    Raises ToolMissing where pypdfium2 is not installed.
    """
    before, after = draw_pages(older), draw_pages(newer)
    found = []
    for place in range(max(len(before), len(after))):
        width, height = (after[place] if place < len(after) else before[place]).size
        old = _page_at(before, place, (width, height))
        new = _page_at(after, place, (width, height))
        changed = _changed(old, new)
        share = changed.histogram()[255] / (width * height)
        found.append(PageDifference(place + 1, share, _side_by_side(old, new, changed)))
    return found


def draw_pages(pdf: bytes, *, dpi: int = DPI) -> list["Picture"]:
    """Return a picture of each page; raises ToolMissing as `compare_pages`."""
    document = _pdfium().PdfDocument(pdf)
    try:
        return [
            page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document
        ]
    finally:
        document.close()


def _pdfium() -> Any:  # noqa: ANN401 - the module
    try:
        import pypdfium2  # noqa: PLC0415 - not part of the product
    except ImportError as error:
        raise ToolMissing(package="pypdfium2") from error
    return pypdfium2


def _page_at(pages: list["Picture"], place: int, size: tuple[int, int]) -> "Picture":
    blank = Image.new("RGB", size, "white")
    if place < len(pages):
        blank.paste(pages[place])
    return blank


def _changed(before: "Picture", after: "Picture") -> "Picture":
    """Return a mask that is white where the two differ by more than can be seen."""
    difference = ImageChops.difference(before, after).convert("L")
    return difference.point(lambda value: 255 if value > _NOTICED else 0)


def _side_by_side(before: "Picture", after: "Picture", changed: "Picture") -> bytes:
    width, height = after.size
    faint = Image.blend(after.convert("L").convert("RGB"), _blank(after), 0.7)
    faint.paste(_RED, mask=changed)
    sheet = Image.new("RGB", (3 * width + 2 * _GAP, height), (120, 120, 120))
    for place, picture in enumerate((before, after, faint)):
        sheet.paste(picture, (place * (width + _GAP), 0))
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _blank(like: "Picture") -> "Picture":
    return Image.new("RGB", like.size, "white")
