"""The compact proof in the QR code: COSE_Sign1 (RFC 9052 §4.2) over CBOR, in digits.

Small enough for a 30 mm code and checkable by a browser alone. Deterministic CBOR
(RFC 8949 §4.2), definite lengths only. The bytes are written as one decimal number with
a leading 0x01, since a QR code's numeric mode is the densest that survives a URL.

    18([protected {1: -8, 4: kid}, {}, payload, signature])
    payload {6: issued, ?4: valid until, -65537: [serial, name, [code, x, y, …],
             status list, status index, SHA-256 of the credential]}

Reading takes numbers, bytes, texts, arrays and maps. A tag, a float or a length without
end is refused before anything is made of it.
"""

import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.domain.errors import IssuerError, sentence

LONGEST_NAME = 72
LARGEST = 340
_EDDSA = -8
_CLAIM = -65537
_COSE_SIGN1 = b"\xd2"  # tag 18
_SIGNATURE_BYTES = 64
_ELLIPSIS = "…"
_MOST_DIGITS = 2200
_DEEPEST = 4
_LARGEST_NUMBER = 2**53 - 1  # a browser reads larger ones unlike
_LATEST = 253_402_300_799  # the last second of the year 9999


class CompactProofRefused(IssuerError):
    """The digits are no compact proof of ours, or its parts are out of bounds."""

    code = "compact_proof.refused"
    sentence = sentence("The code cannot be read: %(reason)s")


@dataclass(frozen=True, slots=True)
class CompactClaims:
    """What the code says; times are Unix seconds.

    `units` are (code, identified, total). A code of the national unit list is its
    number, any other its text. Without units, the code leaves them to the credential.
    """

    serial: bytes
    name: str
    units: tuple[tuple[int | str, int, int], ...]
    issued: int
    valid_until: int | None
    status_list: int
    status_index: int
    credential_sha256: bytes


def kid_of(key_id: str) -> bytes:
    """Return the few bytes that name a key in the code: the hex digits of its kid."""
    return bytes.fromhex(key_id.rpartition("#")[2].rpartition("-")[2])


def shorten_name(name: str) -> str:
    """Return `name` in at most 72 UTF-8 bytes, visibly cut if it was longer."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    room = LONGEST_NAME - len(_ELLIPSIS.encode())
    end = len(name.encode()[:room].decode(errors="ignore"))
    while end and unicodedata.category(name[end]).startswith("M"):
        end -= 1  # a letter and the marks on it stay together
    return name[:end].rstrip() + _ELLIPSIS


def fitted(claims: CompactClaims, *, kid: bytes) -> CompactClaims:
    """Return claims that fit into a code: without units where they are too many.

    All units or none: a part of them would look like the whole.
    """
    signature = bytes(_SIGNATURE_BYTES)
    message = _message(_protected(kid), _encoded(_payload(claims)), signature)
    return claims if len(message) <= LARGEST else replace(claims, units=())


def build_digits(
    claims: CompactClaims, *, kid: bytes, sign: Callable[[bytes], bytes]
) -> str:
    """Return the signed claims as decimal digits; raises CompactProofRefused."""
    _claims(_payload(claims))
    protected = _protected(kid)
    payload = _encoded(_payload(claims))
    signature = sign(_to_be_signed(protected, payload))
    message = _message(protected, payload, signature)
    if len(message) > LARGEST:
        raise CompactProofRefused(reason=f"it would be {len(message)} bytes")
    return str(int.from_bytes(b"\x01" + message, "big"))


def read_digits(
    digits: str, *, public_key_of: Callable[[bytes], bytes | None]
) -> tuple[CompactClaims, bytes, bool | None]:
    """Return the claims, the kid, and whether the signature holds (None: key unknown).

    Raises CompactProofRefused for anything that is not a compact proof, byte for byte.
    """
    protected, payload, signature = _parts(_bytes_of(digits))
    headers = _strictly(protected)
    if not isinstance(headers, dict) or list(headers) != [1, 4] or headers[1] != _EDDSA:
        raise CompactProofRefused(reason="its header is not ours")
    kid = headers[4]
    if not isinstance(kid, bytes) or not 1 <= len(kid) <= 16:
        raise CompactProofRefused(reason="its key name is not ours")
    claims = _claims(_strictly(payload))
    key = public_key_of(kid)
    if key is None:
        return claims, kid, None
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, _to_be_signed(protected, payload)
        )
    except InvalidSignature:
        return claims, kid, False
    return claims, kid, True


def _payload(claims: CompactClaims) -> dict[int, object]:
    flat = [part for unit in claims.units for part in unit]
    said = [
        claims.serial,
        claims.name,
        flat,
        claims.status_list,
        claims.status_index,
        claims.credential_sha256,
    ]
    until = {} if claims.valid_until is None else {4: claims.valid_until}
    return {**until, 6: claims.issued, _CLAIM: said}


def _protected(kid: bytes) -> bytes:
    return _encoded({1: _EDDSA, 4: kid})


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return _COSE_SIGN1 + _encoded([protected, {}, payload, signature])


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure (RFC 9052 §4.4) without external data."""
    return _encoded(["Signature1", protected, b"", payload])


