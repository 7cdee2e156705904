"""Verifiers that others wrote accept what we seal, and refuse it once one thing in it
is changed. This is the proof that our seals are those of the specifications."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.signer import create_key
from tests.conformance.foreign import Verify
from tests.conformance.mutations import mutations
from tests.statements import DID

Sealed = Callable[..., dict[str, Any]]
DidDocument = dict[str, Any]


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
    verify: Verify, sealed: Sealed, did_document: DidDocument
) -> None:
    whole = sealed(1, "fi")
    done = list(mutations(whole))
    assert len(done) > 250

    first, *verdicts, last = verify(
        [whole, *(changed for _, changed in done), whole], did_document
    )

    assert (first.verified, last.verified) == (True, True)
    accepted = [
        what
        for (what, _), verdict in zip(done, verdicts, strict=True)
        if verdict.verified
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
    [method] = did_document["verificationMethod"]
    forged = method | {"publicKeyMultibase": other.public_key_multibase}

    [verdict] = verify(
        [sealed(1, "fi")], did_document | {"verificationMethod": [forged]}
    )

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
