import copy
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials import bounded_json, eddsa_jcs_2022, eddsa_rdfc_2022, rdfc
from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.inspection import peek_serial
from issuer.credentials.key_ring import KeyRing, instant_text
from issuer.credentials.sealer import SealedForms
from issuer.credentials.signer import create_issuer_keys
from issuer.domain.verification import Outcome, Verdict, conclude
from tests.credentials.conftest import (
    AT,
    INDEX,
    KEY_CREATED,
    LIST_URL,
    PASSED,
    PASSPHRASE,
    UNREADABLE,
    Issuing,
    load_signers,
    outcomes,
    small_statement,
)
from tests.credentials.test_bounded_json import HOSTILE as HOSTILE_JSON
from tests.credentials.test_pdf_attachment import pdf_with
from tests.statements import (
    DID,
    PUBLIC_URL,
    SERIAL,
    example_statement,
    with_levels,
    without_sites,
)

SUITES = (eddsa_rdfc_2022.CRYPTOSUITE, eddsa_jcs_2022.CRYPTOSUITE)


@pytest.fixture
def document(sealed: SealedForms) -> dict[str, Any]:
    return json.loads(sealed.data)


@pytest.fixture
def resealed(issuing: Issuing) -> Callable[..., dict[str, Any]]:
    """Sign any document with our key, as a thief or a faulty program might."""

    def signed(document: dict[str, Any], **options: Any) -> dict[str, Any]:
        bare = {name: value for name, value in document.items() if name != "proof"}
        signer = options.get("signer", issuing.signer)
        created = options.get("created", "2026-11-24T09:30:00Z")
        proofs = [
            eddsa_rdfc_2022.build_proof(
                bare, signer=signer, created=created, contexts=issuing.contexts
            ),
            eddsa_jcs_2022.build_proof(bare, signer=signer, created=created),
        ]
        return {**bare, "proof": proofs}

    return signed


def _forms(sealed: SealedForms) -> dict[str, bytes]:
    """Return every form in which somebody may present a certificate."""
    return {
        "JSON": sealed.data,
        "JWT": sealed.jwt,
        "digits": sealed.digits.encode(),
        "address with digits": f"{PUBLIC_URL}/q#{sealed.digits}".encode(),
        "PDF": pdf_with(("credential.json", sealed.data)),
        "PNG": bake(badge_picture(), sealed.data),
    }


FORMS = ("JSON", "JWT", "digits", "address with digits", "PDF", "PNG")


@pytest.mark.parametrize("form", FORMS)
def test_what_we_sealed_passes_in_every_form(
    form: str, sealed: SealedForms, look: Callable
) -> None:
    data = _forms(sealed)[form]
    checks = look(data)

    assert outcomes(checks) == PASSED
    assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.VALID
    assert peek_serial(data) == SERIAL
    if form not in {"PDF", "PNG"}:
        assert outcomes(look(b"\n " + data + b"\n")) == PASSED


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [6, 40])
def test_large_ones_in_every_language_pass(
    units: int, language: str, issuing: Issuing, look: Callable
) -> None:
    until = "2031-11-24T00:00:00Z"
    sealed = issuing.seal(example_statement(units, language, valid_until=until))

    for form, data in _forms(sealed).items():
        assert outcomes(look(data)) == PASSED, form


@pytest.mark.parametrize(
    "statement",
    [with_levels(example_statement(2)), without_sites(example_statement(2))],
    ids=["with levels", "without sites"],
)
def test_the_other_kinds_of_statements_pass(
    statement: Any, issuing: Issuing, look: Callable
) -> None:
    for form, data in _forms(issuing.seal(statement)).items():
        assert outcomes(look(data)) == PASSED, form


@pytest.mark.parametrize("form", FORMS)
def test_a_revoked_one_is_revoked_in_every_form_and_no_neighbour_is(
    form: str, issuing: Issuing, sealed: SealedForms, look: Callable
) -> None:
    data = _forms(sealed)[form]
    revoked = issuing.status_list(INDEX)
    neighbours = issuing.status_list(INDEX - 1, INDEX + 1, 0)

    checks = look(data, find_list={LIST_URL: revoked}.get)

    assert outcomes(checks) == {**PASSED, "status": "failed"}
    assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.NOT_VALID
    assert outcomes(look(data, find_list={LIST_URL: neighbours}.get)) == PASSED


