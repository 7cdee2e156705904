import random
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from issuer.credentials import bounded_json
from issuer.credentials import inspection_sentences as say
from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import (
    KEYWORD,
    LARGEST,
    SIGNATURE,
    PngRefused,
    bake,
    is_png,
    read_baked,
)
from issuer.credentials.inspection import peek_serial
from issuer.credentials.sealer import SealedForms
from issuer.domain.verification import Outcome, Reason
from tests.credentials.conftest import UNREADABLE, Issuing, outcomes, small_statement
from tests.statements import SERIAL

CREDENTIAL = '{"name":"Åsa Ёлкина 李"}'.encode()


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXEL = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND")
TINY = SIGNATURE + HEADER + PIXEL + END


def text(credential: bytes = CREDENTIAL, *, between: bytes = bytes(4)) -> bytes:
    """The five fields of an iTXt chunk; `between` is all after the keyword's NUL."""
    return KEYWORD + b"\0" + between + credential


def png(*chunks: bytes) -> bytes:
    return SIGNATURE + HEADER + b"".join(chunks) + PIXEL + END


def test_what_was_baked_is_read() -> None:
    for picture in (TINY, badge_picture()):
        assert read_baked(bake(picture, CREDENTIAL)) == CREDENTIAL


def test_it_lies_uncompressed_after_the_header() -> None:
    """Open Badges 3.0 §5.3.1: one iTXt chunk, no compression, no language."""
    baked = bake(TINY, CREDENTIAL)

    assert baked == png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + CREDENTIAL))


def test_another_reader_finds_picture_and_credential(sealed: SealedForms) -> None:
    with Image.open(BytesIO(bake(badge_picture(), sealed.data))) as picture:
        picture.load()
        found = picture.text["openbadgecredential"]
        pixels = picture.tobytes()

    assert found.encode() == sealed.data
    with Image.open(BytesIO(badge_picture())) as plain:
        assert pixels == plain.tobytes()


@given(st.binary(max_size=200))
def test_any_bytes_are_given_back(credential: bytes) -> None:
    assert read_baked(bake(TINY, credential)) == credential


@pytest.mark.parametrize("picture", [b"", b"GIF89a", SIGNATURE, SIGNATURE + PIXEL])
def test_only_into_a_png_is_baked(picture: bytes) -> None:
    with pytest.raises(PngRefused):
        bake(picture, CREDENTIAL)


def test_a_png_begins_as_one() -> None:
    assert is_png(TINY)
    assert not is_png(TINY[1:])
    assert not is_png(b"\xef\xbb\xbf" + TINY)


def test_the_place_of_the_chunk_does_not_matter() -> None:
    """Others bake it in before the end; and some name a language."""
    late = SIGNATURE + HEADER + PIXEL + chunk(b"iTXt", text()) + END

    assert read_baked(late) == CREDENTIAL
    assert read_baked(png(chunk(b"iTXt", text(between=b"\0\0fi\0sana\0")))) == (
        CREDENTIAL
    )


