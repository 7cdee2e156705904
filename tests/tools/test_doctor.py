"""The doctor tells what is missing, for what, and the cure."""

import pytest

from tools import doctor, system_packages


def test_a_system_without_pango_cannot_run_the_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        system_packages, "list_missing_libraries", lambda: ["libpango-1.0-0"]
    )

    assert doctor.main() == 1
    [line] = [
        line for line in capsys.readouterr().out.splitlines() if "system lib" in line
    ]
    assert line.startswith("  ✗")
    assert "--no-install-recommends libpango-1.0-0" in line


def test_a_missing_browser_does_not_stop_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "find_chromium", lambda: None)

    [finding] = [each for each in doctor.examine() if each.what == "Chromium"]

    assert finding.needed_by == "tests"
    assert finding.line.startswith("  –")
