import os
import subprocess
import sys

import pytest

from tools.toolchain import ROOT

KILLS = 50


@pytest.mark.faults
def test_fifty_kills_lose_double_and_half_issue_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.releasing", str(tmp_path), str(KILLS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    counts = done.stdout.split()
    assert int(counts[counts.index("issued") - 1]) > KILLS // 5, done.stdout
