"""The same application and cast as the pages are tested with, and a bare one for keys.

`flask keys` needs a key folder and a database only: `run` gives it those, at a time of
the test's own.
"""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from issuer.cli import keys as module
from issuer.cli.keys import keys as commands
from issuer.database import build_engine, build_sessions
from issuer.records import every_table
from issuer.records.base import Record
from tests.services.conftest import DID, make_keys
from tests.web.conftest import app, built_house, house, settings

__all__ = ["app", "built_house", "house", "settings"]

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OTHER = f"{DID}:org:pohjola"

assert every_table


@pytest.fixture
def engine(tmp_path):
    engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")
    Record.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path):
    return make_keys(tmp_path)


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=AT)
    monkeypatch.setattr(module, "now", lambda: clock.now)
    return clock


@pytest.fixture
def run(engine, folder, clock):
    app = Flask("bare")
    app.extensions["issuer"] = SimpleNamespace(
        keys=folder,
        sessions=build_sessions(engine),
        reading=build_sessions(engine.execution_options(read_only=True)),
        settings=SimpleNamespace(host_did=DID),
    )
    app.cli.add_command(commands)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["keys", *words])
