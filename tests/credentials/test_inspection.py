import copy
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials import bounded_json, rdfc
from issuer.credentials.eddsa_rdfc_2022 import build_proof
from issuer.credentials.inspection import CHECKS, inspect, peek_serial
from issuer.credentials.key_ring import KeyRing, PublicKey, instant_text
from issuer.credentials.sealer import SealedCredential
from issuer.domain.verification import Check, Outcome, Verdict, conclude
from tests.credentials.conftest import AT, KEY_CREATED, Issuing
from tests.credentials.test_bounded_json import HOSTILE as HOSTILE_JSON
from tests.credentials.test_pdf_attachment import pdf_with
from tests.statements import DID, PUBLIC_URL, SERIAL, example_statement

PASSED = dict.fromkeys(CHECKS, "passed")
UNREADABLE = {**dict.fromkeys(CHECKS, "unknown"), "well_formed": "failed"}


@pytest.fixture
def look(issuing: Issuing) -> Callable[..., Mapping[str, Check]]:
    def inspected(data: bytes | dict[str, Any], **changes: Any) -> dict[str, Check]:
        if isinstance(data, dict):
            data = json.dumps(data, ensure_ascii=False).encode()
        arguments: dict[str, Any] = {
            "key_ring": issuing.key_ring,
            "contexts": issuing.contexts,
            "public_url": PUBLIC_URL,
            "at": AT,
            **changes,
        }
        checks = inspect(data, **arguments)
        assert tuple(check.name for check in checks) == CHECKS
        for check in checks:
            assert "%(" not in check.text % check.facts
        return {check.name: check for check in checks}

    return inspected


@pytest.fixture
def document(sealed: SealedCredential) -> dict[str, Any]:
    return json.loads(sealed.data)


@pytest.fixture
def resealed(issuing: Issuing) -> Callable[..., dict[str, Any]]:
    """Sign any document with our key, as a thief or a faulty program might."""

    def signed(document: dict[str, Any], **options: Any) -> dict[str, Any]:
        bare = {name: value for name, value in document.items() if name != "proof"}
        proof = build_proof(
            bare,
            signer=options.get("signer", issuing.signer),
            created=options.get("created", "2026-11-24T09:30:00Z"),
            contexts=issuing.contexts,
        )
        return {**bare, "proof": proof}

    return signed


def _outcomes(checks: Mapping[str, Check]) -> dict[str, str]:
    return {name: check.outcome.value for name, check in checks.items()}


def test_what_we_sealed_passes_as_json_and_in_a_pdf(
    sealed: SealedCredential, look: Callable
) -> None:
    pdf = pdf_with(("credential.json", sealed.data))

    assert _outcomes(look(sealed.data)) == PASSED
    assert _outcomes(look(pdf)) == PASSED
    assert "compare the page" in look(pdf)["well_formed"].text
    assert conclude(SERIAL, look(pdf).values(), at=AT).verdict is Verdict.VALID
    assert peek_serial(pdf) == SERIAL


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [6, 40])
def test_large_ones_in_every_language_pass(
    units: int, language: str, issuing: Issuing, look: Callable
) -> None:
    sealed = issuing.seal(example_statement(units, language))

    assert _outcomes(look(sealed.data)) == PASSED


def test_another_spelling_of_the_same_json_passes(
    document: dict[str, Any], look: Callable
) -> None:
    spelled = json.dumps(document, indent=4, ensure_ascii=True, sort_keys=True)

    assert _outcomes(look(spelled.encode())) == PASSED


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"%PDF-1.7", b"[]", b"7", b"{}", b'{"issuer":"did:web:x"}'],
)
def test_what_is_no_certificate_is_not_well_formed(data: bytes, look: Callable) -> None:
    assert _outcomes(look(data)) == UNREADABLE


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json_is_not_well_formed_and_quickly_so(
    name: str, look: Callable
) -> None:
    data, refusal = HOSTILE_JSON[name]

    started = time.perf_counter()
    checks = look(data)
    took = time.perf_counter() - started

    print(f"{name}: {took * 1000:.1f} ms")
    assert _outcomes(checks) == UNREADABLE
    assert checks["well_formed"].text == refusal.sentence
    assert took < 2


def test_an_unknown_member_breaks_the_form(
    document: dict[str, Any], look: Callable
) -> None:
    document["credentialSubject"]["grade"] = "5"

    checks = look(document)

    assert _outcomes(checks) == UNREADABLE
    assert checks["well_formed"].facts == {"place": "$.credentialSubject.grade"}


def test_an_unknown_issuer_looks_neither_forged_nor_valid(
    sealed: SealedCredential, look: Callable
) -> None:
    checks = look(sealed.data, key_ring=KeyRing({}))

    assert _outcomes(checks) == {
        **PASSED,
        "issuer": "unknown",
        "key": "unknown",
        "signature": "unknown",
    }
    assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.UNKNOWN


