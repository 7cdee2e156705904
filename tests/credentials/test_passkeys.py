"""Passkeys against an authenticator made of a key and bytes (WebAuthn Level 3 §6).

The same authenticator lies about one thing at a time; each lie is refused.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials.passkeys import (
    LONGEST_ANSWER,
    RelyingParty,
    build_registration_options,
    build_sign_in_options,
    inspect_registration,
    inspect_sign_in,
    peek_challenge,
    peek_credential_id,
)
from issuer.domain.entry import PasskeyRefused

PARTY = RelyingParty(
    "todistus.example", "Osaamistodistus", ("https://todistus.example",)
)
CHALLENGE = bytes(range(32))
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Authenticator:
    """A device that answers as it is told to."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = b"c" * 32
    rp_id: str = "todistus.example"
    origin: str = "https://todistus.example"
    challenge: bytes = CHALLENGE
    flags: int = UP | UV
    count: int = 0
    more: dict = field(default_factory=dict)

    def client_data(self, kind: str) -> bytes:
        said = {
            "type": kind,
            "challenge": b64(self.challenge),
            "origin": self.origin,
            "crossOrigin": False,
            **self.more,
        }
        return json.dumps(said).encode()

    def data(self, *, attested: bytes = b"") -> bytes:
        flags = self.flags | (AT if attested else 0)
        head = sha256(self.rp_id.encode()).digest() + bytes([flags])
        return head + self.count.to_bytes(4, "big") + attested

    def cose_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def register(self, kind: str = "webauthn.create") -> str:
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + self.cose_key()
        )
        made = {"fmt": "none", "attStmt": {}, "authData": self.data(attested=attested)}
        return self._answer(
            clientDataJSON=b64(self.client_data(kind)),
            attestationObject=b64(cbor2.dumps(made)),
        )

    def use(self, kind: str = "webauthn.get") -> str:
        client_data = self.client_data(kind)
        signed = self.data() + sha256(client_data).digest()
        return self._answer(
            clientDataJSON=b64(client_data),
            authenticatorData=b64(self.data()),
            signature=b64(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        )

    def _answer(self, **response: str) -> str:
        return json.dumps(
            {
                "id": b64(self.credential_id),
                "rawId": b64(self.credential_id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )


DEVICE = Authenticator()
LIES = {
    "another host": {"rp_id": "evil.example"},
    "another origin": {"origin": "https://evil.example"},
    "http": {"origin": "http://todistus.example"},
    "a subdomain": {"origin": "https://x.todistus.example"},
    "another challenge": {"challenge": bytes(32)},
    "nobody was verified": {"flags": UP},
    "nobody was there": {"flags": UV},
}


def test_a_new_passkey_is_read():
    made = inspect_registration(PARTY, DEVICE.register(), challenge=CHALLENGE)
    assert made.credential_id == DEVICE.credential_id
    assert made.public_key == DEVICE.cose_key()
    assert (made.algorithm, made.sign_count) == (-7, 0)
    assert (made.is_backup_eligible, made.is_backed_up) == (False, False)


def test_whether_it_may_leave_the_device_is_read():
    synced = replace(DEVICE, flags=UP | UV | BE | BS)
    made = inspect_registration(PARTY, synced.register(), challenge=CHALLENGE)
    assert (made.is_backup_eligible, made.is_backed_up) == (True, True)


@pytest.mark.parametrize("lie", LIES)
def test_a_registration_with_one_lie_is_refused(lie):
    liar = replace(DEVICE, **LIES[lie])
    with pytest.raises(PasskeyRefused):
        inspect_registration(PARTY, liar.register(), challenge=CHALLENGE)


def sign_in(device, *, answer=None, key=None, count=0):
    return inspect_sign_in(
        PARTY,
        answer or device.use(),
        challenge=CHALLENGE,
        public_key=(key or DEVICE).cose_key(),
        sign_count=count,
    )


def test_its_use_is_accepted():
    used = sign_in(DEVICE)
    assert (used.credential_id, used.sign_count) == (DEVICE.credential_id, 0)


@pytest.mark.parametrize("lie", LIES)
def test_a_use_with_one_lie_is_refused(lie):
    with pytest.raises(PasskeyRefused):
        sign_in(replace(DEVICE, **LIES[lie]))


def test_another_key_is_refused():
    with pytest.raises(PasskeyRefused):
        sign_in(Authenticator())


def test_making_is_not_using():
    for answer in (DEVICE.use("webauthn.create"), DEVICE.register("webauthn.get")):
        with pytest.raises(PasskeyRefused):
            sign_in(DEVICE, answer=answer)


def test_a_count_that_does_not_grow_is_a_copied_key():
    assert sign_in(replace(DEVICE, count=8), count=7).sign_count == 8
    for count in (7, 6):
        with pytest.raises(PasskeyRefused):
            sign_in(replace(DEVICE, count=count), count=7)


def test_every_flipped_bit_of_what_is_signed_is_refused():
    whole = json.loads(DEVICE.use())
    for name in ("authenticatorData", "signature"):
        raw = bytearray(_raw(whole["response"][name]))
        for place in range(len(raw)):
            raw[place] ^= 1
            changed = {**whole["response"], name: b64(bytes(raw))}
            with pytest.raises(PasskeyRefused):
                sign_in(DEVICE, answer=json.dumps({**whole, "response": changed}))
            raw[place] ^= 1


def _raw(text):
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415

    return base64url_to_bytes(text)


HOSTILE = [
    "",
    "null",
    "[]",
    "{}",
    '"x"',
    "1e999",
    '{"id": 1}',
    '{"response": null}',
    '{"response": {"clientDataJSON": 5}}',
    '{"response": {"clientDataJSON": "%%%"}}',
    '{"response": {"clientDataJSON": "' + b64(b"[]") + '"}}',
    '{"response": {"clientDataJSON": "' + b64(b"\xff\xfe") + '"}}',
    "[" * 8000,
    "x" * (LONGEST_ANSWER + 1),
]


@pytest.mark.parametrize("answer", HOSTILE, ids=lambda text: text[:30])
def test_hostile_answers_are_refused_and_nothing_else(answer):
    for read in (
        peek_challenge,
        peek_credential_id,
        lambda text: inspect_registration(PARTY, text, challenge=CHALLENGE),
        lambda text: sign_in(DEVICE, answer=text),
    ):
        with pytest.raises(PasskeyRefused):
            read(answer or " ")


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_attestation_whatever_breaks_the_reading(data):
    """What an authenticator sends is CBOR of its own making."""
    answer = json.loads(DEVICE.register())
    answer["response"]["attestationObject"] = b64(data)
    with pytest.raises(PasskeyRefused):
        inspect_registration(PARTY, json.dumps(answer), challenge=CHALLENGE)


@settings(max_examples=150, deadline=None)
@given(
    made=st.recursive(
        st.none() | st.booleans() | st.integers() | st.binary() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_no_well_formed_cbor_breaks_the_reading(made):
    answer = json.loads(DEVICE.register())
    answer["response"]["attestationObject"] = b64(cbor2.dumps(made))
    with pytest.raises(PasskeyRefused):
        inspect_registration(PARTY, json.dumps(answer), challenge=CHALLENGE)


def test_options_ask_for_a_verified_person_and_no_attestation():
    options = json.loads(
        build_registration_options(
            PARTY, user_id=b"u" * 16, name="Ilkka", challenge=CHALLENGE, known=[b"k"]
        )
    )
    assert options["rp"] == {"id": "todistus.example", "name": "Osaamistodistus"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert options["challenge"] == b64(CHALLENGE)
    assert [each["id"] for each in options["excludeCredentials"]] == [b64(b"k")]
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-8, -7, -257]
    signing = json.loads(build_sign_in_options(PARTY, challenge=CHALLENGE))
    assert signing["userVerification"] == "required"
    assert signing["rpId"] == "todistus.example"


def with_data(data: bytes) -> str:
    """Return a registration whose authenticator data are these bytes."""
    answer = json.loads(DEVICE.register())
    made = {"fmt": "none", "attStmt": {}, "authData": data}
    answer["response"]["attestationObject"] = b64(cbor2.dumps(made))
    return json.dumps(answer)


def test_data_cut_off_anywhere_are_refused():
    answer = json.loads(DEVICE.register())
    data = cbor2.loads(_raw(answer["response"]["attestationObject"]))["authData"]
    for length in range(len(data)):
        with pytest.raises(PasskeyRefused):
            inspect_registration(PARTY, with_data(data[:length]), challenge=CHALLENGE)


@pytest.mark.parametrize(
    "change",
    [{-2: b"x" * 32}, {-2: b""}, {-2: 7}, {3: -257}, {3: None}, {1: 9}, {-1: "P-256"}],
    ids=str,
)
def test_a_key_by_which_nothing_could_be_checked_is_refused(change):
    key = cbor2.dumps({**cbor2.loads(DEVICE.cose_key()), **change})
    attested = bytes(16) + (32).to_bytes(2, "big") + DEVICE.credential_id + key
    answer = with_data(DEVICE.data(attested=attested))
    with pytest.raises(PasskeyRefused):
        inspect_registration(PARTY, answer, challenge=CHALLENGE)
