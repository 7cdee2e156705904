import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials import status_sentences as say
from issuer.credentials.bitstring_status import (
    ENTRIES,
    StatusBits,
    StatusListMalformed,
)
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.rdfc import canonical_lines, count_statements
from issuer.credentials.status_list import (
    build_entry,
    list_url,
    peek_bits,
    read_status,
    seal_status_list,
)
from issuer.domain.verification import Outcome, Reason
from tests.credentials.test_eddsa_jcs_2022 import SeedSigner

DID = "did:web:a.example"
URL = "https://a.example/org/hiisi/status/1"
AT = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
REVOKED, OTHER = 94_567, 94_568
CONTEXTS = ContextLibrary.load()
KEY = PublicKey(
    controller=DID,
    raw=SeedSigner("", bytes(range(32))).public_key,
    created=AT - timedelta(days=30),
    activated=AT - timedelta(days=20),
)
SIGNER = SeedSigner(KEY.id, bytes(range(32)))


def seal(bits=None, **changes):
    parts = {
        "url": URL,
        "issuer_did": DID,
        "at": AT,
        "signer": SIGNER,
        "contexts": CONTEXTS,
        **changes,
    }
    return seal_status_list(bits or StatusBits.empty().with_set({REVOKED}), **parts)


def read(data, *, index=OTHER, at=AT, keys=(KEY,), issuer_did=DID, url=URL):
    return read_status(
        data,
        key_ring=KeyRing.of(keys),
        contexts=CONTEXTS,
        issuer_did=issuer_did,
        url=url,
        index=index,
        at=at,
    )


def proofs_over(unsigned):
    """Sign any document with the issuer's key, both ways."""
    created = unsigned["validFrom"]
    return [
        eddsa_rdfc_2022.build_proof(
            unsigned, signer=SIGNER, created=created, contexts=CONTEXTS
        ),
        eddsa_jcs_2022.build_proof(unsigned, signer=SIGNER, created=created),
    ]


def resealed(change):
    """Change the list and let the issuer sign it so."""
    document = json.loads(seal())
    del document["proof"]
    change(document)
    return json.dumps({**document, "proof": proofs_over(document)}).encode()


def test_the_list_is_as_the_specification_writes_it():
    document = json.loads(seal())
    del document["credentialSubject"]["encodedList"]
    proofs = document.pop("proof")
    assert document == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-11-24T09:30:00Z",
        "validUntil": "2026-12-01T09:30:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": 300_000,
        },
    }
    assert [proof["cryptosuite"] for proof in proofs] == [
        "eddsa-rdfc-2022",
        "eddsa-jcs-2022",
    ]
    assert {proof["verificationMethod"] for proof in proofs} == {KEY.id}


def test_every_member_of_the_list_is_signed():
    document = json.loads(seal())
    del document["proof"]
    lines = canonical_lines(document, contexts=CONTEXTS)
    assert len(lines) == count_statements(document)


def test_the_same_bits_at_the_same_time_give_the_same_bytes():
    assert seal() == seal()


def test_the_entry_is_as_the_specification_writes_it():
    assert list_url("https://a.example", slug="hiisi", number=1) == URL
    assert build_entry(URL, index=7) == {
        "id": f"{URL}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": URL,
    }


@pytest.mark.parametrize("index", [0, OTHER, ENTRIES - 1])
def test_who_is_not_revoked_passes(index):
    check = read(seal(), index=index)
    assert (check.name, check.outcome, check.text) == (
        "status",
        Outcome.PASSED,
        say.IN_FORCE,
    )


def test_who_is_revoked_fails():
    check = read(seal(), index=REVOKED)
    assert (check.outcome, check.text) == (Outcome.FAILED, say.REVOKED)
    assert check.reason is Reason.REVOKED


