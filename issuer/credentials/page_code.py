"""A QR code as WeasyPrint draws it: one path, written straight into the page.

One path of merged horizontal runs leaves no hairlines between modules when it is
rasterised. As an SVG its thousands of points would each be parsed and computed with,
which takes a quarter of a page's whole time.
"""

import pydyf  # type: ignore[import-untyped]

from issuer.credentials.qr import Matrix, dark_runs


class CodePicture:
    """A square picture of a code, for WeasyPrint to place like any other.

    The quiet zone of `border` modules is inside it (ISO/IEC 18004 §9.1 asks for four).
    """

    def __init__(self, matrix: Matrix, *, border: int) -> None:
        self._side = len(matrix) + 2 * border
        self._path = path_of(matrix, border=border)

    def get_intrinsic_size(
        self, image_resolution: object, font_size: object
    ) -> tuple[None, None, int]:
        """Return no width and no height, which the style gives, and their ratio."""
        del image_resolution, font_size
        return None, None, 1

    def draw(
        self, stream: pydyf.Stream, width: float, height: float, style: object
    ) -> None:
        """Draw it black on the place where the stream's origin is."""
        del style
        stream.transform(a=width / self._side, d=height / self._side)
        stream.set_color_rgb(0, 0, 0)
        stream.stream.append(self._path)
        stream.fill()


def path_of(matrix: Matrix, *, border: int) -> bytes:
    """Return the dark modules as rectangles of one PDF path, a unit the module."""
    return "\n".join(
        f"{x + border} {y + border} {length} 1 re"
        for y, row in enumerate(matrix)
        for x, length in dark_runs(row)
    ).encode()