REFUSED: dict[str, Callable[[], bytes]] = {
    "without a credential": lambda: TINY,
    "two credentials": lambda: png(chunk(b"iTXt", text()), chunk(b"iTXt", text())),
    "two different ones": lambda: png(
        chunk(b"iTXt", text()), chunk(b"iTXt", text(b"{}"))
    ),
    "compressed": lambda: png(
        chunk(b"iTXt", text(zlib.compress(CREDENTIAL), between=b"\1\0\0\0"))
    ),
    "a bomb": lambda: png(
        chunk(b"iTXt", text(zlib.compress(bytes(500_000_000)), between=b"\1\0\0\0"))
    ),
    "an unknown compression": lambda: png(chunk(b"iTXt", text(between=b"\0\1\0\0"))),
    "plain text chunk": lambda: png(chunk(b"tEXt", KEYWORD + b"\0" + CREDENTIAL)),
    "compressed text chunk": lambda: png(
        chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(CREDENTIAL))
    ),
    "the keyword of version 2": lambda: png(
        chunk(b"iTXt", b"openbadges" + bytes(5) + CREDENTIAL)
    ),
    "the keyword in capitals": lambda: png(
        chunk(b"iTXt", text().replace(b"open", b"OPEN", 1))
    ),
    "the keyword alone": lambda: png(chunk(b"iTXt", KEYWORD)),
    "without its fields": lambda: png(chunk(b"iTXt", KEYWORD + b"\0")),
    "with half its fields": lambda: png(chunk(b"iTXt", KEYWORD + b"\0\0\0fi")),
    "cut in the signature": lambda: SIGNATURE[:-1],
    "the signature alone": lambda: SIGNATURE,
    "cut in a length": lambda: png(chunk(b"iTXt", text()))[:-14],
    "cut in the text": lambda: bake(TINY, CREDENTIAL)[:80],
    "cut before the end's checksum": lambda: bake(TINY, CREDENTIAL)[:-1],
    "with something after it": lambda: bake(TINY, CREDENTIAL) + b"\0",
    "a length of 2^32-1": lambda: SIGNATURE + HEADER + b"\xff\xff\xff\xffiTXt" + text(),
    "a length of 2^31": lambda: SIGNATURE + HEADER + b"\x80\0\0\0iTXt" + text(),
    "a wrong checksum": lambda: png(chunk(b"iTXt", text())[:-1] + b"\0"),
    "a million chunks": lambda: png(chunk(b"iTXt", text()), *[chunk(b"tEXt")] * 10**6),
    "chunks up to the limit": lambda: png(
        chunk(b"iTXt", text()), *[chunk(b"tEXt")] * 340_000
    ),
    "ten thousand credentials": lambda: png(*[chunk(b"iTXt", text())] * 9_000),
    "larger than the limit": lambda: bake(TINY, bytes(LARGEST)),
    "NUL bytes": lambda: SIGNATURE + bytes(LARGEST - 8),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_pictures_are_refused_and_quickly_so(
    name: str, issuing: Issuing
) -> None:
    data = REFUSED[name]()

    started = time.perf_counter()
    with pytest.raises(PngRefused):
        read_baked(data)
    checks = issuing.inspect(data)
    took = time.perf_counter() - started

    print(f"{name}: {took * 1000:.1f} ms")
    assert outcomes({check.name: check for check in checks}) == UNREADABLE
    assert peek_serial(data) is None
    assert took < 2


def test_what_the_picture_hides_is_still_bounded_json(issuing: Issuing) -> None:
    for credential in (
        b"",
        b"[" * 200_000,
        b'{"a":1,"a":2}',
        b"9" * 3_000_000,
        b"\xff",
    ):
        checks = issuing.inspect(bake(TINY, credential))

        assert checks[0].outcome is Outcome.FAILED


@given(st.binary(max_size=120))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for hostile in (SIGNATURE + data, SIGNATURE + HEADER + data, png(data)):
        if KEYWORD not in hostile:
            with pytest.raises(PngRefused):
                read_baked(hostile)


def _mutants(data: bytes) -> Iterator[bytes]:
    drawn = random.Random(24)
    for place in [*range(200), *drawn.choices(range(len(data)), k=500)]:
        mutant = bytearray(data)
        mutant[place] ^= 1 << drawn.randrange(8)
        yield bytes(mutant)
    for place in drawn.choices(range(len(data)), k=200):
        yield data[:place]
        yield data[:place] + data[place + 1 :]
        yield data[:place] + drawn.randbytes(1) + data[place:]


def test_no_changed_byte_is_accepted(issuing: Issuing) -> None:
    """Neither in the credential nor in the picture around it."""
    data = bake(TINY, issuing.seal(small_statement()).data)

    for mutant in _mutants(data):
        checks = issuing.inspect(mutant)
        assert {check.outcome for check in checks} != {Outcome.PASSED}


def test_a_change_with_a_right_checksum_breaks_the_signature(issuing: Issuing) -> None:
    credential = issuing.seal(small_statement()).data
    drawn = random.Random(42)
    for place in drawn.choices(range(len(credential)), k=200):
        mutant = bytearray(credential)
        mutant[place] ^= 1 << drawn.randrange(8)

        checks = issuing.inspect(bake(TINY, bytes(mutant)))

        if {check.outcome for check in checks} == {Outcome.PASSED}:
            assert bounded_json.parse(bytes(mutant)) == bounded_json.parse(credential)


