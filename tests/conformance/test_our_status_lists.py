"""Status lists that we publish, in the hands of others: they accept the seal, see who
is revoked and who is not, and believe no list that somebody else made."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.clock import now
from issuer.credentials import eddsa_rdfc_2022
from issuer.credentials.bitstring_status import StatusBits
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.did_web import build_did_document
from issuer.credentials.document import build_document
from issuer.credentials.key_ring import PublicKey
from issuer.credentials.status_list import build_entry, list_url, seal_status_list
from tests.conformance.foreign import VERIFIERS, Document, Verify, _verify_with_node
from tests.statements import DID, PUBLIC_URL, example_statement

ISSUED_AT = "2026-11-23T12:00:00Z"
# Others read the clock, and a list ends after a week.
PUBLISHED_AT = now() - timedelta(minutes=1)
URL = list_url(PUBLIC_URL, slug="hiisi", number=1)
REVOKED, IN_FORCE = 94_567, 94_568
CONTEXTS = ContextLibrary.load()

STATUS_READERS: dict[str, Verify] = {
    "digitalbazaar": partial(_verify_with_node, "read_bitstring_status.mjs"),
    "dcc": VERIFIERS["dcc"],
}
pytestmark = [pytest.mark.node, pytest.mark.usefixtures("node")]


class InMemorySigner:
    """A signer on a key drawn for this test."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = PublicKey(
            controller=DID,
            raw=self._key.public_key().public_bytes_raw(),
            created=datetime(2026, 8, 1, tzinfo=UTC),
            activated=datetime(2026, 8, 1, tzinfo=UTC),
        )
        self.key_id = self.public.id

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


SIGNER = InMemorySigner()
DID_DOCUMENT = build_did_document(DID, [SIGNER.public])


def publish(
    revoked: frozenset[int] = frozenset({REVOKED}),
    *,
    at: datetime | None = None,
    signer: InMemorySigner = SIGNER,
) -> Document:
    sealed = seal_status_list(
        StatusBits.empty().with_set(revoked),
        url=URL,
        issuer_did=DID,
        at=at or PUBLISHED_AT,
        signer=signer,
        contexts=CONTEXTS,
    )
    document: Document = json.loads(sealed)
    return document


def certificate(index: int) -> Document:
    """A credential with a place in the list, sealed for those who know JSON-LD."""
    document = {
        **build_document(example_statement(1, "fi", issued_at=ISSUED_AT)),
        "credentialStatus": build_entry(URL, index=index),
    }
    proof = eddsa_rdfc_2022.build_proof(
        document, signer=SIGNER, created=ISSUED_AT, contexts=CONTEXTS
    )
    return {**document, "proof": proof}


@pytest.fixture(params=sorted(STATUS_READERS))
def read(request: pytest.FixtureRequest) -> Verify:
    """Another's reader of status lists."""
    return STATUS_READERS[request.param]


@pytest.mark.parametrize("name", sorted(VERIFIERS))
def test_the_list_itself_is_a_credential_that_others_accept(name: str) -> None:
    lists = [
        publish(revoked)
        for revoked in (frozenset(), {REVOKED}, set(range(0, 131_072, 20)))
    ]

    verdicts = VERIFIERS[name](lists, DID_DOCUMENT)

    assert [verdict.error for verdict in verdicts] == [""] * 3


def test_revoked_is_seen_as_revoked_and_nobody_else_is(read: Verify) -> None:
    credentials = [certificate(REVOKED), certificate(IN_FORCE), certificate(0)]

    verdicts = read(credentials, DID_DOCUMENT, lists=[publish()])

    assert [verdict.verified for verdict in verdicts] == [False, True, True], verdicts
    assert "revo" in verdicts[0].error


def test_before_the_revocation_all_were_in_force(read: Verify) -> None:
    credentials = [certificate(REVOKED), certificate(IN_FORCE)]

    verdicts = read(credentials, DID_DOCUMENT, lists=[publish(frozenset())])

    assert [verdict.verified for verdict in verdicts] == [True, True], verdicts


def bits_of_nobody() -> Document:
    subject: Document = publish(frozenset())["credentialSubject"]
    return subject


@pytest.mark.parametrize(
    "change",
    [
        {"credentialSubject": bits_of_nobody()},
        {"issuer": "did:web:other.example"},
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"type": ["VerifiableCredential"]},
    ],
)
def test_a_changed_list_is_not_believed(read: Verify, change: Document) -> None:
    [verdict] = read([certificate(IN_FORCE)], DID_DOCUMENT, lists=[publish() | change])

    assert not verdict.verified, verdict


def test_an_old_list_is_not_believed(read: Verify) -> None:
    old = publish(at=PUBLISHED_AT - timedelta(days=8))

    [verdict] = read([certificate(IN_FORCE)], DID_DOCUMENT, lists=[old])

    assert not verdict.verified, verdict


def test_a_list_with_another_key_is_not_believed(read: Verify) -> None:
    thief = InMemorySigner()
    thief.key_id = SIGNER.key_id

    [verdict] = read(
        [certificate(IN_FORCE)], DID_DOCUMENT, lists=[publish(signer=thief)]
    )

    assert not verdict.verified, verdict


def test_an_index_beyond_the_list_is_not_in_force(read: Verify) -> None:
    [verdict] = read([certificate(131_072)], DID_DOCUMENT, lists=[publish()])

    assert not verdict.verified, verdict
