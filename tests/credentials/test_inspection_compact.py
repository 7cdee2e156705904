import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issuer.credentials import compact_proof
from issuer.credentials.compact_claims import build_claims
from issuer.credentials.inspection import peek_serial
from issuer.credentials.inspection_compact import find_compact_key
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.sealer import SealedForms
from issuer.credentials.signer import create_key, load_signer
from issuer.domain.verification import Check, Outcome, Verdict, conclude
from tests.credentials.conftest import (
    AT,
    KEY_CREATED,
    LIST_URL,
    PASSED,
    PASSPHRASE,
    UNREADABLE,
    Issuing,
    outcomes,
)
from tests.credentials.test_compact_proof import (
    FINE,
    KEY,
    ODD,
    _with_odd,
    bytes_of,
    digits_of,
)
from tests.statements import DID, PUBLIC_URL, SERIAL, example_statement

Look = Callable[..., Mapping[str, Check]]
OTHER = f"{DID}:org:toinen"


def presented(digits: str) -> bytes:
    return f"{PUBLIC_URL}/q#{digits}".encode()


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The compact key of another organisation, as public key and as signer."""
    folder = tmp_path_factory.mktemp("theirs")
    made = {"controller": OTHER, "passphrase": PASSPHRASE, "at": KEY_CREATED}
    key = create_key(folder, purpose="compact", **made)
    return key, load_signer(folder, PASSPHRASE, OTHER, purpose="compact")


def resigned(issuing: Issuing, *, signer: Any = None, kid: Any = None, **changes: Any):
    """Sign any claims, as a thief or a faulty program might."""
    draft = issuing.prepare()
    signer = signer or issuing.signers.compact
    claims = build_claims(draft.statement, credential_sha256=bytes(32))
    digits = compact_proof.build_digits(
        replace(claims, **changes),
        kid=kid or compact_proof.kid_of(signer.key_id),
        sign=signer.sign,
    )
    return digits.encode()


def test_the_issuer_is_who_holds_the_key(
    issuing: Issuing, theirs: Any, look: Look
) -> None:
    """Another organisation's code is theirs: our list says nothing of it."""
    key, signer = theirs
    both = KeyRing({**issuing.key_ring.keys, key.id: key})

    found = look(resigned(issuing, signer=signer), key_ring=both)

    assert found["issuer"].facts["issuer"] == OTHER
    assert outcomes(found) == {**PASSED, "status": "unknown"}
    assert outcomes(look(resigned(issuing), key_ring=both)) == PASSED


def test_another_organisations_signature_under_our_kid_does_not_hold(
    issuing: Issuing, theirs: Any, look: Look
) -> None:
    ours = compact_proof.kid_of(issuing.signers.compact.key_id)

    found = look(resigned(issuing, signer=theirs[1], kid=ours))

    assert outcomes(found) == {**PASSED, "signature": "failed"}


def test_a_key_for_another_purpose_seals_no_code(issuing: Issuing, look: Look) -> None:
    """It is not looked for among the keys for codes, so nobody is known to hold it."""
    found = look(resigned(issuing, signer=issuing.signers.credential))

    assert outcomes(found) == {
        **PASSED,
        "issuer": "unknown",
        "key": "unknown",
        "signature": "unknown",
        "status": "unknown",
    }
    assert conclude(SERIAL, found.values(), at=AT).verdict is Verdict.UNKNOWN


def test_a_signature_of_another_purpose_under_our_kid_does_not_hold(
    issuing: Issuing, look: Look
) -> None:
    ours = compact_proof.kid_of(issuing.signers.compact.key_id)
    for signer in (issuing.signers.credential, issuing.signers.jwt):
        found = look(resigned(issuing, signer=signer, kid=ours))
        assert outcomes(found) == {**PASSED, "signature": "failed"}


def test_two_keys_of_one_short_name_are_no_key(issuing: Issuing) -> None:
    """A short name can be forged with patience; then nobody is named by it."""
    [ours] = issuing.key_ring.of_purpose(DID, "compact")
    kid = compact_proof.kid_of(ours.id)
    doubled = replace(ours, controller=OTHER)

    assert find_compact_key(issuing.key_ring, kid) == ours
    assert find_compact_key(KeyRing.of([ours, doubled]), kid) is None
    assert find_compact_key(KeyRing({}), kid) is None
    assert find_compact_key(issuing.key_ring, b"") is None


def test_nobody_is_asked_about_a_code_without_units(
    issuing: Issuing, look: Look
) -> None:
    found = look(issuing.seal(example_statement(40)).digits.encode())

    assert outcomes(found) == PASSED
    assert "too many for a code" in found["schema"].text
    assert "too many" not in look(resigned(issuing))["schema"].text


@pytest.mark.parametrize(
    "changes",
    [
        {"issued": 253_402_300_799},
        {"valid_until": 0},
        {"issued": 0, "valid_until": 253_402_300_799},
        {"status_list": 2**53 - 1, "status_index": 2**53 - 1},
        {"status_index": 131_072},
        {"status_list": 0},
        {"status_list": 2},
        {"name": ""},
        {"name": "\x00\u202e" + "\ufeff" * 20},
        {"serial": b"\xff" * 10},
    ],
)
def test_extreme_claims_break_nothing(
    changes: dict[str, Any], issuing: Issuing, look: Look
) -> None:
    found = look(resigned(issuing, **changes))

    assert found["well_formed"].outcome is Outcome.PASSED
    assert found["signature"].outcome is Outcome.PASSED
    if {"status_list", "status_index"} & changes.keys():
        assert found["status"].outcome is Outcome.UNKNOWN


