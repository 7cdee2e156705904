"""The settings of a throwaway service, and an application on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from issuer.app import create_app
from issuer.settings import ROOT, Settings


def settings_in(folder: Path, *, demo: bool) -> Settings:
    return Settings(
        public_url="http://localhost",
        database_url=f"sqlite:///{folder / 'issuer.db'}",
        secret_key="a secret of this test, thirty-two long",
        keys_dir=folder / "keys",
        key_passphrase_file=folder / "key_passphrase",
        blob_dir=folder / "blobs",
        templates_dir=ROOT / "credential_templates",
        context_dir=None,
        demo=demo,
        eperusteet_url="http://localhost:1",
        caller_id="test.issuer",
        trusted_proxies=0,
        undo_seconds=0,
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = settings_in(tmp_path_factory.mktemp("docs"), demo=False)
    application = create_app(settings)
    yield application
    application.extensions["issuer"].sessions.kw["bind"].dispose()
