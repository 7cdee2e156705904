"""The worked examples of the credential format can be made again, to the byte."""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.credentials.compact_proof import (
    CompactClaims,
    build_digits,
    kid_of,
    read_digits,
)
from issuer.credentials.public_key import kid_of as full_kid_of
from issuer.domain.identifiers import Serial
from tests.docs.test_docs import read, sections

# RFC 8032 section 7.1, test 1.
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
OLD, NEW = (
    Serial.parse("7K4M-9QXT-2VHD-R3WB-7"),
    Serial.parse("7K4M-9QXT-2VHD-P3ZW-3"),
)


def test_the_compact_proof_of_the_example() -> None:
    text = sections(read("credential-format.md"))["Compact proof"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET))
    public = key.public_key().public_bytes_raw()
    kid = full_kid_of(public)
    assert f"`{kid}`" in text
    claims = CompactClaims(
        serial=bytes.fromhex("3cc944dfba16e2dc0f8b"),
        name="Paula Pihlaja",
        units=((103915, 12, 15),),
        issued=int(datetime(2026, 11, 24, 9, 30, tzinfo=UTC).timestamp()),
        valid_until=None,
        status_list=1,
        status_index=46523,
        credential_sha256=sha256(b"").digest(),
    )
    digits = build_digits(claims, kid=kid_of(kid), sign=key.sign)

    [written] = re.findall(r"```\n([0-9\n]+)```", text)
    assert re.sub(r"\s", "", written) == digits
    assert read_digits(digits, public_key_of=lambda _: public) == (
        claims,
        kid_of(kid),
        True,
    )
    shown = re.sub(r"\s", "", text)
    number = int(digits)
    message = number.to_bytes((number.bit_length() + 7) // 8, "big").hex()
    assert str(OLD) in shown
    assert Serial.from_bits(int.from_bytes(claims.serial, "big")) == OLD
    parts = re.findall(r"^  h'([0-9a-f\s]+)'", text, re.MULTILINE)
    assert len(parts) == 3
    for part in parts:
        assert re.sub(r"\s", "", part) in message


def test_the_successor_of_the_example() -> None:
    text = sections(read("credential-format.md"))["Signed files"]
    [(_, successor)] = json.loads(re.findall(r'({"46523".+?})', text)[0]).items()
    assert f"`{OLD}` replaced by `{NEW}`" in text
    assert successor == str(NEW)
