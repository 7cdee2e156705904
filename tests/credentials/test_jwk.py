import pytest

from issuer.credentials.jwk import (
    JwkMalformed,
    build_ed25519,
    build_p256,
    parse_p256,
)
from tests.credentials.test_key_ring import point

GENERATOR = {
    "kty": "EC",
    "crv": "P-256",
    "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
}


@pytest.mark.parametrize("number", [1, 2, 3, 1000])
def test_a_point_comes_back_as_it_was(number: int) -> None:
    assert parse_p256(build_p256(point(number))) == point(number)


def test_the_forms_are_those_of_the_specifications() -> None:
    assert build_p256(point(1)) == GENERATOR
    rfc8037_appendix_a2 = bytes.fromhex(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert build_ed25519(rfc8037_appendix_a2) == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"d": "AQ"}, "kty, crv, x and y"),
        ({"alg": "ES256"}, "kty, crv, x and y"),
        ({"kty": "OKP"}, "kty is not EC"),
        ({"crv": "secp256k1"}, "crv not P-256"),
        ({"x": ""}, "not 32 bytes"),
        ({"x": 7}, "not 32 bytes"),
        ({"x": None}, "not 32 bytes"),
        ({"x": "ä" * 43}, "not 32 bytes"),
        ({"x": "A" * 42}, "not 32 bytes"),
        ({"x": GENERATOR["x"] + "="}, "not 32 bytes"),
        ({"y": GENERATOR["y"].replace("_", "/")}, "not 32 bytes"),
        ({"y": GENERATOR["y"][:-1] + "V"}, "not 32 bytes"),  # the unused bits are set
        ({"y": GENERATOR["x"]}, "not on the curve"),
        ({"x": "A" * 43, "y": "A" * 43}, "not on the curve"),
    ],
)
def test_another_value_is_no_p256_key(changes: dict, reason: str) -> None:
    with pytest.raises(JwkMalformed, match=reason):
        parse_p256(GENERATOR | changes)


@pytest.mark.parametrize("value", [None, "", [], b""])
def test_what_is_no_object_is_no_key(value: object) -> None:
    with pytest.raises(JwkMalformed):
        parse_p256(value)


@pytest.mark.parametrize(
    "data", [b"", bytes(65), b"\x02" + point(1)[1:33], b"\x04" + bytes(64)]
)
def test_other_bytes_are_no_point(data: bytes) -> None:
    with pytest.raises(JwkMalformed):
        build_p256(data)
