"""Every page can be followed: its commands, files and links are real."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

from issuer.settings import ROOT
from tests.docs.written import (
    anchors,
    commands,
    guides,
    pages,
    shell_blocks,
    told,
    without_code,
)


def is_typed(words: str, found: Iterable[str]) -> bool:
    """Tell whether these words begin with a command, or are a group of commands."""
    return any(
        each == " ".join(words.split()[: len(each.split())])
        or each.startswith(f"{words} ")
        for each in found
    )


@pytest.mark.parametrize("page", guides(), ids=told)
def test_commands_in_a_guide_exist(page: Path, app: Flask) -> None:
    typed = shell_blocks(page)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^ *make ([a-z-]+)", typed, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for words in re.findall(r"\bflask [a-z]+ [a-z0-9-]+(?: [a-z-]+)?", typed):
        assert is_typed(words, commands(app)), words


@pytest.mark.parametrize("page", guides(), ids=told)
def test_commands_and_targets_in_running_text_exist(page: Path, app: Flask) -> None:
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    words_of = r"`(?:\.venv/bin/)?(flask [a-z]+ [a-z0-9-]+(?: [a-z-]+)?)"
    for words in re.findall(words_of, text):
        assert is_typed(words, commands(app)), words


@pytest.mark.parametrize("page", pages(), ids=told)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        led = (page.parent / place).resolve() if place else page
        assert led.exists(), target
        if anchor:
            assert anchor in anchors(led), target


@pytest.mark.parametrize("page", guides(), ids=told)
def test_files_that_a_guide_names_are_there(page: Path) -> None:
    named = re.findall(
        r"(?<!`)`((?:issuer|tests|tools|docs|keys|migrations|bench)/[\w./-]*)`",
        without_code(page.read_text(encoding="utf-8")),
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=told)
def test_nothing_is_promised_for_later(page: Path) -> None:
    words = re.compile(r"\b(TODO|FIXME|stub|placeholder|coming soon)\b", re.IGNORECASE)
    assert words.findall(page.read_text(encoding="utf-8")) == []


def test_the_changelog_has_a_version_and_speaks_of_the_credential_format() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[(Unreleased|\d+\.\d+\.\d+)\]", text, re.MULTILINE)
    assert "### Credential format" in text


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        text = without_code(page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#\s]+\.md)", text):
            if not re.match(r"[a-z]+:", target):
                waiting.append((page.parent / target).resolve())
    assert [told(page) for page in guides() if page not in reached] == []
