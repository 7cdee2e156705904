"""A missing browser is a skip on a desk and a failure in CI."""

import pytest

from tools import programs
from tools.steps import StepFailed


@pytest.fixture(autouse=True)
def _no_browser_and_no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "apt_prefix", lambda: None)
    monkeypatch.setitem(programs.PROGRAMS, "chromium", lambda: None)
    for other in set(programs.PROGRAMS) - {"chromium"}:
        monkeypatch.delitem(programs.PROGRAMS, other)


def test_at_a_desk_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "IN_CI", False)

    programs.require_programs()

    assert "tests that need it are skipped, chromium missing" in capsys.readouterr().out


def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "IN_CI", True)

    with pytest.raises(StepFailed, match="chromium missing"):
        programs.require_programs()
