"""Presented JSON, read within bounds: size, depth, one meaning, honest numbers.

The standard library accepts duplicate names, NaN and 1e999, and may run out of stack;
here each of these is refused, and quickly (RFC 8259 §4, §6, §8; I-JSON, RFC 7493).
"""

import json
import math
import re
from typing import Any, NoReturn

from issuer.domain.errors import IssuerError, sentence

LARGEST = 256 * 1024
DEEPEST = 20

_LONGEST_NUMBER = 24
_LARGEST_INTEGER = 2**53 - 1
# A string, even one without an end, or one bracket; possessive, so in linear time.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class JsonRefused(IssuerError):
    """The bytes are not JSON with one meaning."""

    code = "json.refused"
    sentence = sentence("The file is not readable JSON.")


class JsonTooLarge(JsonRefused):
    """More than 256 KB."""

    code = "json.too_large"
    sentence = sentence("The file is too large to be a certificate.")


class JsonTooDeep(JsonRefused):
    """More than twenty levels."""

    code = "json.too_deep"
    sentence = sentence("The file is nested too deeply to be a certificate.")


class JsonAmbiguous(JsonRefused):
    """A name twice in one object: readers would differ about its value."""

    code = "json.ambiguous"
    sentence = sentence("The file says one thing twice, so it has no clear meaning.")


class JsonNumberRefused(JsonRefused):
    """NaN, an infinity, or a number other software would round."""

    code = "json.number"
    sentence = sentence("The file holds a number that programs read differently.")


def parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value of `data`. Raises a kind of JsonRefused."""
    if len(data) > LARGEST:
        raise JsonTooLarge
    _require_shallow(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
        _require_no_surrogates(data, value)
    except (ValueError, RecursionError) as error:
        raise JsonRefused from error
    return value


def _require_shallow(data: bytes) -> None:
    depth = 0
    for match in _TOKEN.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise JsonTooDeep
        elif first in b"]}":
            depth -= 1


def _require_no_surrogates(data: bytes, value: object) -> None:
    """Refuse half a character, which only an escape can bring (RFC 7493 §2.1)."""
    if b"\\ud" in data or b"\\uD" in data:
        json.dumps(value, ensure_ascii=False).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonAmbiguous
    return members


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(int(text)) > _LARGEST_INTEGER:
        raise JsonNumberRefused
    return int(text)


def _float(text: str) -> float:
    number = float(text) if len(text) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise JsonNumberRefused
    return number


def _constant(_: str) -> NoReturn:
    raise JsonNumberRefused
