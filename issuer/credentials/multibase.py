"""Multibase base58-btc and the Ed25519 Multikey (W3C Controlled Identifiers).

A Multikey is `z` and the base58-btc form of 0xed 0x01 and the 32 bytes of the key.
"""

from issuer.domain.errors import IssuerError, sentence

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_ED25519_PUBLIC = b"\xed\x01"
_LONGEST = 200  # characters: decoding takes quadratic time


class MultibaseMalformed(IssuerError):
    """The text is no base58-btc Multibase value, or not of the kind asked for."""

    code = "multibase.malformed"
    sentence = sentence("This is not a key or signature value: %(reason)s")


def encode(data: bytes) -> str:
    """Return `data` as Multibase base58-btc."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    return "z" + "1" * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """Return the bytes of Multibase base58-btc `text`. Raises MultibaseMalformed."""
    if not text.startswith("z"):
        raise MultibaseMalformed(reason="it does not begin with z")
    if len(text) > _LONGEST:
        raise MultibaseMalformed(reason="it is too long")
    number = 0
    for character in text[1:]:
        if character not in _VALUES:
            raise MultibaseMalformed(reason="a character is not base58")
        number = number * 58 + _VALUES[character]
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_public_key(raw: bytes) -> str:
    """Return the Multikey of the 32 bytes of an Ed25519 public key."""
    if len(raw) != 32:
        raise MultibaseMalformed(reason="an Ed25519 key has 32 bytes")
    return encode(_ED25519_PUBLIC + raw)


def decode_public_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey. Raises MultibaseMalformed."""
    data = decode(text)
    if not data.startswith(_ED25519_PUBLIC) or len(data) != 34:
        raise MultibaseMalformed(reason="it is no Ed25519 public key")
    return data[2:]