def test_the_end_of_validity_is_seen(issuing: Issuing, look: Look) -> None:
    until = int(AT.timestamp())

    found = resigned(issuing, valid_until=until)
    assert outcomes(look(found)) == PASSED
    late = look(found, at=AT + timedelta(seconds=1))
    assert outcomes(late) == {**PASSED, "dates": "failed"}
    zero = resigned(issuing, valid_until=0)
    assert outcomes(look(zero))["dates"] == "failed"


def test_no_single_digit_may_change(issuing: Issuing, sealed: SealedForms) -> None:
    """Every digit of the code, each of the nine other ways."""
    digits = sealed.digits
    refused = 0
    for place in range(len(digits)):
        for other in "0123456789".replace(digits[place], ""):
            mutant = digits[:place] + other + digits[place + 1 :]
            checks = issuing.inspect(mutant.encode())
            assert {check.outcome for check in checks} != {Outcome.PASSED}, mutant
            refused += 1
    print(f"{refused} refused")
    assert refused == 9 * len(digits)


def test_no_single_bit_may_change(issuing: Issuing, sealed: SealedForms) -> None:
    message = bytes_of(sealed.digits)
    for bit in range(8 * len(message)):
        mutant = bytearray(message)
        mutant[bit // 8] ^= 1 << bit % 8
        checks = issuing.inspect(digits_of(bytes(mutant)).encode())
        assert {check.outcome for check in checks} != {Outcome.PASSED}, bit


@pytest.mark.parametrize(
    "change",
    [
        lambda d: b"0" + d,
        lambda d: b"+" + d,
        lambda d: d + b".0",
        lambda d: d + b"\x00",
        lambda d: d[:50] + b" " + d[50:],
        lambda d: d[:50] + b"_" + d[50:],
        lambda d: d.replace(b"1", "١".encode()),
        lambda d: d.replace(b"1", "１".encode()),
        lambda d: b"#" + d,
        lambda d: b"https://a.example/v#" + d,
        lambda d: b"javascript:/q#" + d,
        lambda d: b"https://a.example/q#" + d + b"#" + d,
        lambda d: b"https://a.example/q#" + d + b"?",
        lambda d: b"https://" + b"a" * 250 + b"/q#" + d,
        lambda d: d + b"\n" + d,
        lambda d: b'"' + d + b'"',
    ],
)
def test_other_spellings_are_not_read(
    change: Callable[[bytes], bytes], sealed: SealedForms, look: Look
) -> None:
    data = change(sealed.digits.encode())

    assert outcomes(look(data)) == UNREADABLE
    assert peek_serial(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"9" * 1_048_576,
        b"1" * 2201,
        b"1" * 2200,
        b"1" * 100,
        b"1" * 99,
        b"0" * 300,
        presented("9" * 1_048_576),
        b"https://" * 100_000 + b"/q#" + b"1" * 300,
        b"https://" + b"/q" * 500_000,
        b" " * 1_048_576 + b"1" * 300,
        b"1" * 300 + b"\x00" * 1_048_576,
        b"1" * 1_000_000 + b"x",
    ],
)
def test_hostile_digits_are_refused_and_quickly_so(data: bytes, look: Look) -> None:
    started = time.perf_counter()
    found = look(data)
    took = time.perf_counter() - started

    print(f"{data[:12]!r}: {took * 1000:.1f} ms")
    assert outcomes(found) == UNREADABLE
    assert took < 2


def test_hostile_cbor_is_refused_and_quickly_so(issuing: Issuing, look: Look) -> None:
    """Whether signed with a key that we know or not, it breaks nothing."""
    known = PublicKey(DID, KEY, KEY_CREATED, "compact", KEY_CREATED)
    ring = KeyRing({**issuing.key_ring.keys, known.id: known})
    slowest, where = 0.0, ""
    for name, odd in ODD.items():
        for place, digits in _with_odd(odd):
            data = presented(digits)
            started = time.perf_counter()
            found = look(data, key_ring=ring)
            took = time.perf_counter() - started
            if took > slowest:
                slowest, where = took, f"{name} as {place}"
            holds = found["signature"].outcome is Outcome.PASSED
            assert holds is ((place, name) in FINE), f"{name} as {place}"
            assert (peek_serial(data) is None) is not holds
    print(f"slowest: {where}, {slowest * 1000:.1f} ms")
    assert slowest < 2


def _ring(issuing: Issuing, **changes: Any) -> KeyRing:
    keys: list[PublicKey] = list(issuing.key_ring.of_controller(DID))
    return KeyRing.of(
        replace(key, **changes) if key.purpose == "compact" else key for key in keys
    )


def test_a_key_that_is_not_in_use_is_told_of(
    issuing: Issuing, sealed: SealedForms, look: Look
) -> None:
    data = presented(sealed.digits)
    for changes in ({"activated": None}, {"revoked_from": KEY_CREATED}):
        found = look(data, key_ring=_ring(issuing, **changes))

        assert outcomes(found) == {**PASSED, "key": "failed"}


def test_the_list_asked_is_the_one_of_the_keys_holder(
    sealed: SealedForms, look: Look
) -> None:
    asked: list[str] = []

    def find_list(url: str) -> bytes:
        asked.append(url)
        return b""

    look(presented(sealed.digits), find_list=find_list)

    assert asked == [LIST_URL]