def _lists_that_say_nothing(issuing: Issuing) -> dict[str, bytes]:
    other = issuing.signers.compact
    whole = issuing.status_list(INDEX)
    forged = json.loads(whole)
    forged["credentialSubject"]["encodedList"] = json.loads(issuing.status_list())[
        "credentialSubject"
    ]["encodedList"]
    return {
        "missing": b"",
        "no JSON": b"<html>",
        "cut short": whole[:-1],
        "of last week": issuing.status_list(at=AT - timedelta(days=7, seconds=1)),
        "of tomorrow": issuing.status_list(at=AT + timedelta(days=1)),
        "with the bits of another": json.dumps(forged).encode(),
        "by a key for codes": issuing.status_list(signer=other),
        "of another list": issuing.status_list(url=LIST_URL + "1"),
        "of another issuer": issuing.status_list(issuer_did="did:web:b.example"),
    }


@pytest.mark.parametrize("form", ["JSON", "JWT", "digits"])
def test_a_list_that_cannot_be_used_leaves_the_question_open(
    form: str, issuing: Issuing, sealed: SealedForms, look: Callable
) -> None:
    data = _forms(sealed)[form]
    for what, listed in _lists_that_say_nothing(issuing).items():
        checks = look(data, find_list={LIST_URL: listed}.get)

        assert outcomes(checks) == {**PASSED, "status": "unknown"}, what
        assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("form", ["JSON", "JWT", "digits"])
def test_without_a_place_in_a_list_the_question_stays_open(
    form: str, issuing: Issuing, look: Callable
) -> None:
    sealed = issuing.seal(example_statement(status_list_url=None, status_index=None))

    checks = look(_forms(sealed)[form])

    assert outcomes(checks) == {**PASSED, "status": "unknown"}
    assert "names no list" in checks["status"].text


def test_another_spelling_of_the_same_json_passes(
    document: dict[str, Any], look: Callable
) -> None:
    spelled = json.dumps(document, indent=4, ensure_ascii=True, sort_keys=True)

    assert outcomes(look(spelled.encode())) == PASSED


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"%PDF-1.7", b"[]", b"7", b"{}", b'{"issuer":"did:web:x"}'],
)
def test_what_is_no_certificate_is_not_well_formed(data: bytes, look: Callable) -> None:
    assert outcomes(look(data)) == UNREADABLE


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json_is_not_well_formed_and_quickly_so(
    name: str, look: Callable
) -> None:
    data, refusal = HOSTILE_JSON[name]

    started = time.perf_counter()
    checks = look(data)
    took = time.perf_counter() - started

    print(f"{name}: {took * 1000:.1f} ms")
    assert outcomes(checks) == UNREADABLE
    assert checks["well_formed"].text == refusal.sentence
    assert took < 2


def test_an_unknown_member_breaks_the_form(
    document: dict[str, Any], look: Callable
) -> None:
    document["credentialSubject"]["grade"] = "5"

    checks = look(document)

    assert outcomes(checks) == UNREADABLE
    assert checks["well_formed"].facts == {"place": "$.credentialSubject.grade"}


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_issuer_looks_neither_forged_nor_valid(
    form: str, sealed: SealedForms, look: Callable
) -> None:
    checks = look(_forms(sealed)[form], key_ring=KeyRing({}))

    assert outcomes(checks) == {
        **PASSED,
        "issuer": "unknown",
        "key": "unknown",
        "signature": "unknown",
        "status": "unknown",
    }
    assert conclude(SERIAL, checks.values(), at=AT).verdict is Verdict.UNKNOWN


@pytest.mark.shared
@pytest.mark.parametrize("name", ["sample/signed_db.json", "sample/bad/x_name.json"])
def test_a_foreign_form_by_a_foreign_issuer_is_left_open(
    name: str, look: Callable, shared_data: Path
) -> None:
    checks = look((shared_data / "standards" / name).read_bytes())

    assert set(outcomes(checks).values()) == {"unknown"}
    assert checks["issuer"].facts["issuer"].startswith("did:web:127.0.0.1")


@pytest.mark.parametrize(
    ("issuer", "types"),
    [
        ({"id": DID}, ["VerifiableCredential"]),
        (DID, ["VerifiableCredential"]),
        ("did:web:b.example", ["Other"]),
        (7, ["VerifiableCredential"]),
        ({}, ["VerifiableCredential"]),
    ],
)
def test_a_broken_form_by_us_or_by_no_one_is_not_left_open(
    issuer: object, types: object, look: Callable
) -> None:
    assert outcomes(look({"issuer": issuer, "type": types})) == UNREADABLE


