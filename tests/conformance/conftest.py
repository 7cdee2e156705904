"""One verifier at a time, by name; those from npm ask for Node. And documents that we
sealed with a fresh key, issued a moment ago so that they are valid now."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.did_web import build_did_document
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import (
    KeyIds,
    SealedForms,
    Signers,
    prepare,
    seal,
)
from issuer.credentials.signer import create_issuer_keys, load_signer
from issuer.domain.certificates import CertificateStatement
from tests.conformance.foreign import VERIFIERS, Document, Verify
from tests.statements import DID, example_statement

ISSUED_AT = "2026-11-23T12:00:00Z"
PASSPHRASE = b"only in tests"

_IN_PYTHON = {"openvc"}


@pytest.fixture(
    params=[
        pytest.param(name, marks=() if name in _IN_PYTHON else pytest.mark.node)
        for name in VERIFIERS
    ]
)
def verifier(request: pytest.FixtureRequest) -> str:
    """The name of a foreign verifier that can run here."""
    if request.param not in _IN_PYTHON:
        request.getfixturevalue("node")
    return str(request.param)


@pytest.fixture
def verify(verifier: str) -> Verify:
    """The verifier itself."""
    return VERIFIERS[verifier]


@pytest.fixture(scope="session")
def sample(shared_data: Path) -> Callable[[str], Any]:
    """Read one document of the signed sample set."""
    folder = shared_data / "standards" / "sample"

    def read(name: str) -> Any:
        text = (folder / name).read_text(encoding="utf-8")
        return text.strip() if name.endswith(".jwt") else json.loads(text)

    return read


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key folder of the example issuer, with a key of each purpose."""
    folder = tmp_path_factory.mktemp("keys")
    at = datetime(2026, 8, 1, tzinfo=UTC)
    create_issuer_keys(folder, controller=DID, passphrase=PASSPHRASE, at=at)
    return folder


@pytest.fixture(scope="session")
def key_ring(keys_dir: Path) -> KeyRing:
    """The public keys of the example issuer."""
    return KeyRing.load(keys_dir / "public")


@pytest.fixture(scope="session")
def did_document(key_ring: KeyRing) -> Document:
    """What the example issuer publishes as did.json."""
    return build_did_document(DID, key_ring.keys.values())


@pytest.fixture(scope="session")
def signers(keys_dir: Path) -> Signers:
    """What the example issuer seals with."""
    return Signers(
        *(
            load_signer(keys_dir, PASSPHRASE, DID, purpose=purpose)
            for purpose in ("credential", "jwt", "compact")
        )
    )


@pytest.fixture(scope="session")
def sealed_forms(signers: Signers) -> Callable[..., SealedForms]:
    """Seal any statement, in all forms."""
    contexts = ContextLibrary.load()
    keys = KeyIds(signers.credential.key_id, signers.jwt.key_id, signers.compact.key_id)

    def seal_forms(statement: CertificateStatement) -> SealedForms:
        draft = prepare(
            statement,
            keys=keys,
            template="example",
            template_version="1",
            contexts=contexts,
        )
        return seal(draft, signers=signers, contexts=contexts)

    return seal_forms


@pytest.fixture(scope="session")
def sealed(sealed_forms: Callable[..., SealedForms]) -> Callable[..., Document]:
    """Seal an example statement as JSON; extra arguments override its fields."""

    def seal_example(units: int, language: str, **changes: Any) -> Document:
        statement = example_statement(units, language, issued_at=ISSUED_AT, **changes)
        document: Document = json.loads(sealed_forms(statement).data)
        return document

    return seal_example
