"""A PNG logo keeps its pixels and nothing else, and no picture can exhaust us."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from issuer.credentials.logo import LARGEST, PNG_TYPE, parse_logo
from issuer.credentials.logo_png_chunks import PNG_SIGNATURE
from issuer.credentials.logo_refusals import (
    LogoMoves,
    LogoShapeUnfit,
    LogoTooDetailed,
    LogoTooLarge,
    LogoUnreadable,
)
from tests.bounded import at_once
from tests.credentials.logos import bomb, chunk, png, shield, with_notes


def read(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def test_the_pixels_stay_and_so_does_what_is_see_through():
    logo = parse_logo(png(shield()))
    assert (logo.media_type, logo.ratio) == (PNG_TYPE, 0.8)
    picture = read(logo.data)
    assert picture.mode == "RGBA"
    assert picture.tobytes() == shield().tobytes()


def test_the_same_file_gives_the_same_bytes_and_the_result_is_stable():
    once = parse_logo(with_notes(shield()))
    assert parse_logo(with_notes(shield())) == once
    assert parse_logo(once.data) == once


def test_names_places_dates_and_profiles_stay_behind():
    data = with_notes(shield())
    assert b"Paula" in data
    clean = parse_logo(data).data
    assert b"Paula" not in clean
    assert read(clean).info == {}
    kinds = {clean[at + 4 : at + 8] for at in chunks_of(clean)}
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def chunks_of(data: bytes):
    at = 8
    while at < len(data):
        yield at
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def test_a_second_file_behind_the_picture_stays_behind():
    for tail in (b"PK\x03\x04 a zip", b"<script>alert(1)</script>", b"%PDF-1.7"):
        assert parse_logo(png(shield()) + tail).data == parse_logo(png(shield())).data


def test_a_large_picture_is_made_smaller():
    logo = parse_logo(png(Image.new("RGB", (3000, 1500), (20, 82, 63))))
    assert read(logo.data).size == (1200, 600)
    assert logo.ratio == 2.0


def test_a_picture_of_thirty_thousand_by_thirty_thousand_costs_nothing():
    data = bomb()
    assert len(data) <= LARGEST
    tracemalloc.start()
    with at_once(), pytest.raises(LogoTooDetailed):
        parse_logo(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_text_that_unpacks_to_a_hundred_megabytes_is_never_unpacked():
    packed = zlib.compress(bytes(100_000_000), 9)
    data = png(shield())
    loaded = data[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + data[33:]
    tracemalloc.start()
    assert parse_logo(loaded) == parse_logo(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_more_pixels_than_the_head_says_are_refused():
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 90, 90, 8, 0, 0, 0, 0))
    for rows in (89, 91, 900_000):
        body = zlib.compress(bytes(91 * rows), 9)
        data = PNG_SIGNATURE + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")
        with pytest.raises(LogoUnreadable):
            parse_logo(data)


@pytest.mark.parametrize("minds", [True, False])
def test_half_a_picture_is_refused_whatever_a_library_tells_pillow(minds, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", not minds)
    data = png(shield())
    for kept in (8, 20, 33, 60, 200, -1, -13, -30):
        with pytest.raises(LogoUnreadable):
            parse_logo(data[:kept])


def test_one_changed_byte_never_crashes_us():
    data = png(shield((40, 30)))
    for place in range(8, len(data)):
        try:
            parse_logo(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        except (LogoUnreadable, LogoTooDetailed, LogoMoves, LogoShapeUnfit):
            continue


def test_an_animation_is_refused():
    pictures = [shield(), Image.new("RGBA", (240, 300), "red")]
    data = png(pictures[0], save_all=True, append_images=pictures[1:])
    assert b"acTL" in data
    with pytest.raises(LogoMoves):
        parse_logo(data)


def test_sixteen_bits_of_grey_become_eight_without_turning_white():
    grey = Image.new("I;16", (256, 100))
    for x in range(256):
        for y in range(100):
            grey.putpixel((x, y), x * 257)
    picture = read(parse_logo(png(grey)).data)
    assert [picture.getpixel((x, 50)) for x in range(256)] == [
        (x,) * 3 for x in range(256)
    ]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_looks_as_it_did(mode):
    picture = shield((90, 90), "RGB").convert(mode)
    result = read(parse_logo(png(picture)).data)
    assert result.mode in {"RGB", "RGBA"}
    assert result.convert("RGB").tobytes() == picture.convert("RGB").tobytes()


def test_a_palette_with_a_see_through_colour_stays_see_through():
    picture = shield((90, 90), "RGB").convert("P")
    data = png(picture, transparency=picture.getpixel((0, 0)))
    assert read(parse_logo(data).data).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_other_pictures_are_refused_by_name_or_not(kind):
    mode = "CMYK" if kind in {"JPEG", "TIFF"} else "RGB"
    written = BytesIO()
    Image.new(mode, (90, 90)).save(written, kind)
    with pytest.raises(LogoUnreadable):
        parse_logo(written.getvalue())


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"\0" * 500])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(LogoUnreadable):
        parse_logo(data)


def test_the_limit_is_two_hundred_kilobytes():
    data = png(shield())
    assert parse_logo(data + bytes(LARGEST - len(data)))
    with pytest.raises(LogoTooLarge):
        parse_logo(data + bytes(LARGEST - len(data) + 1))


@pytest.mark.parametrize("size", [(1000, 100), (100, 1000), (1, 1000)])
def test_a_picture_without_a_place_on_the_page_is_refused(size):
    with pytest.raises(LogoShapeUnfit):
        parse_logo(png(Image.new("RGB", size)))


def test_an_interlaced_picture_is_taken_and_half_of_it_is_not():
    width, height = 21, 13
    grey = [[(x * 7 + y * 3) % 256 for x in range(width)] for y in range(height)]
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4))
    passes += ((1, 0, 2, 2), (0, 1, 1, 2))
    rows = [
        bytes([0, *row[column::across]])
        for column, first, across, down in passes
        for row in grey[first::down]
        if row[column::across]
    ]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1))
    whole, half = b"".join(rows), b"".join(rows[:-1])
    data = [
        PNG_SIGNATURE + head + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
        for body in (whole, half)
    ]
    picture = read(parse_logo(data[0]).data)
    assert [
        [picture.getpixel((x, y))[0] for x in range(width)] for y in range(height)
    ] == grey
    with pytest.raises(LogoUnreadable):
        parse_logo(data[1])
