"""Everything installed is pinned with hashes, and no pin names a machine."""

import json
import re

import pytest

from tools.toolchain import NODE_TESTS, ROOT

FILES = sorted(ROOT.glob("requirements*.txt"))


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_package_has_a_hash_and_no_path(file: object) -> None:
    text = (ROOT / str(file)).read_text(encoding="utf-8")
    entries = re.findall(r"^\S[^\n]*(?:\n +--hash[^\n]*)*", text, re.MULTILINE)
    packages = [entry for entry in entries if not entry.startswith("#")]

    assert packages
    assert [entry for entry in packages if "--hash=sha256:" not in entry] == []
    assert not re.search(r"file:|find-links|index-url| /", text)


@pytest.mark.parametrize("name", ["requirements-demo.txt", "requirements-dev.txt"])
def test_what_is_tested_is_what_is_served(name: str) -> None:
    served, tested = pins("requirements.txt"), pins(name)

    assert {each: tested.get(each) for each in served} == served


def test_verifiers_are_pinned_and_the_lock_names_no_host() -> None:
    wishes = json.loads((NODE_TESTS / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((NODE_TESTS / "package-lock.json").read_text(encoding="utf-8"))
    entries = {name: entry for name, entry in lock["packages"].items() if name}

    for name, version in wishes["dependencies"].items():
        assert entries[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in entry for entry in entries.values())
    assert [name for name, entry in entries.items() if "resolved" in entry] == []
