"""Logos for tests, good and hostile, made here: none is taken from anywhere."""

import struct
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

SVG_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40">'
)

DRAWN = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- drawn by Paula -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
 width="40mm" height="16mm" viewBox="0 0 200 80" inkscape:version="1.2"
 sodipodi:docname="/home/paula/vaakuna.svg">
<title>Vaakuna</title><desc>Paula 17.5.1990</desc>
<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
<sodipodi:namedview id="n"><inkscape:grid/></sodipodi:namedview>
<defs>
<linearGradient id="a"><stop offset="0" style="stop-color:#14523f;stop-opacity:1"/>
<stop offset="100%" stop-color="#e3eae8"/></linearGradient>
<linearGradient id="b" xlink:href="#a" x1="0" x2="200" gradientUnits="userSpaceOnUse"/>
<clipPath id="c"><circle cx="40" cy="40" r="30"/></clipPath>
</defs>
<g style="fill:url(#b);stroke:none;-inkscape-font-specification:Sans"
 transform="translate(1,2) scale(1.0)">
<path d="M10-5.5.5 1e1zm5,5a25,25 0 01-5 6l1 1 2 2z" clip-path="url(#c)"
 inkscape:label="kilpi" data-name="x" class="st0"/></g>
<rect x="100" y="20" width="20%" height="40" rx="2" fill="rgb(20, 82, 63)"/>
<polygon points="10,10 20,30 30 10"/>
</svg>
"""


def svg(body: str, head: str = SVG_HEAD) -> bytes:
    return f"{head}{body}</svg>".encode()


def png(picture: Image.Image, **options) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", **options)
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return (
        struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
    )


def shield(size: tuple[int, int] = (240, 300), mode: str = "RGBA") -> Image.Image:
    picture = Image.new(mode, size, (20, 82, 63, 255)[: len(mode)])
    for x in range(min(size) // 2):
        picture.putpixel((x, x), (200, 30, 10, 0)[: len(mode)])
    return picture


def with_notes(picture: Image.Image) -> bytes:
    """Return a PNG with a text, a date, a place and a profile in it."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Paula Osallistuja")
    notes.add_itxt("Comment", "131052-308T")
    exif = Image.Exif()
    exif[0x013B] = "Paula Osallistuja"
    exif[0x8825] = {1: "N", 2: (63.3, 0.0, 0.0)}
    return png(picture, pnginfo=notes, exif=exif, icc_profile=b"not a profile")


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of side² pixels that says so truly and is small on disk."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )
