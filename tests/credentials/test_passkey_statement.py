"""A signed statement against an authenticator that lies about one thing at a time."""

import json
from dataclasses import replace
from hashlib import sha256

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from issuer.credentials.passkey_statement import (
    challenge_of,
    find_flaw,
    find_flaw_of_mark,
    is_origin_of,
    mark_bytes,
    public_key_info,
    read_assertion,
    read_mark,
    read_statement,
    root_over,
    statement_bytes,
)
from issuer.domain.merkle import path_of
from issuer.domain.signed_statements import StatementMalformed
from issuer.domain.signing import SignatureRefused
from issuer.domain.signoffs import Mark
from tests.credentials.test_passkeys import BE, BS, HOSTILE, UP, UV, Authenticator
from tests.domain.test_signed_statements import MARK, STATEMENT

MARKS = [mark_bytes(replace(MARK, salt=f"{number:032x}")) for number in range(12)]
SIGNED = statement_bytes(replace(STATEMENT, n=12, root=root_over(MARKS)))
DEVICE = Authenticator(challenge=challenge_of(SIGNED))


def flaw(device, *, statement=SIGNED, key=None, kind="webauthn.get"):
    return find_flaw(
        read_assertion(device.use(kind)),
        statement=statement,
        public_key=public_key_info((key or DEVICE).cose_key()),
        rp_id="todistus.example",
    )