def _encoded(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _bytes_of(digits: str) -> bytes:
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise CompactProofRefused(reason="it is not a number of ours")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if data[:1] != b"\x01" or str(number) != digits or len(data) > LARGEST + 1:
        raise CompactProofRefused(reason="it is not a number of ours")
    return data[1:]


def _parts(message: bytes) -> tuple[bytes, bytes, bytes]:
    value = _strictly(message.removeprefix(_COSE_SIGN1))
    if (
        not message.startswith(_COSE_SIGN1)
        or not isinstance(value, list)
        or [type(part) for part in value] != [bytes, dict, bytes, bytes]
        or value[1]
        or len(value[3]) != _SIGNATURE_BYTES
    ):
        raise CompactProofRefused(reason="it is not COSE_Sign1")
    protected, _, payload, signature = value
    return protected, payload, signature


def _strictly(data: bytes) -> object:
    """Decode one item with nothing after it, whose only encoding these bytes are."""
    try:
        value = _item(io.BytesIO(data), depth=0)
    except (ValueError, TypeError) as error:
        raise CompactProofRefused(reason="it is not CBOR of ours") from error
    if _encoded(value) != data:
        raise CompactProofRefused(reason="it is not deterministic CBOR")
    return value


def _item(source: io.BytesIO, *, depth: int) -> object:
    """Read one item (RFC 8949 §3); raises ValueError, or TypeError for an odd key."""
    [first] = _taken(source, 1)
    kind, argument = first >> 5, first & 31
    if kind not in _READERS or argument > 27 or depth > _DEEPEST:
        raise ValueError
    if argument > 23:
        argument = int.from_bytes(_taken(source, 1 << (argument - 24)), "big")
    return _READERS[kind](source, argument, depth + 1)


def _taken(source: io.BytesIO, count: int) -> bytes:
    data = source.read(min(count, LARGEST + 1))
    if len(data) != count:
        raise ValueError
    return data


_READERS: dict[int, Callable[[io.BytesIO, int, int], object]] = {
    0: lambda _, number, __: number,
    1: lambda _, number, __: -1 - number,
    2: lambda source, count, _: _taken(source, count),
    3: lambda source, count, _: _taken(source, count).decode(),
    4: lambda source, count, depth: [_item(source, depth=depth) for _ in range(count)],
    5: lambda source, count, depth: {
        _item(source, depth=depth): _item(source, depth=depth) for _ in range(count)
    },
}


def _claims(payload: object) -> CompactClaims:
    if not isinstance(payload, dict) or list(payload) not in (
        [6, _CLAIM],
        [4, 6, _CLAIM],
    ):
        raise CompactProofRefused(reason="it does not say what ours say")
    said = payload[_CLAIM]
    kinds = (bytes, str, list, int, int, bytes)
    if (
        not isinstance(said, list)
        or len(said) != len(kinds)
        or not all(type(part) is kind for part, kind in zip(said, kinds, strict=True))
    ):
        raise CompactProofRefused(reason="it does not say what ours say")
    serial, name, flat, status_list, index, digest = said
    times = [payload[6], payload.get(4, 0)]
    if (
        len(serial) != 10
        or len(digest) != 32
        or len(flat) % 3
        or any(type(time) is not int for time in times)
        or min(status_list, index, *times) < 0
        or max(status_list, index) > _LARGEST_NUMBER
        or max(times) > _LATEST
    ):
        raise CompactProofRefused(reason="it does not say what ours say")
    return CompactClaims(
        serial=serial,
        name=name,
        units=tuple(_unit(*flat[i : i + 3]) for i in range(0, len(flat), 3)),
        issued=payload[6],
        valid_until=payload.get(4),
        status_list=status_list,
        status_index=index,
        credential_sha256=digest,
    )


def _unit(
    code: object, identified: object, total: object
) -> tuple[int | str, int, int]:
    if (
        not isinstance(code, int | str)
        or isinstance(code, bool)
        or type(identified) is not int
        or type(total) is not int
        or not 0 <= identified <= total <= _LARGEST_NUMBER
        or (isinstance(code, int) and not 0 <= code <= _LARGEST_NUMBER)
    ):
        raise CompactProofRefused(reason="it does not say what ours say")
    return code, identified, total