@pytest.mark.parametrize("index", [OTHER, REVOKED])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", say.LIST_MISSING),
        (b"<html>", say.LIST_UNREADABLE),
        (b"[]", say.LIST_UNREADABLE),
        (b"{}", say.LIST_UNREADABLE),
        (b"[" * 100_000, say.LIST_UNREADABLE),
        (seal()[:-10], say.LIST_UNREADABLE),
        (seal().replace(b"{", b'{"id":"x",', 1), say.LIST_UNREADABLE),
        (seal(url=URL[:-1] + "2"), say.LIST_UNREADABLE),
        (seal(issuer_did="did:web:b.example"), say.LIST_FOREIGN),
    ],
)
def test_what_is_not_the_list_leaves_it_open(data, said, index):
    check = read(data, index=index)
    assert (check.outcome, check.text) == (Outcome.UNKNOWN, said)
    assert (
        check.reason
        is {
            say.LIST_MISSING: Reason.LIST_MISSING,
            say.LIST_UNREADABLE: Reason.LIST_UNREADABLE,
            say.LIST_FOREIGN: Reason.LIST_FOREIGN,
        }[said]
    )


def test_an_index_beyond_the_list_leaves_it_open():
    assert read(seal(), index=ENTRIES).outcome is Outcome.UNKNOWN
    assert read(seal(), index=-1).outcome is Outcome.UNKNOWN


def test_an_old_list_is_never_proof_of_being_in_force():
    ends = AT.replace(microsecond=0) + timedelta(days=7)
    assert read(seal(), at=ends).outcome is Outcome.PASSED
    check = read(seal(), at=ends + timedelta(seconds=1))
    assert (check.outcome, check.text) == (Outcome.UNKNOWN, say.LIST_OLD)
    assert check.reason is Reason.LIST_OLD
    assert check.text % check.facts


def test_a_list_of_tomorrow_is_not_of_now():
    early = AT.replace(microsecond=0) - timedelta(minutes=5)
    assert read(seal(), at=early).outcome is Outcome.PASSED
    check = read(seal(), at=early - timedelta(seconds=1))
    assert check.outcome is Outcome.UNKNOWN


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"retired": AT}, Outcome.PASSED),
        ({"retired": AT - DAY}, Outcome.UNKNOWN),
        ({"revoked_from": AT + DAY}, Outcome.UNKNOWN),
        ({"revoked_from": AT - DAY}, Outcome.UNKNOWN),
        ({"activated": AT + DAY}, Outcome.UNKNOWN),
        ({"activated": None, "created": AT + DAY}, Outcome.UNKNOWN),
        ({"purpose": "compact"}, Outcome.UNKNOWN),
        ({"controller": "did:web:b.example"}, Outcome.UNKNOWN),
    ],
)
def test_only_a_key_that_counts_signs_a_list(changes, outcome):
    """A revoked key signs none that is believed: a thief can date a list back."""
    check = read(seal(), keys=[replace(KEY, **changes)])
    assert check.outcome is outcome
    assert outcome is Outcome.PASSED or check.text == say.LIST_UNSIGNED


def test_a_stranger_signs_no_list():
    thief = SeedSigner(KEY.id, bytes(32))
    assert read(seal(signer=thief)).text == say.LIST_UNSIGNED
    assert read(seal(), keys=[]).text == say.LIST_UNSIGNED


def test_another_issuer_signs_no_list_of_this_one():
    """Both are known here; each speaks for itself alone."""
    other = replace(KEY, controller="did:web:b.example")
    signer = SeedSigner(other.id, bytes(range(32)))
    check = read(seal(signer=signer), keys=[KEY, other])
    assert (check.outcome, check.text) == (Outcome.UNKNOWN, say.LIST_UNSIGNED)