@pytest.mark.shared
@pytest.mark.parametrize("name", ["sample/signed_db.json", "sample/bad/x_name.json"])
def test_a_foreign_form_by_a_foreign_issuer_is_left_open(
    name: str, look: Callable, shared_data: Path
) -> None:
    checks = look((shared_data / "standards" / name).read_bytes())

    assert set(_outcomes(checks).values()) == {"unknown"}
    assert checks["issuer"].facts["issuer"].startswith("did:web:127.0.0.1")


@pytest.mark.parametrize(
    ("issuer", "types"),
    [
        ({"id": DID}, ["VerifiableCredential"]),
        (DID, ["VerifiableCredential"]),
        ("did:web:b.example", "VerifiableCredential"),
        ("did:web:b.example", ["Other"]),
        (7, ["VerifiableCredential"]),
        ({}, ["VerifiableCredential"]),
    ],
)
def test_a_broken_form_by_us_or_by_no_one_is_not_left_open(
    issuer: object, types: object, look: Callable
) -> None:
    assert _outcomes(look({"issuer": issuer, "type": types})) == UNREADABLE


def test_a_changed_word_breaks_the_signature(
    document: dict[str, Any], look: Callable
) -> None:
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Pauli Osallistuja"

    checks = look(document)

    assert _outcomes(checks) == {**PASSED, "signature": "failed"}
    assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.NOT_VALID


def test_moving_a_requirement_to_another_unit_breaks_the_signature(
    issuing: Issuing, look: Callable
) -> None:
    document = json.loads(issuing.seal(example_statement(2)).data)
    alignments = document["credentialSubject"]["achievement"]["alignment"]
    assert alignments[6]["targetType"] == "CFItem"
    alignments[1]["targetDescription"] = alignments[7]["targetDescription"]

    assert look(document)["signature"].outcome is Outcome.FAILED


def _ring(issuing: Issuing, **changes: Any) -> KeyRing:
    [key] = issuing.key_ring.of_controller(DID)
    return KeyRing.of([replace(key, **changes)])


SEALED_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"created": SEALED_AT}, "passed"),
        ({"created": SEALED_AT + SECOND}, "failed"),
        ({"revoked_from": SEALED_AT + SECOND}, "passed"),
        ({"revoked_from": SEALED_AT}, "failed"),
        ({"revoked_from": KEY_CREATED}, "failed"),
        ({"retired": SEALED_AT}, "passed"),
        ({"retired": SEALED_AT - SECOND}, "failed"),
    ],
)
def test_the_key_must_have_been_in_use_when_the_seal_was_made(
    changes: dict[str, Any],
    outcome: str,
    issuing: Issuing,
    sealed: SealedCredential,
    look: Callable,
) -> None:
    checks = look(sealed.data, key_ring=_ring(issuing, **changes))

    assert _outcomes(checks) == {**PASSED, "key": outcome}


def _foreign_key(issuing: Issuing, **changes: Any) -> PublicKey:
    [key] = issuing.key_ring.of_controller(DID)
    return replace(key, **changes)


def test_a_key_of_another_issuer_is_not_theirs(
    sealed: SealedCredential, document: dict[str, Any], issuing: Issuing, look: Callable
) -> None:
    """Both issuers are known; the seal names the other one's key."""
    other = "did:web:b.example"
    ours = _foreign_key(issuing)
    theirs = replace(ours, id=f"{other}#k", controller=other)
    document["issuer"]["id"] = other

    checks = look(document, key_ring=KeyRing.of([ours, theirs]))

    assert _outcomes(checks) == {**PASSED, "key": "failed", "signature": "unknown"}


def test_a_key_nobody_knows_is_not_theirs(
    document: dict[str, Any], look: Callable
) -> None:
    document["proof"]["verificationMethod"] = f"{DID}#ed25519-0000000000"

    checks = look(document)

    assert _outcomes(checks) == {**PASSED, "key": "failed", "signature": "unknown"}


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (SEALED_AT, "passed"),
        (SEALED_AT - timedelta(minutes=5), "passed"),
        (SEALED_AT - timedelta(minutes=5, seconds=1), "failed"),
    ],
)
def test_a_certificate_dated_ahead_is_not_in_force(
    at: datetime, outcome: str, sealed: SealedCredential, look: Callable
) -> None:
    assert _outcomes(look(sealed.data, at=at)) == {**PASSED, "dates": outcome}


@pytest.mark.parametrize(
    ("until", "outcome"),
    [(AT, "passed"), (AT - SECOND, "failed"), (AT + SECOND, "passed")],
)
def test_a_certificate_ends_with_its_last_moment(
    until: datetime,
    outcome: str,
    document: dict[str, Any],
    resealed: Callable,
    look: Callable,
) -> None:
    document["validUntil"] = instant_text(until)

    assert _outcomes(look(resealed(document))) == {**PASSED, "dates": outcome}


