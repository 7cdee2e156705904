import os
import subprocess
import sys

import pytest

from tools.toolchain import ROOT

KILLS = 25


@pytest.mark.faults
def test_after_any_kill_the_books_and_the_list_agree(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.revoking", str(tmp_path), str(KILLS)],
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
    assert int(counts[counts.index("revoked,") - 1]) > KILLS // 2, done.stdout
