import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.personal_identity_code import holds_personal_identity_code

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def code(day: int, month: int, year: int, sign: str, individual: int) -> str:
    body = f"{day:02}{month:02}{year:02}"
    return f"{body}{sign}{individual:03}{CHECK[int(f'{body}{individual:03}') % 31]}"


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "131052-308t",
        "Paula, 131052-308T, Lieksa",
        "131052 -308T",
        "131052 - 308 T",
        "131052–308T",  # en dash
        "131052\u2011308T",  # non-breaking hyphen
        "131052\u00ad-308T",  # soft hyphen hides inside
        "１３１０５２-３０８Ｔ",
        "١٣١٠٥٢-308T",
        "131052-\n308T",
        "x131052-308Tx",
        code(1, 1, 5, "A", 123),
        code(29, 2, 0, "A", 900),
        code(31, 12, 99, "Y", 2),
        code(1, 1, 99, "+", 2),
    ],
)
def test_a_personal_identity_code_is_found_in_any_spelling(text):
    assert holds_personal_identity_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "050-1234567",
        "+358 40 123 4567",
        "131052-308S",  # wrong check character
        "311152-308T",  # no such day
        "14.9.–20.11.2026",
        "010203-12345678",
        "OPH-901-2020",
        "tutkinnonosat_106876",
        "1234567-1",
        "2026-11-24",
        "131052_308T",
    ],
)
def test_phone_numbers_dates_and_codes_pass(text):
    assert not holds_personal_identity_code(text)


@given(
    st.dates().filter(lambda d: d.year >= 1900 and d.year < 2100),
    st.integers(2, 899),
    st.text(max_size=10).filter(lambda t: not t[-1:].isdigit()),
)
def test_every_valid_code_is_found(day, individual, before):
    sign = "-" if day.year < 2000 else "A"
    found = code(day.day, day.month, day.year % 100, sign, individual)
    assert holds_personal_identity_code(f"{before} {found}.")


@given(st.integers(0, 10**10 - 1))
def test_a_ten_digit_phone_number_passes(number):
    assert not holds_personal_identity_code(f"{number:010}")
