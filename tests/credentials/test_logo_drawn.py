"""Whatever is taken as a logo can be drawn: a renderer that stumbles over a drawing
would leave a hole in every certificate of the organisation.
"""

import logging
import random
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytest
from weasyprint import HTML

from issuer.credentials.logo import LARGEST, parse_logo
from issuer.credentials.logo_svg_parts import ELEMENTS
from issuer.credentials.page_fetcher import AssetFetcher
from issuer.domain.errors import IssuerError
from tests.bounded import at_once
from tests.credentials.logos import DRAWN, bomb, png, shield, svg

PAGE = (
    "<html lang=fi><style>@page{size:60mm 30mm;margin:0}</style>"
    '<img src="asset:logo" alt="logo" style="width:60mm">'
)
NUMBERS = ["0", "1", "-1", "0.000001", "1000000", "-1000000", "5", "40", "1e-3"]
TRANSFORMS = [
    "rotate(45)",
    "rotate(30 1 2)",
    "skewY(45)",
    "translate(5)",
    "scale(0.01)",
]
COLOURS = ["#fff", "red", "none", "currentColor", "inherit", "rgb(300,2,3)"]
PAINTS = [*COLOURS, "url(#g1)", "url(#g2)"]


@pytest.fixture
def stumbles() -> Iterator[list[str]]:
    """What the renderer logged that it could not draw."""
    found: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    listening = Listening(logging.WARNING)
    log = logging.getLogger("weasyprint")
    log.addHandler(listening)
    yield found
    log.removeHandler(listening)


def draw(data: bytes) -> bytes:
    page = HTML(string=PAGE, url_fetcher=AssetFetcher({"logo": data}))
    return page.write_pdf()


def pixel(pdf: bytes, x: float, y: float) -> tuple[int, ...]:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=2).to_pil().convert("RGB")
    return picture.getpixel((int(x * picture.width), int(y * picture.height)))


@pytest.mark.parametrize("data", [DRAWN, png(shield((250, 100)))])
def test_a_good_logo_is_drawn_in_its_colours(data, stumbles):
    pdf = draw(parse_logo(data).data)
    assert stumbles == []
    assert pixel(pdf, 0.6, 0.5) == (20, 82, 63)


class Drawing:
    """Random drawings that hold what the list allows, with values at its edges."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def svg(self) -> bytes:
        one = self.chance.choice
        head = (
            f'<linearGradient id="g1" x1="{self.number()}" x2="{self.number()}">'
            f'<stop offset="0" stop-color="red"/><stop offset="{self.number()}"/>'
            f'</linearGradient><radialGradient id="g2" href="#g1" r="{self.number()}" '
            f'gradientTransform="{one(TRANSFORMS)}"/><clipPath id="c1"><rect '
            f'width="{self.number()}" height="9"/></clipPath>'
        )
        shapes = "".join(self.shape() for _ in range(one((1, 2, 5))))
        box = one(["120 40", "1 1", "999999 999999", "0.02 0.02"])
        ns = "http://www.w3.org/2000/svg"
        return svg(head + shapes, head=f'<svg xmlns="{ns}" viewBox="0 0 {box}">')

    def number(self) -> str:
        return self.chance.choice([*NUMBERS, f"{self.chance.uniform(-50, 150):.3f}"])

    def numbers(self, count: int) -> str:
        return " ".join(self.number() for _ in range(count))

    def shape(self) -> str:
        one = self.chance.choice
        name = one(sorted(ELEMENTS.keys() - {"svg", "stop", "linearGradient"}))
        values = {
            "d": f"M{self.numbers(2)}C{self.numbers(6)}A{self.numbers(3)} 1 0"
            f" {self.numbers(2)}ZM{self.numbers(2)}",
            "points": self.numbers(2 * one((2, 3, 4))),
            "gradientUnits": "userSpaceOnUse",
            "clipPathUnits": "objectBoundingBox",
            "gradientTransform": one(TRANSFORMS),
            "spreadMethod": "reflect",
        }
        given = {a: values.get(a, self.number()) for a in ELEMENTS[name]}
        kept = {a: v for a, v in given.items() if self.chance.random() < 0.8}
        kept |= {
            "fill": one(PAINTS),
            "stroke": one(PAINTS),
            "transform": one(TRANSFORMS),
        }
        kept |= {"stroke-width": self.number(), "stroke-dasharray": one(["1 2", "0 0"])}
        if name != "clipPath" and self.chance.random() < 0.3:
            kept["clip-path"] = "url(#c1)"
        attributes = " ".join(f'{a}="{v}"' for a, v in kept.items())
        return f"<{name} {attributes}/>"


def test_whatever_is_taken_is_drawn(stumbles):
    drawn = 0
    for seed in range(150):
        try:
            clean = parse_logo(Drawing(seed).svg()).data
        except IssuerError:
            continue
        drawn += 1
        draw(clean)
        assert stumbles == [], clean
    assert drawn > 60


@pytest.mark.parametrize(
    "body",
    [
        '<linearGradient id="a"><stop offset="0"/><stop offset="1"/></linearGradient>'
        '<polyline fill="url(#a)"/><path fill="url(#a)"/>',
        '<g fill="currentcolor" color="red"><rect width="9" height="9"/></g>',
    ],
)
def test_what_made_the_renderer_stumble_is_taken_and_drawn(body, stumbles):
    draw(parse_logo(svg(body)).data)
    assert stumbles == []


@pytest.mark.parametrize(
    "data",
    [
        svg('<path d="M0 0' + "l1 1" * 23_000 + '"/>'),
        svg('<rect x="1" y="1" width="9" height="9" fill="red"/>' * 1990),
    ],
)
def test_the_most_detailed_logo_costs_a_page_little(data, stumbles):
    assert len(data) <= LARGEST
    with at_once():
        draw(parse_logo(data).data)
    assert stumbles == []


def test_the_bomb_is_what_it_says():
    from PIL import Image  # noqa: PLC0415

    with Image.open(BytesIO(bomb(300))) as picture:
        assert picture.size == (300, 300)
        picture.load()
