import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials import vc_jwt
from issuer.credentials.vc_jwt import JwtRefused, build_jwt, is_signed, read_jwt
from tests.credentials.conftest import Issuing, small_statement
from tests.statements import DID

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CHARACTERS = b"AZaz09-_"


@pytest.fixture(scope="session")
def small(issuing: Issuing) -> bytes:
    until = "2031-11-24T00:00:00Z"
    return issuing.seal(small_statement(valid_until=until)).jwt


@pytest.fixture(scope="session")
def point(issuing: Issuing) -> bytes:
    [key] = issuing.key_ring.of_purpose(DID, "jwt")
    return key.raw


def encoded(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def parts(jwt: bytes) -> list[Any]:
    """Return header and payload parsed, and the signature."""
    header, payload, signature = jwt.split(b".")
    texts = [base64.urlsafe_b64decode(part + b"==") for part in (header, payload)]
    return [*map(json.loads, texts), base64.urlsafe_b64decode(signature + b"==")]


def joined(header: Any, payload: Any, signature: bytes) -> bytes:
    return b".".join(map(encoded, (header, payload, signature)))


def test_the_header_is_that_of_vc_jose_cose(small: bytes, issuing: Issuing) -> None:
    header, _, signature = parts(small)

    assert header == {
        "alg": "ES256",
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": issuing.signers.jwt.key_id,
    }
    assert len(signature) == 64
    assert set(small) <= set(ALPHABET + b".")


def test_the_claims_repeat_the_credential(small: bytes) -> None:
    """Open Badges 3.0 §8.2.4."""
    _, payload, _ = parts(small)

    assert payload["iss"] == payload["issuer"]["id"] == DID
    assert payload["jti"] == payload["id"]
    assert payload["sub"] == payload["credentialSubject"]["id"]
    assert payload["nbf"] == 1_795_512_600  # 2026-11-24T09:30:00Z
    assert payload["exp"] == 1_953_244_800  # 2031-11-24T00:00:00Z
    assert not {"vc", "proof"} & payload.keys()


def test_without_an_end_there_is_no_exp(issuing: Issuing) -> None:
    _, payload, _ = parts(issuing.seal(small_statement()).jwt)

    assert "exp" not in payload


def test_the_signature_is_ecdsa_over_both_parts(small: bytes, point: bytes) -> None:
    signed, _, _ = small.rpartition(b".")
    signature = parts(small)[2]
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)

    key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(encode_dss_signature(r, s), signed + b"A", ECDSA(SHA256()))


def test_reading_gives_back_what_was_built(issuing: Issuing, point: bytes) -> None:
    document = issuing.prepare().document
    jwt = build_jwt(document, signer=issuing.signers.jwt)

    found, key_id, signed, signature = read_jwt(b" \n" + jwt + b"\n")

    assert (found, key_id) == (document, issuing.signers.jwt.key_id)
    assert is_signed(signed, signature=signature, public_key=point)
    assert build_jwt(document, signer=issuing.signers.jwt) == jwt


def test_no_changed_character_is_accepted(small: bytes, point: bytes) -> None:
    """Every place of the whole text, with several other characters."""
    accepted = []
    for place, character in enumerate(small):
        for other in CHARACTERS[place % 4 :: 4] + bytes([character ^ 1]):
            if other == character:
                continue
            mutant = small[:place] + bytes([other]) + small[place + 1 :]
            if _is_accepted(mutant, point):
                accepted.append((place, other))

    assert accepted == []


def _is_accepted(jwt: bytes, point: bytes) -> bool:
    try:
        _, _, signed, signature = read_jwt(jwt)
    except JwtRefused:
        return False
    return is_signed(signed, signature=signature, public_key=point)


def test_every_other_spelling_of_the_same_bytes_is_refused(small: bytes) -> None:
    """Bits that base64 does not use, padding, and the other alphabet."""
    signed, _, signature = small.rpartition(b".")
    value = base64.urlsafe_b64decode(signature + b"==")
    same = [
        signed + b"." + other
        for other in (signature[:-1] + bytes([last]) for last in ALPHABET)
        if other != signature and base64.urlsafe_b64decode(other + b"==") == value
    ]
    assert len(same) == 15  # 64 bytes leave four bits unused
    header, payload, _ = small.split(b".")
    standard = base64.b64encode(b"\xfb\xff\xfe" * 22)[:86]
    for spelled in (
        *same,
        small + b"=",
        small + b"==",
        header + b"=." + payload + b"." + signature,
        header + b"." + payload + b"==." + signature,
        header + b"\n." + payload + b"." + signature,
        header + b". " + payload + b"." + signature,
        signed + b"." + signature[:40] + b"\n" + signature[40:],
        signed + b"." + standard,
        small + b".",
        b"." + small,
        small.replace(b".", b"..", 1),
        small.replace(b".", b"\x00", 1),
        small + b"\x00",
        small.replace(b"a", "а".encode(), 1),
    ):
        with pytest.raises(JwtRefused):
            read_jwt(spelled)


HEADERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "alg none": lambda h: {**h, "alg": "none"},
    "alg None": lambda h: {**h, "alg": "NoNe"},
    "no alg": lambda h: {k: v for k, v in h.items() if k != "alg"},
    "alg HS256": lambda h: {**h, "alg": "HS256"},
    "alg ES384": lambda h: {**h, "alg": "ES384"},
    "alg EdDSA": lambda h: {**h, "alg": "EdDSA"},
    "alg null": lambda h: {**h, "alg": None},
    "alg in a list": lambda h: {**h, "alg": ["ES256"]},
    "typ JWT": lambda h: {**h, "typ": "JWT"},
    "no typ": lambda h: {k: v for k, v in h.items() if k != "typ"},
    "kid null": lambda h: {**h, "kid": None},
    "kid a number": lambda h: {**h, "kid": 7},
    "no kid": lambda h: {k: v for k, v in h.items() if k != "kid"},
    "a key of its own": lambda h: {**h, "jwk": {"kty": "EC"}},
    "a key elsewhere": lambda h: {**h, "jku": "https://evil.example/jwks"},
    "a certificate": lambda h: {**h, "x5c": []},
    "critical": lambda h: {**h, "crit": ["b64"], "b64": False},
    "a list": lambda h: [h],
    "nothing": lambda _: None,
    "no JSON": lambda _: b"{",
    "empty": lambda _: b"",
    "alg twice": lambda h: json.dumps(h)[:-1].encode() + b',"alg":"none"}',
}


@pytest.mark.parametrize("name", HEADERS)
def test_any_other_header_is_refused(name: str, small: bytes) -> None:
    header, payload, signature = parts(small)

    with pytest.raises(JwtRefused):
        read_jwt(joined(HEADERS[name](header), payload, signature))


PAYLOADS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "iss of another": lambda p: {**p, "iss": "did:web:b.example"},
    "no iss": lambda p: {k: v for k, v in p.items() if k != "iss"},
    "jti of another": lambda p: {**p, "jti": p["jti"] + "0"},
    "sub of another": lambda p: {**p, "sub": "did:web:b.example"},
    "nbf earlier": lambda p: {**p, "nbf": p["nbf"] - 1},
    "nbf a text": lambda p: {**p, "nbf": str(p["nbf"])},
    "exp later": lambda p: {**p, "exp": p["exp"] + 1},
    "no exp": lambda p: {k: v for k, v in p.items() if k != "exp"},
    "exp alone": lambda p: {k: v for k, v in p.items() if k != "validUntil"},
    "wrapped": lambda p: {**p, "vc": {}},
    "with a proof": lambda p: {**p, "proof": []},
    "issuer a text": lambda p: {**p, "issuer": DID},
    "issuer null": lambda p: {**p, "issuer": None},
    "issuer a list": lambda p: {**p, "issuer": ["id"]},
    "no issuer": lambda p: {k: v for k, v in p.items() if k != "issuer"},
    "subjects": lambda p: {**p, "credentialSubject": [p["credentialSubject"]]},
    "no id": lambda p: {k: v for k, v in p.items() if k != "id"},
    "validFrom a number": lambda p: {**p, "validFrom": 7},
    "validFrom no time": lambda p: {**p, "validFrom": "tomorrow"},
    "validFrom before years": lambda p: {**p, "validFrom": "0001-01-01T00:00:00"},
    "validUntil after years": lambda p: {**p, "validUntil": "9999-12-31T23:59:59"},
    "a list": lambda p: [p],
    "a text": lambda _: "ey",
    "no JSON": lambda _: b"{]",
    "not UTF-8": lambda _: b'{"a":"\xff"}',
    "NUL": lambda _: b'{"a":"\x00"}',
    "half a character": lambda _: b'{"a":"\\ud800"}',
    "deep": lambda _: b"[" * 100_000,
    "a name twice": lambda p: json.dumps(p)[:-1].encode() + b',"iss":"did:web:b"}',
    "a huge number": lambda p: {**p, "nbf": 10**30},
    "no number": lambda p: json.dumps({**p, "nbf": float("nan")}).encode(),
    "too large": lambda p: {**p, "narrative": "a" * 262_144},
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_any_payload_that_contradicts_itself_is_refused(
    name: str, small: bytes
) -> None:
    header, payload, signature = parts(small)

    with pytest.raises(JwtRefused):
        read_jwt(joined(header, PAYLOADS[name](payload), signature))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for jwt in (data, b"e30." + data, b"e30.e30." + data, b".".join([data] * 3)):
        with pytest.raises(JwtRefused):
            read_jwt(jwt)


@given(st.binary(max_size=70))
def test_one_text_stands_for_one_value(data: bytes) -> None:
    text = vc_jwt._base64url(data)

    assert vc_jwt._bytes(text) == data
    for other in {text + b"=", text + b"A"}:
        with suppress(JwtRefused):
            assert vc_jwt._bytes(other) != data


def _raw(key: Any) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(63),
        bytes(64),
        bytes(65),
        b"\xff" * 64,
        ORDER.to_bytes(32, "big") * 2,
        bytes(31) + b"\x01" + bytes(32),
        bytes(32) + bytes(31) + b"\x01",
    ],
)
def test_no_signature_of_odd_numbers_holds(
    signature: bytes, small: bytes, point: bytes
) -> None:
    _, _, signed, _ = read_jwt(small)

    assert not is_signed(signed, signature=signature, public_key=point)


def test_a_signature_in_der_or_by_another_key_does_not_hold(
    small: bytes, point: bytes
) -> None:
    _, _, signed, signature = read_jwt(small)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")

    assert is_signed(signed, signature=signature, public_key=point)
    assert not is_signed(signed, signature=encode_dss_signature(r, s), public_key=point)
    for longer in (signature[:32] + b"\0" + signature[32:], b"\0" + signature):
        assert not is_signed(signed, signature=longer, public_key=point)
    for other in (
        _raw(generate_private_key(SECP256R1())),
        _raw(generate_private_key(SECP384R1())),
        b"\x04" + bytes(64),
        bytes(32),
        b"",
    ):
        assert not is_signed(signed, signature=signature, public_key=other)
