"""Which Python is chosen, with fakes in place of every Python of the PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.toolchain import ROOT

GOOD = "exit 0"
BROKEN_SHIM = "echo 'pyenv: python3.12: command not found' >&2; exit 127"
TOO_OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


def found(
    folder: Path, pythons: dict[str, str], **environment: str
) -> subprocess.CompletedProcess[str]:
    for name, script in pythons.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    text = (ROOT / "tools" / "find_python.sh").read_text(encoding="utf-8")
    alone = folder / "find_python.sh"
    alone.write_text(text.replace("/usr/bin/python3", str(folder / "python3")))
    sh, cat = shutil.which("sh"), shutil.which("cat")
    assert sh
    assert cat
    (folder / "cat").symlink_to(cat)
    return subprocess.run(
        [sh, alone],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(folder), **environment},
    )


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3.13": GOOD, "python3.11": GOOD}, "python3.13"),
        ({"python3.12": BROKEN_SHIM, "python3.11": GOOD}, "python3.11"),
        ({"python3": GOOD}, "python3"),
        ({"python3.12": WITHOUT_VENV, "python3": GOOD}, "python3"),
        ({"python3.12": WITHOUT_VENV, "python3": WITHOUT_VENV}, "python3.12"),
        ({"python3.11": TOO_OLD, "python3": GOOD}, "python3"),
    ],
)
def test_the_first_that_makes_environments(
    tmp_path: Path, pythons: dict[str, str], chosen: str
) -> None:
    run = found(tmp_path, pythons)

    assert (run.returncode, Path(run.stdout.strip()).name) == (0, chosen), run.stderr


def test_python_overrides(tmp_path: Path) -> None:
    run = found(tmp_path, {"python3.13": GOOD, "my python": GOOD}, PYTHON="my python")

    assert run.stdout.strip() == str(tmp_path / "my python")


def test_none_at_all_says_what_to_install(tmp_path: Path) -> None:
    run = found(tmp_path, {"python3": TOO_OLD})

    assert run.returncode == 1
    assert "sudo apt-get install python3 python3-venv" in run.stderr
