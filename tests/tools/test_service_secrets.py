"""The secrets of a machine are its owner's alone, and are never overwritten."""

import stat
from pathlib import Path
from typing import Any

import pytest

from tools import service_secrets, steps


@pytest.fixture(autouse=True)
def _own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    monkeypatch.setattr(steps, "LOG", tmp_path_factory.mktemp("log") / "setup.log")


def test_missing_secrets_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    service_secrets.require_secrets(tmp_path)

    modes = {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()
    }
    assert modes == {"secret_key": 0o600, "key_passphrase": 0o400}
    made = {each.read_text().strip() for each in tmp_path.iterdir()}
    assert len(made) == 2
    assert all(len(secret) >= 64 for secret in made)


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "key_passphrase").write_text("chosen by the operator\n")

    service_secrets.require_secrets(tmp_path)

    assert (tmp_path / "key_passphrase").read_text() == "chosen by the operator\n"
    assert (tmp_path / "secret_key").exists()
