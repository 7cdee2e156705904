"""What a person sees of each step, and of one that fails."""

import sys
from pathlib import Path

import pytest

from tools import steps
from tools.steps import StepFailed


@pytest.fixture(autouse=True)
def _own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LOG", tmp_path / "setup.log")


def test_work_gets_a_tick_and_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    with steps.step("Python packages"):
        steps.run([sys.executable, "-c", "print('words for the log')"], cure="")

    line = capsys.readouterr().out
    assert line.startswith("  ✓ Python packages ")
    assert line.endswith(" s\n")
    assert "words for the log" in steps.LOG.read_text()


def test_nothing_to_do_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with steps.step("Python packages"):
        pass

    assert capsys.readouterr().out == ""


def test_a_failure_gets_a_cross_the_end_of_the_log_and_a_cure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    speech = "print(*range(40), sep='\\n', flush=True); raise SystemExit('it broke')"

    with pytest.raises(StepFailed) as failed, steps.step("Node"):
        steps.run([sys.executable, "-c", speech], cure="Try the other one.")

    assert capsys.readouterr().out.startswith("  ✗ Node")
    assert failed.value.cure == "Try the other one."
    tail = failed.value.log_tail.splitlines()
    assert (len(tail), tail[-1]) == (steps.TAIL_LINES, "it broke")


def test_a_program_that_is_not_there_fails_too() -> None:
    with pytest.raises(StepFailed, match="Install it"):
        steps.run(["/nonexistent/program"], cure="Install it.")
