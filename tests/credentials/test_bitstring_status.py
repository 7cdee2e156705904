import base64
import gzip
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials.bitstring_status import (
    ENTRIES,
    StatusBits,
    StatusListMalformed,
)

INDEXES = st.integers(min_value=0, max_value=ENTRIES - 1)


def encoded(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_the_list_has_the_length_of_the_specification():
    """Bitstring Status List 1.0 §2.2: at least 131,072 entries, 16 KB."""
    assert ENTRIES == 131_072
    assert len(StatusBits.empty().data) == 16 * 1024


@pytest.mark.parametrize(
    ("index", "byte", "value"),
    [(0, 0, 0x80), (7, 0, 0x01), (8, 1, 0x80), (ENTRIES - 1, ENTRIES // 8 - 1, 0x01)],
)
def test_index_zero_is_the_leftmost_bit(index, byte, value):
    bits = StatusBits.empty().with_set({index})
    assert bits.data[byte] == value
    assert sum(bits.data) == value


@given(st.sets(INDEXES, max_size=40), INDEXES)
@settings(max_examples=60)
def test_exactly_the_bits_that_were_set_are_set(indexes, other):
    bits = StatusBits.decode(StatusBits.empty().with_set(indexes).encode())
    assert all(bits.is_set(index) for index in indexes)
    assert bits.is_set(other) is (other in indexes)
    assert sum(byte.bit_count() for byte in bits.data) == len(indexes)


def test_setting_gives_another_list_and_unsets_nothing():
    first = StatusBits.empty().with_set({5})
    second = first.with_set({6})
    assert second.is_set(5)
    assert not first.is_set(6)


@pytest.mark.parametrize("index", [-1, ENTRIES, 10**9])
def test_there_is_nothing_beyond_the_list(index):
    with pytest.raises(StatusListMalformed):
        StatusBits.empty().is_set(index)
    with pytest.raises(StatusListMalformed):
        StatusBits.empty().with_set({index})


def test_an_empty_list_is_as_small_as_others_make_it():
    assert len(StatusBits.empty().encode()) < 80


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "H4sIAAAAAAAAAA",
        "z" + StatusBits.empty().encode()[1:],
        StatusBits.empty().encode() + "=",
        StatusBits.empty().encode().replace("A", "/", 1),
        StatusBits.empty().encode()[:-4],
        StatusBits.empty().encode()[:-1] + "ä",
        encoded(b"no gzip"),
        encoded(gzip.compress(bytes(ENTRIES // 8 - 1))),
        encoded(gzip.compress(bytes(ENTRIES // 8 + 1))),
        encoded(gzip.compress(bytes(ENTRIES // 8)) + b"more"),
        encoded(zlib.compress(bytes(ENTRIES // 8))),
        "u" + "A" * 65 * 1024,
    ],
)
def test_what_is_no_list_of_ours_is_refused(text):
    with pytest.raises(StatusListMalformed):
        StatusBits.decode(text)


def test_a_bomb_is_not_inflated():
    """60 KB of text that would become 40 MB."""
    bomb = encoded(gzip.compress(bytes(40 * 1024 * 1024)))
    assert len(bomb) < 64 * 1024
    tracemalloc.start()
    with pytest.raises(StatusListMalformed):
        StatusBits.decode(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1024 * 1024


@pytest.mark.shared
def test_lists_that_others_made_are_read(shared_data):
    for name, is_revoked in (("status_ok", False), ("status_revoked", True)):
        file = shared_data / "standards/sample" / f"{name}.json"
        subject = json.loads(file.read_bytes())["credentialSubject"]
        bits = StatusBits.decode(subject["encodedList"])
        assert bits.is_set(94567) is is_revoked
