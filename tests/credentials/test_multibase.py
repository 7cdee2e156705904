import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.multibase import (
    MultibaseMalformed,
    decode,
    decode_public_key,
    encode,
    encode_public_key,
)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("z2NEpo7TZRRrLZSi2U", b"Hello World!"),
        ("zUXE7GvtEk8XTXs1GF8HSGbVA9FCX9SEBPe", b"Decentralize everything!!"),
        ("z11", b"\0\0"),
        ("z", b""),
    ],
)
def test_known_values(text: str, data: bytes) -> None:
    """From the base58-btc draft and the Multibase examples."""
    assert encode(data) == text
    assert decode(text) == data


@given(st.binary(max_size=120))
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(alphabet="123456789ABCabcxyz0OIl", max_size=60))
def test_every_value_has_one_spelling(text: str) -> None:
    try:
        data = decode("z" + text)
    except MultibaseMalformed:
        return
    assert encode(data) == "z" + text


@given(st.binary(min_size=32, max_size=32))
def test_keys_make_the_round_trip(raw: bytes) -> None:
    text = encode_public_key(raw)

    assert text.startswith("z6Mk")
    assert decode_public_key(text) == raw


@pytest.mark.parametrize(
    "text", ["", "u123", "m6Mk", "z0", "zO", "zI", "zl", "zä", "z "]
)
def test_other_bases_and_letters_are_refused(text: str) -> None:
    with pytest.raises(MultibaseMalformed):
        decode(text)


def test_a_long_text_is_refused_before_it_costs_time() -> None:
    with pytest.raises(MultibaseMalformed, match="too long"):
        decode("z" + "2" * 300)


def test_keys_of_another_kind_or_length_are_refused() -> None:
    with pytest.raises(MultibaseMalformed):
        encode_public_key(b"short")
    with pytest.raises(MultibaseMalformed):
        decode_public_key(encode(b"\x80\x24" + bytes(32)))
    with pytest.raises(MultibaseMalformed):
        decode_public_key(encode(b"\xed\x01" + bytes(33)))


@pytest.mark.shared
def test_the_key_of_the_w3c_vectors(shared_data: Path) -> None:
    path = shared_data / "standards/w3c-vc-di-eddsa/TestVectors/keyPair.json"
    text = json.loads(path.read_bytes())["publicKeyMultibase"]

    assert encode_public_key(decode_public_key(text)) == text
