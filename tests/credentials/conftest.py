"""A throwaway key, the pinned contexts, and one sealed credential."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import Draft, SealedCredential, prepare, seal
from issuer.credentials.signer import Signer, create_key, load_signer
from tests.statements import DID, example_statement

PASSPHRASE = b"vain kokeisiin"
KEY_CREATED = datetime(2026, 11, 1, tzinfo=UTC)
AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Issuing:
    """What sealing and inspection need."""

    signer: Signer
    key_ring: KeyRing
    contexts: ContextLibrary

    def prepare(self, statement=None) -> Draft:
        return prepare(
            statement or example_statement(),
            key_id=self.signer.key_id,
            template="osaamistodistus",
            template_version="1",
            contexts=self.contexts,
        )

    def seal(self, statement=None) -> SealedCredential:
        draft = self.prepare(statement)
        return seal(draft, signer=self.signer, contexts=self.contexts)


@pytest.fixture(scope="session")
def contexts() -> ContextLibrary:
    return ContextLibrary.load()


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_key(folder, controller=DID, passphrase=PASSPHRASE, at=KEY_CREATED)
    return folder


@pytest.fixture(scope="session")
def issuing(keys_dir: Path, contexts: ContextLibrary) -> Issuing:
    signer = load_signer(keys_dir, PASSPHRASE, DID)
    return Issuing(signer, KeyRing.load(keys_dir / "public"), contexts)


@pytest.fixture(scope="session")
def sealed(issuing: Issuing) -> SealedCredential:
    return issuing.seal()