def test_a_jwt_that_others_baked_in_is_read(issuing: Issuing) -> None:
    """Open Badges 3.0 §5.3.1: the text may be the compact JWS instead of the JSON."""
    jwt = issuing.seal(small_statement()).jwt
    late = SIGNATURE + HEADER + PIXEL + chunk(b"iTXt", text(jwt)) + END

    for data in (bake(TINY, jwt), late, bake(badge_picture(), jwt + b"\n")):
        checks = issuing.inspect(data)
        assert {check.outcome for check in checks} == {Outcome.PASSED}
        assert checks[0].text == say.PNG_READ
        assert peek_serial(data) == SERIAL


JWT_REFUSED: dict[str, Callable[[bytes, bytes], bytes]] = {
    "two JWTs": lambda jwt, _: png(
        chunk(b"iTXt", text(jwt)), chunk(b"iTXt", text(jwt))
    ),
    "a JWT and the JSON": lambda jwt, data: png(
        chunk(b"iTXt", text(jwt)), chunk(b"iTXt", text(data))
    ),
    "two JWTs in one text": lambda jwt, _: bake(TINY, jwt + b"\n" + jwt),
    "compressed": lambda jwt, _: png(
        chunk(b"iTXt", text(zlib.compress(jwt), between=b"\1\0\0\0"))
    ),
    "a bomb that begins as one": lambda jwt, _: png(
        chunk(
            b"iTXt",
            text(zlib.compress(jwt + bytes(300_000_000)), between=b"\1\0\0\0"),
        )
    ),
    "a JWT said to be compressed": lambda jwt, _: png(
        chunk(b"iTXt", text(jwt, between=b"\1\0\0\0"))
    ),
    "the keyword of version 2": lambda jwt, _: png(
        chunk(b"iTXt", b"openbadges" + bytes(5) + jwt)
    ),
    "another chunk": lambda jwt, _: png(chunk(b"tEXt", KEYWORD + b"\0" + jwt)),
    "a wrong checksum": lambda jwt, _: png(chunk(b"iTXt", text(jwt))[:-1] + b"\0"),
    "a PNG in a PNG": lambda jwt, _: bake(TINY, bake(TINY, jwt)),
    "in quotes": lambda jwt, _: bake(TINY, b'"' + jwt + b'"'),
    "four parts": lambda jwt, _: bake(TINY, jwt + b".e30"),
    "without its signature": lambda jwt, _: bake(TINY, jwt.rpartition(b".")[0] + b"."),
    "digits": lambda _, __: bake(TINY, b"1" * 300),
}


@pytest.mark.parametrize("name", JWT_REFUSED)
def test_a_jwt_badly_baked_is_refused_and_quickly_so(
    name: str, issuing: Issuing
) -> None:
    sealed = issuing.seal(small_statement())
    data = JWT_REFUSED[name](sealed.jwt, sealed.data)

    started = time.perf_counter()
    checks = issuing.inspect(data)
    took = time.perf_counter() - started

    assert outcomes({check.name: check for check in checks}) == UNREADABLE
    assert checks[0].reason is Reason.UNREADABLE
    assert peek_serial(data) is None
    assert took < 2


def test_no_changed_byte_of_a_baked_jwt_is_accepted(issuing: Issuing) -> None:
    """Changed in the file, and changed with the checksum made anew."""
    jwt = issuing.seal(small_statement()).jwt
    for mutant in _mutants(bake(TINY, jwt)):
        checks = issuing.inspect(mutant)
        assert {check.outcome for check in checks} != {Outcome.PASSED}
    drawn = random.Random(5)
    for place in drawn.choices(range(len(jwt)), k=300):
        mutant = bytearray(jwt)
        mutant[place] ^= 1 << drawn.randrange(8)
        checks = issuing.inspect(bake(TINY, bytes(mutant)))
        assert {check.outcome for check in checks} != {Outcome.PASSED}
