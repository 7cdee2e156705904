import os
import subprocess
import sys

import pytest

from tools.toolchain import ROOT

KILLS = 15


@pytest.mark.faults
def test_after_any_kill_one_is_given_up_or_not_and_none_is_double(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.giving_up", str(tmp_path), str(KILLS)],
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
    assert int(counts[counts.index("anew") - 1]) >= KILLS // 5, done.stdout
