"""Programs of the fault tests: each does a deed until it is killed, many times over."""

import os
import subprocess
import sys

import pytest

from tools.toolchain import ROOT


@pytest.fixture
def count_after_kills(tmp_path):
    """Run a program of this folder; return the number it printed before a word."""

    def run(program: str, *, kills: int, word: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.faults.{program}", tmp_path, str(kills)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        print(done.stdout)
        said = done.stdout.split()
        return int(said[said.index(word) - 1])

    return run
