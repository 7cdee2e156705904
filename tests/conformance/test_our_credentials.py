"""Verifiers that others wrote accept what we seal, and refuse it once one thing in it
is changed. This is the proof that our seals are those of the specifications."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest

from issuer.clock import now
from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.bitstring_status import StatusBits
from issuer.credentials.compact_proof import kid_of
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.did_web import build_jwks
from issuer.credentials.inspection import inspect
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import SealedForms, Signers
from issuer.credentials.signer import create_key
from issuer.credentials.status_list import list_url, seal_status_list
from issuer.domain.verification import Outcome
from tests.conformance.conftest import ISSUED_AT
from tests.conformance.foreign import (
    RDFC_ONLY,
    VERIFIERS,
    Document,
    Verdict,
    Verify,
    verify_with_cwt,
    verify_with_jose,
    verify_with_openbadgeslib,
)
from tests.conformance.mutations import mutations
from tests.credentials.conftest import small_statement
from tests.credentials.test_compact_proof import bytes_of, digits_of
from tests.credentials.test_vc_jwt import joined, parts
from tests.statements import DID, PUBLIC_URL, example_statement

Sealed = Callable[..., dict[str, Any]]
DidDocument = dict[str, Any]
MUTATIONS = 200
LIST_URL = list_url(PUBLIC_URL, slug="hiisi", number=1)
INDEX = example_statement().status_index or 0
CONTEXTS = ContextLibrary.load()


def test_accepts_every_language_and_size(
    verify: Verify, sealed: Sealed, did_document: DidDocument
) -> None:
    cases = [
        (language, units) for language in ("fi", "sv", "en") for units in (1, 6, 40)
    ]
    documents = [sealed(units, language) for language, units in cases]

    verdicts = verify(documents, did_document)

    refused = {
        case: verdict.error
        for case, verdict in zip(cases, verdicts, strict=True)
        if not verdict.verified
    }
    assert refused == {}


def test_refuses_each_single_change(
    verify: Verify, verifier: str, sealed: Sealed, did_document: DidDocument
) -> None:
    """Each change of a proof that the verifier checks, and 200 of everything else."""
    whole = sealed(1, "fi")
    every = list(mutations(whole))
    assert len(every) > 250
    proofs = [each for each in every if each[0].startswith("proof")]
    others = random.Random(24).sample(
        [each for each in every if each not in proofs], MUTATIONS
    )
    done = [each for each in proofs if _may_notice(verifier, each[0])] + others

    first, *verdicts, last = verify(
        [whole, *(changed for _, changed in done), whole], did_document
    )

    assert (first.verified, last.verified) == (True, True)
    assert _accepted(done, verdicts) == []


def _may_notice(verifier: str, what: str) -> bool:
    """Tell whether a change of a proof is one this verifier promises to see.

    A set that lost a proof says as much as before to who checks the other one, and
    openvc does not compare the contexts of a proof (test_foreign_verifiers.py).
    """
    if verifier in RDFC_ONLY:
        return not what.startswith("proof/1")
    if verifier == "openvc" and what.startswith("proof/1/@context"):
        return False
    return what not in {"proof/0 taken out", "proof/1 taken out"}


def _accepted(done: list[tuple[str, Any]], verdicts: list[Verdict]) -> list[str]:
    return [
        what
        for (what, _), verdict in zip(done, verdicts, strict=True)
        if verdict.verified
    ]


@pytest.fixture(scope="session")
def is_valid_for_us(key_ring: KeyRing, signers: Signers) -> Callable[[bytes], bool]:
    """Our own inspection, with a list in which nobody is revoked."""
    listed = json.dumps(_list(signers, frozenset())).encode()

    def is_valid(data: bytes) -> bool:
        checks = inspect(
            data,
            key_ring=key_ring,
            contexts=CONTEXTS,
            public_url=PUBLIC_URL,
            find_list=lambda url: listed if url == LIST_URL else b"",
            list_url=lambda _, number: list_url(
                PUBLIC_URL, slug="hiisi", number=number
            ),
            at=now(),
        )
        return {check.outcome for check in checks} == {Outcome.PASSED}

    return is_valid


def test_we_ourselves_refuse_every_single_change(
    sealed: Sealed, is_valid_for_us: Callable[[bytes], bool]
) -> None:
    whole = sealed(1, "fi")

    assert is_valid_for_us(json.dumps(whole).encode())
    accepted = [
        what
        for what, changed in mutations(whole)
        if is_valid_for_us(json.dumps(changed).encode())
    ]
    assert accepted == []


def test_refuses_another_key_under_the_same_name(
    verify: Verify,
    sealed: Sealed,
    did_document: DidDocument,
    tmp_path: Path,
) -> None:
    """A forged did.json: the issuer's DID and key id with somebody else's key."""
    other = create_key(
        tmp_path, controller=DID, passphrase=b"x", at=datetime(2026, 8, 1, tzinfo=UTC)
    )
    document = sealed(1, "fi")
    used = document["proof"][0]["verificationMethod"]
    forged = [
        method | {"publicKeyMultibase": other.public_key_multibase}
        if method["id"] == used
        else method
        for method in did_document["verificationMethod"]
    ]
    assert forged != did_document["verificationMethod"]

    [verdict] = verify([document], did_document | {"verificationMethod": forged})

    assert not verdict.verified, verdict


def test_refuses_a_key_that_was_revoked(
    verify: Verify, sealed: Sealed, did_document: DidDocument
) -> None:
    """A revoked key stays listed, and may no longer sign assertions."""
    without = did_document | {"assertionMethod": []}

    [verdict] = verify([sealed(1, "fi")], without)

    assert not verdict.verified, verdict


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_accepts_names_and_texts_of_any_script(
    verify: Verify, sealed: Sealed, did_document: DidDocument, language: str
) -> None:
    names = ["Áile-Máret Šuorra", "Юлия Ёлкина", "O’Brien “Ö” & <Å>", "李 小龍 🌲"]
    documents = [sealed(1, language, holder_name=name) for name in names]

    verdicts = verify(documents, did_document)

    assert [verdict.error for verdict in verdicts] == [""] * len(names)


def _list(signers: Signers, revoked: frozenset[int]) -> Document:
    sealed = seal_status_list(
        StatusBits.empty().with_set(revoked),
        url=LIST_URL,
        issuer_did=DID,
        at=now() - timedelta(minutes=1),
        signer=signers.credential,
        contexts=CONTEXTS,
    )
    document: Document = json.loads(sealed)
    return document


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_a_wallet_sees_who_is_revoked_in_our_own_list(
    sealed: Sealed, signers: Signers, did_document: DidDocument
) -> None:
    certificates = [sealed(1, "fi"), sealed(6, "sv", status_index=INDEX + 1)]

    for revoked in (frozenset({INDEX}), frozenset({INDEX + 1, 0}), frozenset[int]()):
        verdicts = VERIFIERS["dcc"](
            certificates, did_document, lists=[_list(signers, revoked)]
        )

        in_force = [index not in revoked for index in (INDEX, INDEX + 1)]
        assert [verdict.verified for verdict in verdicts] == in_force, verdicts


FORMS: dict[str, Callable[[SealedForms], bytes]] = {
    "JSON": lambda forms: forms.data,
    "JWT": lambda forms: forms.jwt,
    "PNG": lambda forms: bake(badge_picture(), forms.data),
}


@pytest.fixture(scope="session")
def six(sealed_forms: Callable[..., SealedForms]) -> list[SealedForms]:
    """Certificates in each language, small and large, some with an end."""
    return [
        sealed_forms(
            example_statement(
                units, language, issued_at=ISSUED_AT, valid_until=valid_until
            )
        )
        for language in ("fi", "sv", "en")
        for units, valid_until in ((1, None), (6, "2090-11-24T00:00:00Z"))
    ]


@pytest.mark.parametrize("form", FORMS)
def test_openbadgeslib_accepts_every_form(
    form: str, six: list[SealedForms], did_document: DidDocument
) -> None:
    verdicts = verify_with_openbadgeslib(list(map(FORMS[form], six)), did_document)

    assert [verdict.error for verdict in verdicts] == [""] * len(six)


@pytest.mark.parametrize("form", FORMS)
def test_openbadgeslib_sees_who_is_revoked(
    form: str, six: list[SealedForms], signers: Signers, did_document: DidDocument
) -> None:
    for revoked in (frozenset({INDEX}), frozenset({INDEX + 1})):
        [verdict] = verify_with_openbadgeslib(
            [FORMS[form](six[0])], did_document, lists=[_list(signers, revoked)]
        )

        assert verdict.verified is (INDEX not in revoked), verdict


@pytest.fixture(scope="session")
def small(sealed_forms: Callable[..., SealedForms]) -> SealedForms:
    """A certificate of few words."""
    return sealed_forms(small_statement(issued_at=ISSUED_AT))


def test_openbadgeslib_refuses_single_changes_of_the_json(
    small: SealedForms, did_document: DidDocument
) -> None:
    every = [
        each
        for each in mutations(json.loads(small.data))
        if _may_notice("digitalbazaar", each[0])
    ]
    done = random.Random(42).sample(every, MUTATIONS)
    texts = [json.dumps(changed).encode() for _, changed in done]

    first, *verdicts = verify_with_openbadgeslib([small.data, *texts], did_document)

    assert first.verified, first
    assert _accepted(done, verdicts) == []


def test_changes_of_a_picture_are_refused(
    small: SealedForms,
    did_document: DidDocument,
    is_valid_for_us: Callable[[bytes], bool],
) -> None:
    """Of the part that holds the credential: others do not look at the pixels."""
    picture = bake(badge_picture(), small.data)
    drawn = random.Random(24)
    mutants = []
    for place in drawn.choices(range(33, 33 + len(small.data)), k=MUTATIONS):
        mutant = bytearray(picture)
        mutant[place] ^= 1 << drawn.randrange(8)
        mutants.append(bytes(mutant))

    verdicts = verify_with_openbadgeslib([picture, *mutants], did_document)

    assert [verdict.verified for verdict in verdicts] == [True] + [False] * MUTATIONS
    assert is_valid_for_us(picture)
    assert not any(map(is_valid_for_us, mutants))


def _jwt_mutations(jwt: bytes) -> Iterator[tuple[str, bytes]]:
    """One thing changed in header, payload or signature, drawn from all there are."""
    header, payload, signature = parts(jwt)
    changed = [
        *(
            (f"header: {w}", joined(h, payload, signature))
            for w, h in mutations(header)
        ),
        *(
            (f"payload: {w}", joined(header, p, signature))
            for w, p in mutations(payload)
        ),
    ]
    for bit in range(512):
        other = bytearray(signature)
        other[bit // 8] ^= 1 << bit % 8
        changed.append((f"signature: bit {bit}", joined(header, payload, bytes(other))))
    for alg in ("none", "HS256", "ES384", "EdDSA"):
        for end in (b"", signature):
            yield f"alg {alg}", joined({**header, "alg": alg}, payload, end)
    yield from random.Random(24).sample(changed, MUTATIONS)


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_jose_accepts_our_jwt_with_either_set_of_keys(
    six: list[SealedForms], key_ring: KeyRing, did_document: DidDocument
) -> None:
    tokens = [forms.jwt.decode() for forms in six]
    jwks = build_jwks(DID, key_ring.keys.values())

    by_jwks = verify_with_jose(tokens, jwks)
    by_did = VERIFIERS["jsonld-crypto"](tokens, did_document)

    assert [verdict.error for verdict in by_jwks] == [""] * len(six)
    assert [verdict.error for verdict in by_did] == [""] * len(six)


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_all_refuse_single_changes_of_the_jwt(
    small: SealedForms,
    key_ring: KeyRing,
    did_document: DidDocument,
    is_valid_for_us: Callable[[bytes], bool],
) -> None:
    done = [("nothing", small.jwt), *_jwt_mutations(small.jwt)]
    tokens = [token for _, token in done]
    texts = [token.decode() for token in tokens]
    judged = {
        "jose": verify_with_jose(texts, build_jwks(DID, key_ring.keys.values())),
        "jsonld-crypto": VERIFIERS["jsonld-crypto"](texts, did_document),
        "openbadgeslib": verify_with_openbadgeslib(tokens, did_document),
        "ours": [Verdict(is_valid_for_us(token)) for token in tokens],
    }

    for name, verdicts in judged.items():
        assert _accepted(done, verdicts) == ["nothing"], name


@pytest.fixture(scope="session")
def compact_key(key_ring: KeyRing, foreign_packages: Path) -> tuple[bytes, bytes]:
    """The key of our codes as others get it, and its short name."""
    [key] = key_ring.of_purpose(DID, "compact")
    return key.raw, kid_of(key.id)


def test_cwt_reads_the_code_as_cose_sign1(
    six: list[SealedForms], compact_key: tuple[bytes, bytes]
) -> None:
    key, kid = compact_key
    messages = [bytes_of(forms.digits) for forms in six]

    answers = verify_with_cwt(messages, key, kid=kid)

    for message, answer, forms in zip(messages, answers, six, strict=True):
        assert answer == cbor2.loads(message).value[2], answer
        said = cbor2.loads(bytes(answer))
        assert said[-65537][1] == "Paula Osallistuja"
        assert said[-65537][5].hex() == forms.sha256


def test_cwt_refuses_another_key_and_another_name(
    small: SealedForms, key_ring: KeyRing, compact_key: tuple[bytes, bytes]
) -> None:
    [other] = key_ring.of_purpose(DID, "credential")
    key, kid = compact_key
    message = bytes_of(small.digits)

    for answers in (
        verify_with_cwt([message], other.raw, kid=kid),
        verify_with_cwt([message], key, kid=bytes(5)),
    ):
        assert isinstance(answers[0], Verdict)


def test_all_refuse_single_changes_of_the_code(
    small: SealedForms,
    compact_key: tuple[bytes, bytes],
    is_valid_for_us: Callable[[bytes], bool],
) -> None:
    """Of what is signed; the rest of a COSE message is ours to be strict about."""
    key, kid = compact_key
    message = bytes_of(small.digits)
    unsigned = 3 + message[2] - 0x40  # the empty map behind the protected header
    assert message[unsigned] == 0xA0
    drawn = random.Random(24)
    mutants = []
    for place in drawn.choices(
        [n for n in range(2, len(message)) if n != unsigned], k=MUTATIONS
    ):
        mutant = bytearray(message)
        mutant[place] ^= 1 << drawn.randrange(8)
        mutants.append(bytes(mutant))

    answers = verify_with_cwt(mutants, key, kid=kid)

    assert [answer for answer in answers if isinstance(answer, bytes)] == []
    assert is_valid_for_us(small.digits.encode())
    assert not any(is_valid_for_us(digits_of(each).encode()) for each in mutants)
