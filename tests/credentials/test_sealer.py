import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.credentials import multibase, sealer
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.eddsa_rdfc_2022 import holds
from issuer.credentials.jcs import canonical_bytes
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.sealer import (
    Draft,
    DraftForOtherKey,
    DraftUnreadable,
    prepare,
    seal,
)
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from tests.credentials.conftest import PASSPHRASE, Issuing
from tests.statements import DID, example_statement

ROOT = Path(__file__).parents[2]

SEAL_IN_A_PROCESS = """
import sys
from pathlib import Path
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.sealer import Draft, seal
from issuer.credentials.signer import load_signer

keys_dir, passphrase, did = sys.argv[1:]
signer = load_signer(Path(keys_dir), passphrase.encode(), did)
draft = Draft.parse(sys.stdin.buffer.read())
contexts = ContextLibrary.load()
sys.stdout.buffer.write(seal(draft, signer=signer, contexts=contexts).data)
"""


def test_a_sealed_credential_holds(issuing: Issuing) -> None:
    sealed = issuing.seal()
    document = json.loads(sealed.data)
    [key] = issuing.key_ring.of_controller(DID)

    assert holds(document, public_key=key.raw, contexts=issuing.contexts)
    assert sealed.sha256 == hashlib.sha256(sealed.data).hexdigest()
    assert list(document)[-1] == "proof"
    assert document["proof"]["created"] == "2026-11-24T09:30:00Z"
    assert document["proof"]["verificationMethod"] == key.id


def test_the_bytes_are_compact_utf8_in_the_order_as_built(issuing: Issuing) -> None:
    draft = issuing.prepare()
    data = issuing.seal().data

    assert "Hiisijärven".encode() in data
    compact = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))
    assert data == compact.encode()
    pairs = json.loads(data, object_pairs_hook=list)
    assert _names(pairs[:-1]) == _names(
        json.loads(json.dumps(draft.document), object_pairs_hook=list)
    )


def _names(value: object) -> object:
    """Reduce parsed pairs to their names, in order."""
    if isinstance(value, list):
        return [
            [each[0], _names(each[1])] if isinstance(each, tuple) else _names(each)
            for each in value
        ]
    return None


def test_a_stored_draft_gives_the_same_bytes(issuing: Issuing) -> None:
    draft = issuing.prepare(
        example_statement(2, "sv", builds_on=("https://a.example",))
    )
    stored = Draft.parse(draft.to_bytes())

    assert stored == draft
    assert stored.to_bytes() == draft.to_bytes()
    assert seal(stored, signer=issuing.signer, contexts=issuing.contexts) == seal(
        draft, signer=issuing.signer, contexts=issuing.contexts
    )


def test_a_draft_is_canonical_and_says_everything(issuing: Issuing) -> None:
    draft = issuing.prepare()
    members = json.loads(draft.to_bytes())

    assert canonical_bytes(members) == draft.to_bytes()
    assert set(members) == {
        "serial",
        "statement",
        "document",
        "created",
        "key_id",
        "template",
        "template_version",
    }
    assert members["statement"]["holder_name"] == "Paula Osallistuja"
    assert members["template"] == "osaamistodistus"
    assert members["serial"] == example_statement().serial


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Anchorage", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4242"},
    ],
)
def test_another_process_in_another_place_seals_the_same_bytes(
    environment: dict[str, str], issuing: Issuing, keys_dir: Path
) -> None:
    draft = issuing.prepare(example_statement(3))
    here = seal(draft, signer=issuing.signer, contexts=issuing.contexts)

    there = subprocess.run(
        [sys.executable, "-c", SEAL_IN_A_PROCESS, keys_dir, PASSPHRASE.decode(), DID],
        input=draft.to_bytes(),
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    assert there.stdout == here.data


def test_only_the_key_of_the_draft_seals_it(issuing: Issuing) -> None:
    draft = replace(issuing.prepare(), key_id=f"{DID}#another")

    with pytest.raises(DraftForOtherKey, match="another"):
        seal(draft, signer=issuing.signer, contexts=issuing.contexts)


class ForbiddenSigner:
    """A signer that no test may reach."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id

    def sign(self, data: bytes) -> bytes:
        raise AssertionError("the key was touched")


def test_a_stored_draft_that_lost_its_shape_never_meets_the_key(
    issuing: Issuing,
) -> None:
    draft = issuing.prepare()
    draft.document["credentialSubject"]["colour"] = "spruce"

    with pytest.raises(DraftUnfit, match=r"credentialSubject\.colour"):
        seal(draft, signer=ForbiddenSigner(draft.key_id), contexts=issuing.contexts)


def _prepare(contexts: ContextLibrary, statement: CertificateStatement) -> Draft:
    return prepare(
        statement,
        key_id=f"{DID}#key",
        template="osaamistodistus",
        template_version="1",
        contexts=contexts,
    )


def test_a_claim_that_may_not_be_made_is_stopped_before_sealing(
    contexts: ContextLibrary,
) -> None:
    with pytest.raises(DraftUnfit, match="education provider"):
        _prepare(contexts, example_statement(summary="Paula sai arvosanan 5."))


def test_what_programs_may_canonicalize_differently_is_stopped(
    contexts: ContextLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order_differs(*_: object, **__: object) -> list[str]:
        raise NotCanonicalizable(reason="rare characters")

    monkeypatch.setattr(sealer, "canonical_lines", order_differs)

    with pytest.raises(DraftUnfit, match=r"\$: .*rare characters"):
        _prepare(contexts, example_statement())


def test_a_credential_that_could_not_be_checked_for_its_size_is_stopped(
    contexts: ContextLibrary,
) -> None:
    with pytest.raises(DraftUnfit, match="256 KB"):
        _prepare(contexts, example_statement(90))


def test_a_member_that_would_go_unsigned_is_stopped(
    contexts: ContextLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = sealer.canonical_lines
    monkeypatch.setattr(sealer, "canonical_lines", lambda *a, **k: lines(*a, **k)[:-1])

    with pytest.raises(DraftUnfit, match="not be signed"):
        _prepare(contexts, example_statement())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_draft_is_refused(data: bytes) -> None:
    with pytest.raises(DraftUnreadable):
        Draft.parse(data)


def test_a_draft_with_other_members_or_types_is_refused(issuing: Issuing) -> None:
    members = json.loads(issuing.prepare().to_bytes())

    for name in members:
        with pytest.raises(DraftUnreadable):
            Draft.parse(json.dumps({**members, name: 7}).encode())
    with pytest.raises(DraftUnreadable):
        Draft.parse(json.dumps({**members, "extra": ""}).encode())


def test_the_proof_value_is_a_signature(issuing: Issuing) -> None:
    value = json.loads(issuing.seal().data)["proof"]["proofValue"]

    assert len(multibase.decode(value)) == 64