def test_each_proof_must_hold_and_one_is_enough():
    document = json.loads(seal())
    rdfc, jcs = document["proof"]
    for alone in (rdfc, jcs):
        kept = json.dumps({**document, "proof": [alone]}).encode()
        assert read(kept).outcome is Outcome.PASSED
    for broken in ("created", "proofValue"):
        for place, whole in enumerate((rdfc, jcs)):
            changed = copy.deepcopy(document)
            changed["proof"][place][broken] = [rdfc, jcs][1 - place]["proofValue"]
            if broken == "created":
                changed["proof"][place][broken] = "2026-11-24T09:30:01Z"
            assert changed["proof"][place] != whole
            check = read(json.dumps(changed).encode())
            assert check.text == say.LIST_UNSIGNED, (broken, place)
    twice = json.dumps({**document, "proof": [rdfc, rdfc]}).encode()
    assert read(twice).outcome is Outcome.UNKNOWN
    assert read(json.dumps({**document, "proof": []}).encode()).outcome is (
        Outcome.UNKNOWN
    )


def test_bits_that_were_flipped_after_signing_are_found():
    document = json.loads(seal())
    document["credentialSubject"]["encodedList"] = StatusBits.empty().encode()
    check = read(json.dumps(document).encode(), index=REVOKED)
    assert (check.outcome, check.text) == (Outcome.UNKNOWN, say.LIST_UNSIGNED)


def put(name, value):
    def change(document):
        document[name] = value

    return change


def put_in_subject(name, value):
    def change(document):
        document["credentialSubject"][name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("extra", "unsigned in JSON-LD"),
        put("type", ["VerifiableCredential"]),
        put("@context", ["https://www.w3.org/ns/credentials/v2"] * 2),
        put("validUntil", "soon"),
        put("validUntil", "2026-12-01T09:30:00"),
        put("credentialSubject", []),
        put_in_subject("statusPurpose", "suspension"),
        put_in_subject("statusPurpose", ["revocation"]),
        put_in_subject("type", "StatusList2021"),
        put_in_subject("ttl", 0),
        put_in_subject("ttl", True),
        put_in_subject("encodedList", "u"),
        put_in_subject("encodedList", 5),
        put_in_subject("statusSize", 2),
    ],
)
def test_a_list_of_another_form_is_not_understood_though_it_is_signed(change):
    document = json.loads(seal())
    del document["proof"]
    change(document)
    proof = eddsa_jcs_2022.build_proof(
        document, signer=SIGNER, created="2026-11-24T09:30:00Z"
    )
    data = json.dumps({**document, "proof": [proof]}).encode()
    check = read(data, index=REVOKED)
    assert (check.outcome, check.text) == (Outcome.UNKNOWN, say.LIST_UNREADABLE)


def test_resealing_itself_changes_nothing():
    assert read(resealed(lambda _: None)).outcome is Outcome.PASSED
    without_ttl = resealed(lambda d: d["credentialSubject"].pop("ttl"))
    assert read(without_ttl).outcome is Outcome.PASSED


def test_no_single_changed_byte_passes():
    """Flipped where it could matter most: never passed, never an exception."""
    data = seal()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1
        check = read(bytes(changed))
        assert check.outcome is Outcome.UNKNOWN, (place, bytes(changed[place - 20 :]))


def test_the_bits_can_be_peeked_at():
    assert peek_bits(seal()) == StatusBits.empty().with_set({REVOKED})
    for data in (b"", b"{}", b"[]", b'{"credentialSubject":{"encodedList":5}}'):
        with pytest.raises(StatusListMalformed):
            peek_bits(data)


@pytest.mark.parametrize(
    ("revoked", "at_most"), [(0, 1_500), (1_311, 5_000), (6_554, 10_000)]
)
def test_sizes_are_what_a_phone_can_fetch(revoked, at_most):
    """Nobody, 1 % and 5 % revoked, spread evenly, which packs worse than chance."""
    step = ENTRIES // revoked if revoked else ENTRIES
    bits = StatusBits.empty().with_set(
        {(n * step + n * n) % ENTRIES for n in range(revoked)}
    )
    assert len(seal(bits)) < at_most
