import json
import unicodedata
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.compact_claims import build_claims, serial_of, unit_code
from issuer.credentials.compact_proof import CompactClaims, build_digits, read_digits
from issuer.domain.certificates import CertificateStatement
from issuer.domain.identifiers import Serial
from tests.statements import PUBLIC_URL, SERIAL, example_statement

DIGEST = bytes(range(32))


def claims_of(statement: CertificateStatement) -> CompactClaims:
    """Build them from what a stored draft holds: the statement as JSON."""
    stored = json.loads(json.dumps(asdict(statement)))
    return build_claims(stored, credential_sha256=DIGEST)


def with_code(code: str | None) -> CertificateStatement:
    statement = example_statement()
    [unit] = statement.units
    return replace(statement, units=(replace(unit, code=code),))


def test_the_code_says_what_the_statement_says() -> None:
    assert claims_of(example_statement(2)) == CompactClaims(
        serial=bytes.fromhex("0123456789abcdef0123"),
        name="Paula Osallistuja",
        units=((900_001, 5, 7), (900_002, 5, 7)),
        issued=1_795_512_600,  # 2026-11-24T09:30:00Z
        valid_until=None,
        status_list=1,
        status_index=94_567,
        credential_sha256=DIGEST,
    )


def test_an_end_of_validity_is_said() -> None:
    statement = example_statement(valid_until="2031-11-24T00:00:00Z")

    assert claims_of(statement).valid_until == 1_953_244_800


def test_without_a_list_the_code_names_none() -> None:
    """Lists are numbered from 1."""
    claims = claims_of(example_statement(status_list_url=None, status_index=None))

    assert (claims.status_list, claims.status_index) == (0, 0)


def test_the_first_place_of_a_list_is_a_place() -> None:
    url = f"{PUBLIC_URL}/org/hiisi/status/12"
    claims = claims_of(example_statement(status_list_url=url, status_index=0))

    assert (claims.status_list, claims.status_index) == (12, 0)


@given(st.integers(0, 2**80 - 1))
def test_the_serial_is_given_back_in_print(bits: int) -> None:
    serial = str(Serial.from_bits(bits))
    claims = claims_of(example_statement(serial=serial))

    assert len(claims.serial) == 10
    assert serial_of(claims) == serial


def test_the_serial_of_the_example_is_given_back() -> None:
    assert serial_of(claims_of(example_statement())) == SERIAL


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("tutkinnonosat_900001", 900_001),
        ("tutkinnonosat_1", 1),
        ("tutkinnonosat_0900001", "tutkinnonosat_0900001"),
        ("tutkinnonosat_0", "tutkinnonosat_0"),
        ("tutkinnonosat_", "tutkinnonosat_"),
        ("tutkinnonosat_12a", "tutkinnonosat_12a"),
        ("tutkinnonosat_²", "tutkinnonosat_²"),
        ("tutkinnonosat_٣", "tutkinnonosat_٣"),
        ("tutkinnonosat_-5", "tutkinnonosat_-5"),
        ("tutkinnonosat_999999999999999", 10**15 - 1),
        ("tutkinnonosat_1000000000000000", "tutkinnonosat_1000000000000000"),
        ("tutkinnonosat_" + "9" * 5000, "tutkinnonosat_" + "9" * 5000),
        ("900001", "900001"),
        ("LVV-2026/1", "LVV-2026/1"),
        ("paikallinen osa ä", "paikallinen osa ä"),
    ],
)
def test_every_code_is_given_back_as_it_was(code: str, said: int | str) -> None:
    [(written, _, _)] = claims_of(with_code(code)).units

    assert written == said
    assert unit_code(written) == code


def test_a_unit_without_a_code_has_an_empty_one() -> None:
    [(written, identified, total)] = claims_of(with_code(None)).units

    assert (written, identified, total) == ("", 5, 7)
    assert unit_code(written) == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_code_goes_through_the_code_and_back(code: str) -> None:
    for each in (code, f"tutkinnonosat_{code}"):
        claims = claims_of(with_code(each))
        digits = build_digits(claims, kid=b"k", sign=lambda _: bytes(64))

        read: Any = read_digits(digits, public_key_of=lambda _: None)[0]

        assert [unit_code(unit[0]) for unit in read.units] == [each]


def test_a_name_is_written_as_in_the_credential() -> None:
    name = "Nguyễn Thị Ågot"
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name

    assert claims_of(example_statement(holder_name=decomposed)).name == name
