"""A system without Pango, as each kind of user meets it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import steps, system_packages
from tools.steps import StepFailed

LIBRARIES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
Fake = Callable[[str, str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Only the programs that a test writes are on the PATH, with `env` and `cat`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for real in ("env", "cat", "grep"):
        (folder / real).symlink_to(f"/usr/bin/{real}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("NO_APT", raising=False)
    monkeypatch.setattr(steps, "LOG", tmp_path / "setup.log")

    def write(name: str, script: str) -> None:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return write


def test_each_package_is_asked_for_once() -> None:
    assert system_packages.list_missing_libraries(lambda _: False) == LIBRARIES
    assert system_packages.list_missing_libraries(lambda _: True) == []


def test_an_unknown_library_does_not_load() -> None:
    assert not system_packages.loads("libthat-nobody-has.so.9")


def test_an_ordinary_user_is_told_the_exact_line(
    monkeypatch: pytest.MonkeyPatch, programs: Fake, tmp_path: Path
) -> None:
    programs("apt-get", f"echo called >> '{tmp_path}/apt'")
    programs("sudo", "exit 1")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "list_missing_libraries", lambda: LIBRARIES)

    with pytest.raises(StepFailed) as refusal:
        system_packages.require_system_packages(also=["qpdf"])

    line = (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )
    assert line in refusal.value.cure
    assert refusal.value.cure.splitlines()[-2].endswith("qpdf")
    assert not (tmp_path / "apt").exists()


def test_an_ordinary_user_needs_no_apt_where_the_libraries_are(
    monkeypatch: pytest.MonkeyPatch, programs: Fake
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "list_missing_libraries", list)
    monkeypatch.setattr(system_packages, "list_missing_venv", list)

    system_packages.require_system_packages()


@pytest.mark.parametrize(
    ("euid", "sudo", "prefix"),
    [
        (0, None, []),
        (1000, "exit 0", ["sudo", "-n"]),
        (1000, "exit 1", None),
        (1000, None, None),
    ],
)
def test_who_may_install(
    monkeypatch: pytest.MonkeyPatch,
    programs: Fake,
    euid: int,
    sudo: str | None,
    prefix: list[str] | None,
) -> None:
    programs("apt-get", "exit 0")
    if sudo:
        programs("sudo", sudo)
    monkeypatch.setattr("os.geteuid", lambda: euid)

    assert system_packages.apt_prefix() == prefix
    monkeypatch.setenv("NO_APT", "1")
    assert system_packages.apt_prefix() is None


def test_a_new_system_gets_its_package_lists_first(
    monkeypatch: pytest.MonkeyPatch, programs: Fake, tmp_path: Path
) -> None:
    """`install` fails until `update` was called, as in a fresh container."""
    calls = tmp_path / "calls"
    programs(
        "apt-get",
        f"echo \"$@\" >> '{calls}'; [ \"$3\" = update ] || grep -q update '{calls}'",
    )
    monkeypatch.setattr("os.geteuid", lambda: 0)

    system_packages.install(["qpdf"], why="It is needed.")

    assert [line.split()[2] for line in calls.read_text().splitlines()] == [
        "install",
        "update",
        "install",
    ]


def test_a_failing_apt_shows_what_it_said_and_the_line_by_hand(
    monkeypatch: pytest.MonkeyPatch, programs: Fake
) -> None:
    programs("apt-get", "echo 'no network here'; exit 100")
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(StepFailed, match="apt-get update && apt-get install") as failed:
        system_packages.install(["qpdf"], why="It is needed.")

    assert failed.value.log_tail.endswith("no network here")
