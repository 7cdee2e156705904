import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.presented import (
    find_jwt,
    looks_like_digits,
    looks_like_jwt,
    parse_presented,
    peek_serial,
    serial_of,
)
from issuer.credentials.sealer import SealedForms
from issuer.domain.identifiers import Serial
from tests.credentials.conftest import Issuing, small_statement
from tests.credentials.test_pdf_attachment import pdf_with
from tests.statements import PUBLIC_URL, SERIAL


def forms(sealed: SealedForms) -> dict[str, bytes]:
    address = f"{PUBLIC_URL}/q#{sealed.digits}".encode()
    return {
        "JSON": sealed.data,
        "JSON with space": b"\n " + sealed.data + b"\n",
        "PDF": pdf_with(("credential.json", sealed.data)),
        "PNG": bake(badge_picture(), sealed.data),
        "JWT": sealed.jwt,
        "PNG with a JWT": bake(badge_picture(), sealed.jwt),
        "JWT with space": b"\n" + sealed.jwt + b" \r\n",
        "digits": sealed.digits.encode(),
        "digits with space": b" " + sealed.digits.encode() + b"\n",
        "address": address,
        "address of a test server": address.replace(
            PUBLIC_URL.encode(), b"http://localhost:8000"
        ),
    }


def test_a_serial_is_peeked_from_every_form(sealed: SealedForms) -> None:
    for name, data in forms(sealed).items():
        assert peek_serial(data) == SERIAL, name


@pytest.mark.parametrize("bits", [0, 1, 2**80 - 1, 0xFEDCBA98765432100123])
def test_the_first_and_last_serials_are_peeked_from_every_form(
    bits: int, issuing: Issuing
) -> None:
    serial = str(Serial.from_bits(bits))
    statement = small_statement(serial=serial, id=f"{PUBLIC_URL}/v/{serial}")

    for name, data in forms(issuing.seal(statement)).items():
        assert peek_serial(data) == serial, name


def test_each_form_is_told_apart(sealed: SealedForms) -> None:
    for name, data in forms(sealed).items():
        is_digits = name.startswith(("digits", "address"))
        assert looks_like_digits(data) is is_digits, name
        assert looks_like_jwt(data) is name.startswith("JWT"), name
        assert (find_jwt(data) is not None) is ("JWT" in name), name


def test_files_with_a_certificate_inside_hold_the_same(sealed: SealedForms) -> None:
    every = forms(sealed)

    for name in ("JSON with space", "PDF", "PNG"):
        assert parse_presented(every[name]) == parse_presented(sealed.data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"[]",
        b"7",
        b"{}",
        b'{"id":7}',
        b'{"id":null}',
        b'{"id":"https://a.example/v/"}',
        b'{"id":"https://a.example/v/04HM-ASW9-NF6Y-Y093-H"}',
        b'{"id":"https://a.example/v/04HM-ASW9-NF6Y-Y093-G/x"}',
        b'{"id":["https://a.example/v/04HM-ASW9-NF6Y-Y093-G"]}',
        b'[{"id":"https://a.example/v/04HM-ASW9-NF6Y-Y093-G"}]',
        b"eyJ9.eyJ9.eyJ9",
        b"ey..",
        b"e30.e30.e30",
        b"eyJhIjoxfQ.eyJhIjoxfQ.",
        b"1" * 300,
        b"1" * 99,
        b"https://a.example/q#1",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\x00" * 100_000,
        b"\xff" * 1000,
        "１".encode() * 300,
    ],
)
def test_without_a_serial_there_is_none(data: bytes) -> None:
    assert peek_serial(data) is None


@given(st.binary(max_size=400))
def test_no_bytes_break_the_peeking(data: bytes) -> None:
    for hostile in (data, b"ey" + data, b"%PDF-" + data, b"\x89PNG\r\n\x1a\n" + data):
        assert peek_serial(hostile) is None


@given(st.integers(0, 2**80 - 1))
def test_every_serial_is_found_in_its_own_id(bits: int) -> None:
    serial = str(Serial.from_bits(bits))
    document = {"id": f"{PUBLIC_URL}/v/{serial}"}

    assert serial_of(document, public_url=PUBLIC_URL) == serial
    assert serial_of(document, public_url=PUBLIC_URL + "/") == serial


@pytest.mark.parametrize(
    "claimed",
    [
        f"{PUBLIC_URL}/v/{SERIAL.lower()}",
        f"{PUBLIC_URL}/v/{SERIAL.replace('-', '')}",
        f"{PUBLIC_URL}/v/{SERIAL[:-1]}0",
        f"{PUBLIC_URL}/v/{SERIAL}#x",
        f"{PUBLIC_URL}/w/{SERIAL}",
        f"{PUBLIC_URL}.evil.example/v/{SERIAL}",
        f"http://todistus.hiisijarvi.example/v/{SERIAL}",
    ],
)
def test_only_our_own_address_in_its_one_spelling_counts(claimed: str) -> None:
    assert serial_of({"id": claimed}, public_url=PUBLIC_URL) is None