def test_a_changed_word_breaks_the_signature(
    document: dict[str, Any], look: Callable
) -> None:
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Pauli Osallistuja"

    checks = look(document)

    assert outcomes(checks) == {**PASSED, "signature": "failed"}
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
    """Return our keys, each with these changes."""
    keys = issuing.key_ring.of_controller(DID)
    return KeyRing.of([replace(key, **changes) for key in keys])


SEALED_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("form", ["JSON", "JWT", "digits"])
@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"activated": SEALED_AT}, "passed"),
        ({"activated": SEALED_AT + SECOND}, "failed"),
        ({"activated": None}, "failed"),
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
    form: str,
    issuing: Issuing,
    sealed: SealedForms,
    look: Callable,
) -> None:
    checks = look(_forms(sealed)[form], key_ring=_ring(issuing, **changes))

    assert checks.pop("status").outcome is not Outcome.FAILED
    expected = {**PASSED, "key": outcome}
    del expected["status"]
    assert outcomes(checks) == expected


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The keys of another organisation on the same server, as ring and as signers."""
    folder = tmp_path_factory.mktemp("theirs")
    other = f"{DID}:org:toinen"
    create_issuer_keys(folder, controller=other, passphrase=PASSPHRASE, at=KEY_CREATED)
    return KeyRing.load(folder / "public"), load_signers(folder, other)


@pytest.mark.parametrize("suite", [0, 1, (0, 1)])
def test_a_seal_with_another_organisations_key_is_not_the_issuers(
    suite: Any,
    document: dict[str, Any],
    issuing: Issuing,
    resealed: Callable,
    theirs: Any,
    look: Callable,
) -> None:
    """Both organisations are known, and the proof or proofs hold under that key."""
    ring, signers = theirs
    both = KeyRing({**issuing.key_ring.keys, **ring.keys})
    foreign = resealed(document, signer=signers.credential)
    for place in (suite,) if isinstance(suite, int) else suite:
        document["proof"][place] = foreign["proof"][place]

    checks = look(document, key_ring=both)

    assert outcomes(checks) == {**PASSED, "key": "failed", "signature": "unknown"}


def test_another_organisation_cannot_pass_for_the_issuer(
    document: dict[str, Any],
    issuing: Issuing,
    resealed: Callable,
    theirs: Any,
    look: Callable,
) -> None:
    """It seals as itself: then it is the issuer, and our list says nothing of it."""
    ring, signers = theirs
    both = KeyRing({**issuing.key_ring.keys, **ring.keys})
    document["issuer"]["id"] = f"{DID}:org:toinen"

    checks = look(resealed(document, signer=signers.credential), key_ring=both)

    assert outcomes(checks) == {**PASSED, "status": "unknown"}
    assert checks["issuer"].facts["issuer"].endswith(":org:toinen")


@pytest.mark.parametrize("purpose", ["compact", "jwt"])
def test_a_key_for_another_purpose_seals_no_json(
    purpose: str,
    issuing: Issuing,
    document: dict[str, Any],
    resealed: Callable,
    look: Callable,
) -> None:
    signer = getattr(issuing.signers, purpose)

    checks = look(resealed(document, signer=signer))

    assert checks["key"].outcome is Outcome.FAILED
    assert checks["signature"].outcome is not Outcome.UNKNOWN


@pytest.mark.parametrize("place", [0, 1])
def test_a_key_nobody_knows_is_not_theirs(
    place: int, document: dict[str, Any], look: Callable
) -> None:
    document["proof"][place]["verificationMethod"] = f"{DID}#ed25519-0000000000"

    checks = look(document)

    assert outcomes(checks) == {**PASSED, "key": "failed", "signature": "unknown"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (SEALED_AT, "passed"),
        (SEALED_AT - timedelta(minutes=5), "passed"),
        (SEALED_AT - timedelta(minutes=5, seconds=1), "failed"),
    ],
)
def test_a_certificate_dated_ahead_is_not_in_force(
    at: datetime,
    outcome: str,
    form: str,
    issuing: Issuing,
    sealed: SealedForms,
    look: Callable,
) -> None:
    of_then = {LIST_URL: issuing.status_list(at=at)}.get

    checks = look(_forms(sealed)[form], at=at, find_list=of_then)

    assert outcomes(checks) == {**PASSED, "dates": outcome}


@pytest.mark.parametrize(
    ("until", "outcome"),
    [(AT, "passed"), (AT - SECOND, "failed"), (AT + SECOND, "passed")],
)
def test_a_certificate_ends_with_its_last_moment(
    until: datetime, outcome: str, issuing: Issuing, look: Callable
) -> None:
    sealed = issuing.seal(example_statement(valid_until=instant_text(until)))

    for form, data in _forms(sealed).items():
        assert outcomes(look(data)) == {**PASSED, "dates": outcome}, form


def test_a_seal_dated_ahead_is_seen(
    document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    ahead = resealed(document, created="2026-12-24T09:30:00Z")

    assert outcomes(look(ahead)) == {**PASSED, "dates": "failed"}


@pytest.mark.parametrize("place", [0, 1])
def test_one_of_two_seals_dated_ahead_is_seen(
    place: int, document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    ahead = resealed(document, created="2026-12-24T09:30:00Z")
    document["proof"][place] = ahead["proof"][place]

    assert outcomes(look(document)) == {**PASSED, "dates": "failed"}


@pytest.mark.parametrize("place", [0, 1])
def test_both_proofs_must_hold(
    place: int, document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    changed = json.loads(json.dumps(document).replace("Paula", "Pauli"))
    proof = resealed(changed)["proof"]
    document["proof"][place] = proof[place]

    assert outcomes(look(document)) == {**PASSED, "signature": "failed"}


@pytest.mark.parametrize(
    "change",
    [
        list.reverse,
        list.pop,
        lambda proofs: proofs.pop(0),
        lambda proofs: proofs.append(proofs[0]),
        lambda proofs: proofs.__setitem__(0, proofs[1]),
        lambda proofs: proofs[0].update(expires="2030-01-01T00:00:00Z"),
        lambda proofs: proofs[1].pop("@context"),
        lambda proofs: proofs[1].update(proofPurpose="authentication"),
    ],
)
def test_a_proof_set_that_is_not_as_ours_is_not_well_formed(
    change: Callable, document: dict[str, Any], look: Callable
) -> None:
    change(document["proof"])

    assert outcomes(look(document)) == UNREADABLE


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

    assert outcomes(checks) == {**PASSED, "schema": "failed"}


def test_inner_references_that_lead_astray_fail_even_under_our_key(
    document: dict[str, Any], resealed: Callable, look: Callable
) -> None:
    document["credentialSubject"]["achievement"]["id"] = "https://a.example/1"

    checks = look(resealed(document))

    assert outcomes(checks) == {**PASSED, "schema": "failed"}
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

    assert outcomes(look(document))["signature"] == "failed"


def test_what_a_seal_would_not_cover_breaks_it(
    sealed: SealedForms, look: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were JSON-LD to drop a member after all, the count of lines would show it."""
    monkeypatch.setattr(
        "issuer.credentials.inspection.count_statements",
        lambda document: rdfc.count_statements(document) + 1,
    )

    assert outcomes(look(sealed.data)) == {**PASSED, "signature": "failed"}


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
        data = issuing.seal(small_statement()).data
        positions = list(range(len(data)))
    else:
        earlier = (f"{PUBLIC_URL}/v/earlier",)
        data = issuing.seal(example_statement(2, builds_on=earlier)).data
        positions = random.Random(42).choices(range(len(data)), k=400)
    original = bounded_json.parse(data)
    same = refused = 0
    started = time.perf_counter()
    for mutant in _mutants(data, positions):
        checks = issuing.inspect(mutant)
        if all(check.outcome is Outcome.PASSED for check in checks):
            assert bounded_json.parse(mutant) == original, mutant
            same += 1
        else:
            refused += 1
    took = time.perf_counter() - started
    print(f"{refused} refused, {same} of equal meaning, in {took:.1f} s")
    assert refused > len(positions) * 0.9
    assert same < len(positions) * 0.01


def test_no_swap_doubling_or_loss_of_members_is_accepted(
    document: dict[str, Any], look: Callable
) -> None:
    """JSON-LD takes arrays for sets; the second proof signs their order as well."""

    def arrays(value: Any) -> list[list[Any]]:
        if isinstance(value, dict):
            return [found for member in value.values() for found in arrays(member)]
        if isinstance(value, list):
            return [value, *(found for member in value for found in arrays(member))]
        return []

    def doubled(array: list[Any]) -> None:
        array.append(copy.deepcopy(array[0]))

    for number in range(len(arrays(document))):
        for change in (list.pop, doubled, list.reverse):
            changed = copy.deepcopy(document)
            change(arrays(changed)[number])
            if changed != document:
                found = set(outcomes(look(changed)).values())
                assert found != {"passed"}, (number, change)
