"""The verifiers are proved first, on documents that we did not sign: what they accept
of the sample set, and what each of them refuses. Only then is their word on ours worth
something (test_our_credentials.py)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.foreign import RDFC_ONLY, VERIFIERS, Verify

Read = Callable[[str], Any]

TAMPERED = [
    "bad/x_created.json",
    "bad/x_dropped_term_signed.json",
    "bad/x_expired.json",
    "bad/x_future.json",
    "bad/x_grade.json",
    "bad/x_index.json",
    "bad/x_issuer.json",
    "bad/x_jcs_name.json",
    "bad/x_name.json",
    "bad/x_nostatus.json",
    "bad/x_otherissuer.json",
    "bad/x_undefined_term.json",
    "bad/x_unsigned.json",
    "bad/x_wrongkey.json",
]
pytestmark = pytest.mark.shared


def test_accepts_what_others_signed(verify: Verify, sample: Read) -> None:
    signed = [sample("signed_db.json"), sample("signed_proofset.json")]

    verdicts = verify(signed, sample("did.json"))

    assert [each.verified for each in verdicts] == [True, True], verdicts


def test_refuses_every_tampered_sample(verify: Verify, sample: Read) -> None:
    verdicts = verify([sample(name) for name in TAMPERED], sample("did.json"))

    accepted = [
        name
        for name, verdict in zip(TAMPERED, verdicts, strict=True)
        if verdict.verified or not verdict.error
    ]
    assert accepted == []


def test_refuses_a_key_that_may_not_sign_assertions(
    verify: Verify, verifier: str, sample: Read
) -> None:
    [verdict] = verify([sample("signed_db.json")], sample("bad/did_noassert.json"))

    assert not verdict.verified, verdict


@pytest.mark.parametrize("name", sorted(set(VERIFIERS) - RDFC_ONLY))
def test_jcs_proofs_are_judged_too(
    name: str, request: pytest.FixtureRequest, sample: Read
) -> None:
    if name != "openvc":
        request.getfixturevalue("node")

    [verdict] = VERIFIERS[name]([sample("signed_own_jcs.json")], sample("did.json"))

    assert verdict.verified, verdict


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_a_jcs_proof_carries_its_context(sample: Read) -> None:
    """VC-DI-EDDSA 3.3.1 step 2. openvc-core 1.37 accepts one without; it is wrong."""
    document = sample("bad/x_jcs_without_proof_context.json")

    [strict] = VERIFIERS["jsonld-crypto"]([document], sample("did.json"))
    [lax] = VERIFIERS["openvc"]([document], sample("did.json"))

    assert (strict.verified, lax.verified) == (False, True)


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_compact_tokens(sample: Read) -> None:
    names = [
        "signed.jwt",
        "signed_es256.jwt",
        "bad/x_jwt_name.jwt",
        "bad/x_jwt_none.jwt",
    ]
    verdicts = VERIFIERS["jsonld-crypto"](
        [sample(name) for name in names], sample("did_two_keys.json")
    )

    assert [each.verified for each in verdicts] == [True, True, False, False]


@pytest.mark.node
@pytest.mark.usefixtures("node")
@pytest.mark.parametrize(
    ("list_name", "document", "accepted"),
    [
        ("status_ok.json", "signed_db.json", True),
        ("status_revoked.json", "signed_db.json", False),
        ("status_ok.json", "bad/x_index_range.json", False),
        ("bad/status_forged.json", "signed_db.json", False),
        ("bad/status_short.json", "signed_db.json", False),
    ],
)
def test_status_lists_are_read(
    list_name: str, document: str, accepted: bool, sample: Read
) -> None:
    [verdict] = VERIFIERS["dcc"](
        [sample(document)], sample("did.json"), lists=[sample(list_name)]
    )

    assert verdict.verified is accepted, verdict
