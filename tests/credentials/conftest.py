"""Throwaway keys of every purpose, the pinned contexts, and one sealed certificate.

Status lists are sealed with the same keys, so that a certificate can be in force or
revoked as a stranger would see it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.bitstring_status import StatusBits
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.inspection import CHECKS, inspect
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import (
    Draft,
    KeyIds,
    SealedForms,
    Signers,
    prepare,
    seal,
)
from issuer.credentials.signer import Signer, create_issuer_keys, load_signer
from issuer.credentials.status_list import list_url, seal_status_list
from issuer.domain.certificates import CertificateStatement
from issuer.domain.verification import Check, Outcome
from tests.statements import DID, PUBLIC_URL, example_statement

PASSPHRASE = b"vain kokeisiin"
KEY_CREATED = datetime(2026, 11, 1, tzinfo=UTC)
AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LIST_AT = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
LIST_URL = list_url(PUBLIC_URL, slug="hiisi", number=1)
INDEX = example_statement().status_index
PASSED = dict.fromkeys(CHECKS, "passed")
UNREADABLE = {**dict.fromkeys(CHECKS, "unknown"), "well_formed": "failed"}


@dataclass(frozen=True)
class Issuing:
    """What sealing and inspection need."""

    signers: Signers
    key_ring: KeyRing
    contexts: ContextLibrary

    @property
    def signer(self) -> Signer:
        return self.signers.credential

    @property
    def key_ids(self) -> KeyIds:
        ours = self.signers
        return KeyIds(ours.credential.key_id, ours.jwt.key_id, ours.compact.key_id)

    def prepare(self, statement=None) -> Draft:
        return prepare(
            statement or example_statement(),
            keys=self.key_ids,
            template="osaamistodistus",
            template_version="1",
            contexts=self.contexts,
        )

    def seal(self, statement=None) -> SealedForms:
        draft = self.prepare(statement)
        return seal(draft, signers=self.signers, contexts=self.contexts)

    def status_list(self, *revoked: int, **changes: Any) -> bytes:
        arguments: dict[str, Any] = {
            "url": LIST_URL,
            "issuer_did": DID,
            "at": LIST_AT,
            "signer": self.signer,
            "contexts": self.contexts,
            **changes,
        }
        return seal_status_list(
            StatusBits.empty().with_set(frozenset(revoked)), **arguments
        )

    @cached_property
    def nobody_revoked(self) -> bytes:
        return self.status_list()

    def inspect(self, data: bytes, **changes: Any) -> tuple[Check, ...]:
        """Inspect as the service does, with a list in which nobody is revoked."""
        arguments: dict[str, Any] = {
            "key_ring": self.key_ring,
            "contexts": self.contexts,
            "public_url": PUBLIC_URL,
            "find_list": {LIST_URL: self.nobody_revoked}.get,
            "list_url": address_of_list,
            "at": AT,
            **changes,
        }
        find = arguments["find_list"]
        return inspect(data, **{**arguments, "find_list": lambda u: find(u) or b""})


def address_of_list(did: str, number: int) -> str:
    """Return where the example issuer's list lies; nobody else has any."""
    slug = "hiisi" if did == DID else "unknown"
    return list_url(PUBLIC_URL, slug=slug, number=number)


def small_statement(**changes: Any) -> CertificateStatement:
    """Return a statement of few words, which still has most kinds of members."""
    statement = example_statement(tasks=("Lumityöt",), summary="", environments=())
    [unit] = statement.units
    [first, _] = unit.areas
    area = replace(first, requirements=first.requirements[:1])
    unit = replace(unit, areas=(area,), identified=1, total=1)
    return replace(statement, units=(unit,), **changes)


@pytest.fixture(scope="session")
def contexts() -> ContextLibrary:
    return ContextLibrary.load()


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_issuer_keys(folder, controller=DID, passphrase=PASSPHRASE, at=KEY_CREATED)
    return folder


def load_signers(keys_dir: Path, did: str = DID) -> Signers:
    """Return a signer for each purpose of `did`."""
    return Signers(
        *(
            load_signer(keys_dir, PASSPHRASE, did, purpose=purpose)
            for purpose in ("credential", "jwt", "compact")
        )
    )


@pytest.fixture(scope="session")
def issuing(keys_dir: Path, contexts: ContextLibrary) -> Issuing:
    return Issuing(load_signers(keys_dir), KeyRing.load(keys_dir / "public"), contexts)


@pytest.fixture(scope="session")
def sealed(issuing: Issuing) -> SealedForms:
    return issuing.seal()


def outcomes(checks: Mapping[str, Check]) -> dict[str, str]:
    """Return what each check found."""
    return {name: check.outcome.value for name, check in checks.items()}


@pytest.fixture(scope="session")
def look(issuing: Issuing) -> Callable[..., Mapping[str, Check]]:
    """Inspect; give the checks by name, each with a text that can be told."""

    def inspected(data: bytes | dict[str, Any], **changes: Any) -> dict[str, Check]:
        if isinstance(data, dict):
            data = json.dumps(data, ensure_ascii=False).encode()
        checks = issuing.inspect(data, **changes)
        assert tuple(check.name for check in checks) == CHECKS
        for check in checks:
            assert "%(" not in check.text % check.facts
            assert (check.reason is None) == (check.outcome is Outcome.PASSED)
        return {check.name: check for check in checks}

    return inspected
