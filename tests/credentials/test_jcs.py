import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.jcs import NotCanonical, canonical_bytes

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def test_members_are_sorted_by_utf16_and_nothing_is_escaped_without_need() -> None:
    """The sorting example of RFC 8785 §3.2.3."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    names = [
        name for name, _ in json.loads(canonical_bytes(value), object_pairs_hook=list)
    ]

    assert names == ["\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33"]
    assert canonical_bytes({"ä": '"\n\x1f'}) == '{"ä":"\\"\\n\\u001f"}'.encode()


@given(JSON)
def test_canonical_form_means_the_same_and_is_stable(value: object) -> None:
    once = canonical_bytes(value)

    assert json.loads(once) == value
    assert canonical_bytes(json.loads(once)) == once


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {"a": [0.5]},
        {1: "a number as a name"},
        {"a": b"bytes"},
        "half a character: \ud800",
        {"a": {1, 2}},
    ],
)
def test_what_others_could_write_otherwise_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_endless_nesting_is_refused() -> None:
    value: list[object] = []
    value.append(value)

    with pytest.raises(NotCanonical, match="deeply"):
        canonical_bytes(value)


def test_tuples_are_arrays_and_the_largest_integers_pass() -> None:
    assert canonical_bytes((2**53 - 1, -(2**53) + 1, True, None)) == (
        b"[9007199254740991,-9007199254740991,true,null]"
    )
