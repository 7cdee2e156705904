"""Reading what is written: our pages, their shell blocks, links and headings."""

import re
from pathlib import Path

import click
from flask import Flask

from issuer.settings import ROOT

THROWN_AWAY = {".venv", ".git", "node_modules", "var", ".pytest_cache", ".hypothesis"}


def pages() -> list[Path]:
    return sorted(
        page
        for page in ROOT.rglob("*.md")
        if not THROWN_AWAY & set(page.relative_to(ROOT).parts)
    )


def guides() -> list[Path]:
    """Return the pages that a person follows: not the READMEs of folders."""
    return [
        page
        for page in pages()
        if page.is_relative_to(ROOT / "docs") or page.parent == ROOT
    ]


def told(page: Path) -> str:
    return str(page.relative_to(ROOT))


def shell_blocks(page: Path) -> str:
    """Return what the page's `sh` blocks say, without what they feed to programs."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return re.sub(r"<<'(\w+)'(.*?)^ *\1$", r"\2", "\n".join(blocks), flags=re.M | re.S)


def without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = without_code(page.read_text(encoding="utf-8"))
    found = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        shown = heading.replace("&lt;", "<").replace("&gt;", ">").replace("`", "")
        found.add(re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-"))
    return found


def commands(app: Flask) -> dict[str, click.Command]:
    """Return our commands by what a person types: `flask keys list`."""
    found: dict[str, click.Command] = {}
    waiting = [
        (f"flask {name}", group)
        for name, group in app.cli.commands.items()
        if isinstance(group, click.Group)
    ]
    while waiting:
        typed, group = waiting.pop()
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                waiting.append((f"{typed} {name}", command))
            else:
                found[f"{typed} {name}"] = command
    return found
