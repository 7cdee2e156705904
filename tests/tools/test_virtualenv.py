"""When .venv is filled again, and when it is left alone."""

import json
import sys
from pathlib import Path

import pytest

from tools import virtualenv
from tools.steps import StepFailed

REQUIREMENTS = "requirements-demo.txt"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose .venv runs the Python of these tests."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "pyvenv.cfg").write_text(
        Path(sys.prefix, "pyvenv.cfg").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (venv / "lib").symlink_to(Path(sys.prefix, "lib"))
    (tmp_path / REQUIREMENTS).write_text("flask==3.1.3 --hash=sha256:00\n")
    monkeypatch.setattr(virtualenv, "ROOT", tmp_path)
    monkeypatch.setattr(virtualenv, "VENV", venv)
    monkeypatch.setattr(virtualenv, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(virtualenv, "STAMP", venv / "installed.json")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be run, noted down instead."""
    noted: list[list[str]] = []
    monkeypatch.setattr(
        virtualenv,
        "run",
        lambda words, **_: noted.append([str(word) for word in words]),
    )
    return noted


def test_a_second_run_does_nothing(here: Path, commands: list[list[str]]) -> None:
    virtualenv.require_virtualenv()
    virtualenv.require_installed(REQUIREMENTS)
    assert [words[2:3] + words[5:7] for words in commands] == [
        ["pip", "install", "--require-hashes"]
    ]

    virtualenv.require_virtualenv()
    virtualenv.require_installed(REQUIREMENTS)
    assert len(commands) == 1


def test_changed_requirements_are_installed(
    here: Path, commands: list[list[str]]
) -> None:
    virtualenv.require_installed(REQUIREMENTS)
    (here / REQUIREMENTS).write_text("flask==3.1.4 --hash=sha256:11\n")

    assert not virtualenv.is_installed(REQUIREMENTS)
    virtualenv.require_installed(REQUIREMENTS)
    assert len(commands) == 2


def test_one_made_elsewhere_is_made_anew(here: Path, commands: list[list[str]]) -> None:
    virtualenv.require_installed(REQUIREMENTS)
    stamp = json.loads(virtualenv.STAMP.read_text(encoding="utf-8"))
    virtualenv.STAMP.write_text(json.dumps(stamp | {"at": "/somewhere/else/.venv"}))

    virtualenv.require_virtualenv()

    assert commands[-1][1:] == ["-m", "venv", "--clear", str(here / ".venv")]


def test_one_that_does_not_run_is_made_anew(
    here: Path, commands: list[list[str]]
) -> None:
    virtualenv.PYTHON.unlink()
    virtualenv.PYTHON.symlink_to("/nonexistent/python")

    virtualenv.require_virtualenv()

    assert commands[-1][1:4] == ["-m", "venv", "--clear"]


def test_a_link_to_another_folders_environment_is_left_alone(
    here: Path, commands: list[list[str]]
) -> None:
    elsewhere = here / "elsewhere"
    (here / ".venv").rename(elsewhere)
    (elsewhere / "bin" / "python").unlink()
    (here / ".venv").symlink_to(elsewhere)
    with pytest.raises(StepFailed, match="is a link"):
        virtualenv.require_virtualenv()
    assert commands == []
    assert (elsewhere / "pyvenv.cfg").exists()