def test_the_challenge_is_the_tagged_hash_of_the_canonical_statement():
    tagged = b"osaamisen-kuittaus/v1\x00" + SIGNED
    assert challenge_of(SIGNED) == sha256(tagged).digest()
    again = json.dumps(
        json.loads(SIGNED), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.encode() == SIGNED


def test_a_signature_over_the_statement_holds():
    assert flaw(DEVICE) == ""
    assert flaw(replace(DEVICE, more={"other_keys_can_be_added_here": "x"})) == ""
    assert flaw(replace(DEVICE, origin="https://www.todistus.example")) == ""


LIES = {
    "challenge": {"challenge": bytes(32)},
    "origin": {"origin": "https://evil.example"},
    "relying_party": {"rp_id": "evil.example"},
    "not_verified": {"flags": UP},
    "type": {"more": {"crossOrigin": True}},
}


@pytest.mark.parametrize("lie", LIES)
def test_one_lie_is_named(lie):
    assert flaw(replace(DEVICE, **LIES[lie])) == lie


def test_nobody_there_is_not_verified():
    assert flaw(replace(DEVICE, flags=UV)) == "not_verified"


def test_another_key_and_another_kind_do_not_hold():
    assert flaw(Authenticator(challenge=DEVICE.challenge)) == "signature"
    assert flaw(DEVICE, kind="webauthn.create") == "type"


@pytest.mark.parametrize(
    "change",
    [
        {"participant": "urn:uuid:other"},
        {"signer": "urn:uuid:other"},
        {"root": "c" * 64},
        {"n": 11},
        {"nonce": "2" * 32},
        {"issued_at": "2025-03-10T12:00:01Z"},
        {"declaration": replace(STATEMENT.declaration, hash="d" * 64)},
    ],
    ids=str,
)
def test_any_change_of_the_statement_is_another_challenge(change):
    other = statement_bytes(replace(read_statement(SIGNED), **change))
    assert flaw(DEVICE, statement=other) == "challenge"


def test_every_flipped_bit_of_what_is_signed_is_found():
    good = read_assertion(DEVICE.use())
    for name in ("authenticator_data", "signature", "client_data"):
        for place in range(len(getattr(good, name))):
            raw = bytearray(getattr(good, name))
            raw[place] ^= 1
            assert find_flaw(
                replace(good, **{name: bytes(raw)}),
                statement=SIGNED,
                public_key=public_key_info(DEVICE.cose_key()),
                rp_id="todistus.example",
            ), (name, place)


def test_ed25519_and_rsa_keys_are_checked_too():
    device = Authenticator(challenge=DEVICE.challenge)
    used = read_assertion(device.use())
    signed = used.authenticator_data + sha256(used.client_data).digest()
    ed = ed25519.Ed25519PrivateKey.generate()
    raw = ed.public_key().public_bytes_raw()
    ed_key = cbor2.dumps({1: 1, 3: -8, -1: 6, -2: raw})
    big = rsa.generate_private_key(65537, 2048)
    numbers = big.public_key().public_numbers()
    rsa_key = cbor2.dumps(
        {
            1: 3,
            3: -257,
            -1: numbers.n.to_bytes(256, "big"),
            -2: numbers.e.to_bytes(3, "big"),
        }
    )
    by_rsa = big.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    for key, signature in ((ed_key, ed.sign(signed)), (rsa_key, by_rsa)):
        given = {
            "statement": SIGNED,
            "public_key": public_key_info(key),
            "rp_id": "todistus.example",
        }
        assert find_flaw(replace(used, signature=signature), **given) == ""
        assert find_flaw(used, **given) == "signature"
    mixed = cbor2.dumps({1: 1, 3: -7, -1: 6, -2: raw})
    for key in (mixed, b"", cbor2.dumps([1])):
        with pytest.raises(SignatureRefused):
            public_key_info(key)


@pytest.mark.parametrize("answer", HOSTILE, ids=lambda text: text[:30])
def test_hostile_answers_are_refused(answer):
    with pytest.raises(SignatureRefused):
        read_assertion(answer)


def test_a_key_that_is_none_does_not_hold():
    for key in (b"", b"x", DEVICE.cose_key()):
        assert (
            find_flaw(
                read_assertion(DEVICE.use()),
                statement=SIGNED,
                public_key=key,
                rp_id="todistus.example",
            )
            == "signature"
        )


def test_each_mark_is_shown_alone_and_no_other_passes():
    for index, mark in enumerate(MARKS):
        path = path_of(MARKS, index)
        given = {"statement": SIGNED, "index": index, "path": path}
        assert find_flaw_of_mark(mark, **given) == ""
        other = replace(read_mark(mark), level=Mark.NOT_YET)
        assert find_flaw_of_mark(mark_bytes(other), **given) == "not_in_statement"
        assert find_flaw_of_mark(mark + b" ", **given) == "malformed"


def test_a_mark_does_not_show_its_neighbours():
    """Without the salt, whoever sees one mark could guess the ones beside it."""
    path = path_of(MARKS, 0)
    unsalted = replace(read_mark(MARKS[1]), salt="0" * 32)
    assert sha256(b"\0" + mark_bytes(unsalted)).digest() not in path
    assert sha256(b"\0" + MARKS[1]).digest() in path


def test_only_the_canonical_form_is_read():
    for data in (SIGNED + b"\n", b"[]", b"", b"\xff", SIGNED.replace(b":", b": ", 1)):
        with pytest.raises(StatementMalformed):
            read_statement(data)
    assert statement_bytes(read_statement(SIGNED)) == SIGNED


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("https://todistus.example", True),
        ("https://todistus.example:8443", True),
        ("https://a.todistus.example", True),
        ("http://todistus.example", False),
        ("https://eviltodistus.example", False),
        ("https://todistus.example.evil", False),
        ("https://todistus.example@evil", False),
        ("https://todistus.example/x", False),
        ("https://[", False),
        ("", False),
        ("null", False),
    ],
)
def test_origins(origin, is_ours):
    assert is_origin_of(origin, rp_id="todistus.example") is is_ours


def test_this_machine_needs_no_https():
    assert is_origin_of("http://localhost:8000", rp_id="localhost")
    assert not is_origin_of("http://localhost:8000", rp_id="")


def test_synced_keys_are_told_from_those_of_one_device():
    assert not read_assertion(DEVICE.use()).may_leave_device
    synced = replace(DEVICE, flags=UP | UV | BE | BS)
    assert read_assertion(synced.use()).may_leave_device