def test_a_seal_dated_ahead_is_seen(
    document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    ahead = resealed(document, created="2026-12-24T09:30:00Z")

    assert _outcomes(look(ahead)) == {**PASSED, "dates": "failed"}


@pytest.mark.parametrize(
    "claimed",
    [
        f"https://evil.example/v/{SERIAL}",
        f"{PUBLIC_URL}/v/{SERIAL[:-1]}0",
        f"{PUBLIC_URL}/w/{SERIAL}",
    ],
)
def test_an_id_that_is_not_ours_fails_even_under_our_key(
    claimed: str, document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    text = json.dumps(document).replace(document["id"], claimed)

    checks = look(resealed(json.loads(text)))

    assert _outcomes(checks) == {**PASSED, "schema": "failed"}


def test_inner_references_that_lead_astray_fail_even_under_our_key(
    document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    document["credentialSubject"]["achievement"]["id"] = "https://a.example/1"

    checks = look(resealed(document))

    assert _outcomes(checks) == {**PASSED, "schema": "failed"}
    assert checks["schema"].facts == {"place": "$.credentialSubject.achievement.id"}


def test_what_has_no_canonical_form_has_no_seal(
    document: dict[str, Any], look: Callable
) -> None:
    achievement = document["credentialSubject"]["achievement"]
    result = document["credentialSubject"]["result"][0]
    result["alignment"] = [result["alignment"][0]] * 9
    document["credentialSubject"]["result"] = [result, result]
    description = achievement["resultDescription"][0]
    achievement["resultDescription"] = [
        description,
        {**description, "id": description["id"] + "0"},
    ]

    assert _outcomes(look(document))["signature"] == "failed"


def test_what_a_seal_would_not_cover_breaks_it(
    sealed: SealedCredential, look: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were JSON-LD to drop a member after all, the count of lines would show it."""
    monkeypatch.setattr(
        "issuer.credentials.inspection.count_statements",
        lambda document: rdfc.count_statements(document) + 1,
    )

    assert _outcomes(look(sealed.data)) == {**PASSED, "signature": "failed"}


def _small(issuing: Issuing) -> bytes:
    """Seal a certificate of few words, which still has most kinds of members."""
    statement = example_statement(tasks=("Lumityöt",), summary="", environments=())
    [unit] = statement.units
    [first, _] = unit.areas
    area = replace(first, requirements=first.requirements[:1])
    unit = replace(unit, areas=(area,), identified=1, total=1)
    return issuing.seal(replace(statement, units=(unit,))).data


def _mutants(data: bytes, positions: Iterable[int]) -> Iterator[bytes]:
    """Change one byte at a time: one bit, to a letter of JSON's own, or to any."""
    drawn = random.Random(24)
    for position in positions:
        value = drawn.choice(
            (
                data[position] ^ (1 << drawn.randrange(8)),
                drawn.choice(b'"{}[],:0129aZ-+eE.\\ \n\t\x00\x7f\xc3'),
                drawn.randrange(256),
            )
        )
        if value != data[position]:
            mutant = bytearray(data)
            mutant[position] = value
            yield bytes(mutant)


@pytest.mark.parametrize("which", ["every byte of a small one", "some of a large one"])
def test_no_changed_byte_is_accepted(which: str, issuing: Issuing) -> None:
    if which.startswith("every"):
        data = _small(issuing)
        positions = list(range(len(data)))
    else:
        earlier = (f"{PUBLIC_URL}/v/earlier",)
        data = issuing.seal(example_statement(2, builds_on=earlier)).data
        positions = random.Random(42).choices(range(len(data)), k=400)
    original = bounded_json.parse(data)
    same = refused = 0
    started = time.perf_counter()
    for mutant in _mutants(data, positions):
        checks = inspect(
            mutant,
            key_ring=issuing.key_ring,
            contexts=issuing.contexts,
            public_url=PUBLIC_URL,
            at=AT,
        )
        if all(check.outcome is Outcome.PASSED for check in checks):
            assert bounded_json.parse(mutant) == original, mutant
            same += 1
        else:
            refused += 1
    took = time.perf_counter() - started
    print(f"{refused} refused, {same} of equal meaning, in {took:.1f} s")
    assert refused > len(positions) * 0.9
    assert same < len(positions) * 0.01


def test_no_swap_or_doubling_of_members_is_accepted_under_another_meaning(
    document: dict[str, Any], look: Callable
) -> None:
    """Arrays are sets in RDF, so their order is not signed; nothing else may pass."""

    def arrays(value: Any) -> list[list[Any]]:
        if isinstance(value, dict):
            return [found for member in value.values() for found in arrays(member)]
        if isinstance(value, list):
            return [value, *(found for member in value for found in arrays(member))]
        return []

    for number in range(len(arrays(document))):
        for change in (list.pop, lambda array: array.append(copy.deepcopy(array[0]))):
            changed = copy.deepcopy(document)
            change(arrays(changed)[number])
            outcomes = set(_outcomes(look(changed)).values())
            assert outcomes != {"passed"}, (number, change)
