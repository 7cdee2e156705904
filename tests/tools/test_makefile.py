"""`make` lists every target a person may call, and knows no other."""

import re
import subprocess

from tools.toolchain import ROOT

INTERNAL = {"ready-to-develop", "ready-to-test"}


def test_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text, re.MULTILINE)
    targets = set(phony.replace("\\", " ").split())

    said = subprocess.run(
        ["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout

    assert set(re.findall(r"^  make (\S+) +\S", said, re.MULTILINE)) == (
        targets - INTERNAL
    )
    assert set(re.findall(r"^([a-z-]+):", text, re.MULTILINE)) == targets
