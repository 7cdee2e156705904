import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.bounded_json import (
    DEEPEST,
    LARGEST,
    JsonAmbiguous,
    JsonNumberRefused,
    JsonRefused,
    JsonTooDeep,
    JsonTooLarge,
    parse,
)

HOSTILE: dict[str, tuple[bytes, type[JsonRefused]]] = {
    "ten megabytes": (b"[" + b"1," * 5_000_000 + b"1]", JsonTooLarge),
    "100,000 deep list": (b"[" * 100_000, JsonTooDeep),
    "40,000 deep object": (b'{"a":' * 40_000, JsonTooDeep),
    "21 levels": (b"[" * 21 + b"]" * 21, JsonTooDeep),
    "deep after a string": (b'["[[[\\"[[",' + b"[" * 21, JsonTooDeep),
    "a million digits": (b"1" * 250_000, JsonNumberRefused),
    "2**53": (b"9007199254740992", JsonNumberRefused),
    "-2**53": (b"[-9007199254740992]", JsonNumberRefused),
    "1e999": (b"1e999", JsonNumberRefused),
    "-1e999": (b"-1e999", JsonNumberRefused),
    "a long fraction": (b"0." + b"1" * 200_000, JsonNumberRefused),
    "NaN": (b"NaN", JsonNumberRefused),
    "Infinity": (b'{"a":Infinity}', JsonNumberRefused),
    "-Infinity": (b"[-Infinity]", JsonNumberRefused),
    "a name twice": (b'{"a":1,"b":2,"a":1}', JsonAmbiguous),
    "an escaped name twice": (b'{"a":1,"\\u0061":1}', JsonAmbiguous),
    "a name twice inside": (b'{"x":[{"a":1,"a":2}]}', JsonAmbiguous),
    "half a character": (b'"\\ud800"', JsonRefused),
    "half a character in a name": (b'{"\\uDFFF":1}', JsonRefused),
    "surrogates as bytes": (b'"\xed\xa0\x80"', JsonRefused),
    "not UTF-8": (b'"\xff"', JsonRefused),
    "UTF-16": ('{"a":1}'.encode("utf-16"), JsonRefused),
    "a byte order mark": (b"\xef\xbb\xbf{}", JsonRefused),
    "nothing": (b"", JsonRefused),
    "two values": (b"{} {}", JsonRefused),
    "a string without end": (b'"' * 1 + b'\\"' * 130_000, JsonRefused),
    "quotes and backslashes": (b'\\"' * 130_000, JsonRefused),
    "open quotes": (b'"a' * 130_000, JsonRefused),
    "a raw line feed in a string": (b'"a\nb"', JsonRefused),
    "many names": (
        b"{" + b",".join(b'"%d":1' % n for n in range(25_000)) + b',"1":1}',
        JsonAmbiguous,
    ),
    "closing first": (b"]" * 100_000 + b"[" * 100_000, JsonRefused),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_at_once(name: str) -> None:
    data, refusal = HOSTILE[name]

    started = time.perf_counter()
    with pytest.raises(refusal) as refused:
        parse(data)
    took = time.perf_counter() - started

    print(f"{name}: {took * 1000:.1f} ms")
    assert type(refused.value) is refusal
    assert took < 2


@pytest.mark.parametrize(
    "value",
    [
        {"a": ["ä", 1.5, -3, True, None, "😀", 2**53 - 1, {"b": '[[["\\'}]},
        "x" * (LARGEST - 2),
    ],
)
def test_honest_json_is_read(value: Any) -> None:
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


def test_escaped_pairs_are_whole_characters() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "😀"


def test_the_deepest_level_is_read() -> None:
    value: list[Any] = []
    for _ in range(DEEPEST - 1):
        value = [value]

    assert parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except JsonRefused:
        return
    assert value == json.loads(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=6) | st.integers(-9999, 9999),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_what_was_written_is_read(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value
