import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.presented import parse_presented, peek_serial, serial_of
from issuer.credentials.sealer import SealedCredential
from issuer.domain.identifiers import Serial
from tests.credentials.test_pdf_attachment import pdf_with
from tests.statements import PUBLIC_URL, SERIAL


def test_a_serial_is_peeked_from_both_forms(sealed: SealedCredential) -> None:
    pdf = pdf_with(("credential.json", sealed.data))

    assert peek_serial(sealed.data) == SERIAL
    assert peek_serial(pdf) == SERIAL
    assert parse_presented(pdf) == parse_presented(sealed.data)


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
    ],
)
def test_without_a_serial_there_is_none(data: bytes) -> None:
    assert peek_serial(data) is None


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
