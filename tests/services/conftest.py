"""A database of its own for every test, with the cast in it, and keys to seal with."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from issuer.credentials.bitstring_status import ENTRIES
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.page_templates import TemplateChoice
from issuer.credentials.signer import create_issuer_keys
from issuer.database import build_engine, build_sessions
from issuer.records import every_table
from issuer.records.base import Record
from issuer.services.issuance import Sealing
from issuer.services.verification import Inspecting
from tests.cast import AT, House, make_house
from tools.toolchain import ROOT

PUBLIC_URL = "https://hiisi.example"
DID = "did:web:hiisi.example"

assert every_table


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")
    Record.metadata.create_all(engine)
    with build_sessions(engine)() as session:
        yield session
    engine.dispose()


@pytest.fixture
def house(session: Session) -> House:
    return make_house(session)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return make_keys(tmp_path_factory.mktemp("keys"), DID)


def make_keys(folder: Path, *dids: str) -> KeyFolder:
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse battery staple\n")
    passphrase.chmod(0o400)
    secret = passphrase.read_bytes().strip()
    for did in dids:
        create_issuer_keys(folder, controller=did, passphrase=secret, at=AT)
    return KeyFolder(folder, passphrase)


@pytest.fixture(scope="session")
def sealing(keys: KeyFolder) -> Sealing:
    return Sealing(
        public_url=PUBLIC_URL,
        contexts=ContextLibrary.load(),
        keys=keys,
        template=TemplateChoice(ROOT / "credential_templates", "osaamistodistus"),
        random_index=lambda: secrets.randbelow(ENTRIES),
    )


@pytest.fixture
def inspecting(sealing: Sealing) -> Inspecting:
    return Inspecting(PUBLIC_URL, sealing.contexts, sealing.keys.key_ring())
