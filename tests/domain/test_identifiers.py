import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.identifiers import ALPHABET, Serial, SerialMalformed

bits = st.integers(0, 2**80 - 1)


@given(bits)
def test_a_serial_survives_print_and_typing(value):
    serial = Serial.from_bits(value)
    assert Serial.parse(str(serial)) == serial
    assert Serial.parse(str(serial).lower().replace("-", " ")) == serial


@given(bits, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_caught(value, place, other):
    right = Serial.from_bits(value).characters
    wrong = right[:place] + other + right[place + 1 :]
    if wrong == right:
        return
    with pytest.raises(SerialMalformed):
        Serial.parse(wrong)


def test_look_alikes_are_read_as_meant():
    serial = Serial.from_bits(0)
    assert Serial.parse("oooo-OOOO-0000-0000-0") == serial


@pytest.mark.parametrize(
    "text", ["", "x" * 65, "U" * 17, "0" * 16, "0" * 18, "🙂" * 17]
)
def test_what_is_no_serial_is_refused(text):
    with pytest.raises(SerialMalformed):
        Serial.parse(text)


@pytest.mark.parametrize("value", [-1, 2**80])
def test_a_serial_has_eighty_bits(value):
    with pytest.raises(ValueError, match="80 bits"):
        Serial.from_bits(value)
