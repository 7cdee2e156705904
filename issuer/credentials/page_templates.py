"""Versioned templates of the printed certificate, read from their folders.

`<root>/<name>/<version>/` holds `template.toml`, `certificate.<language>.html`,
`certificate.css`, optionally `assets/`, and `sample.json`. A version is frozen once a
certificate was made with it; `sha256` tells whether it still is what it was.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from issuer.credentials.page_refusals import (
    TemplateChanged,
    TemplateMissing,
    TemplateUnfit,
)
from issuer.credentials.template_files import read_files

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"[1-9][0-9]{0,5}")
SAMPLE = "sample.json"


@dataclass(frozen=True, slots=True)
class PageTemplate:
    """One version of one template, whole, in memory.

    `title` and `html` are by language; `assets` by the address used in the template,
    e.g. `assets/arms.svg`; `parts` are the other pieces of HTML, by file name, that a
    page includes. `is_ready` is False while somebody still works on it. Where it
    `has_seal_panel`, the seal on the cover is a field that a signature is put into.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    html: Mapping[str, str]
    css: str
    assets: Mapping[str, bytes]
    sha256: str
    is_ready: bool = True
    parts: Mapping[str, str] = field(default_factory=dict)
    has_seal_panel: bool = False

    @classmethod
    def load(cls, root: Path, name: str, version: str) -> Self:
        """Read the template; raise TemplateMissing or TemplateUnfit."""
        folder = root / name / version
        if not (
            NAME.fullmatch(name) and _VERSION.fullmatch(version) and folder.is_dir()
        ):
            raise TemplateMissing(template=f"{name}/{version}")
        contents = read_files(folder)
        about = _about(contents)
        if (about["name"], about["version"]) != (name, version):
            raise TemplateUnfit(
                reason=f"template.toml calls it {about['name']}/{about['version']}, "
                f"its folder {name}/{version}"
            )
        languages = tuple(about["languages"])
        return cls(
            name=name,
            version=version,
            languages=languages,
            title={language: about["title"][language] for language in languages},
            html={
                language: _text(contents, f"certificate.{language}.html")
                for language in languages
            },
            css=_text(contents, "certificate.css"),
            assets={
                path: content
                for path, content in contents.items()
                if path.startswith("assets/")
            },
            sha256=_digest(contents),
            is_ready=about.get("ready", True) is True,
            parts={
                path: _text(contents, path)
                for path in contents
                if path.endswith(".html") and not path.startswith("certificate.")
            },
            has_seal_panel=about.get("seal", {}).get("panel", False),
        )

    @property
    def label(self) -> str:
        """Return what people call it, e.g. `osaamistodistus/1`."""
        return f"{self.name}/{self.version}"

    def require_language(self, language: str) -> None:
        """Raise TemplateMissing unless the template speaks `language`."""
        if language not in self.languages:
            raise TemplateMissing(template=f"{self.label} ({language})")

    def require_unchanged(self, sha256: str) -> None:
        """Raise TemplateChanged unless its files still have this SHA-256."""
        if self.sha256 != sha256:
            raise TemplateChanged(template=self.label)


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """The template of new certificates; its newest ready version unless one is named.

    The folder is asked each time, so that a new version needs no restart.
    """

    root: Path
    name: str
    version: str | None = None

    def load(self) -> PageTemplate:
        """Read the template in use; raise TemplateMissing or TemplateUnfit."""
        if self.version is not None:
            template = PageTemplate.load(self.root, self.name, self.version)
            if not template.is_ready:
                raise TemplateUnfit(reason=f"{template.label}: it is not ready yet")
            return template
        for name, version in reversed(list_versions(self.root)):
            if name == self.name:
                template = PageTemplate.load(self.root, name, version)
                if template.is_ready:
                    return template
        raise TemplateMissing(template=self.name)


def list_versions(root: Path) -> list[tuple[str, str]]:
    """Return name and version of each template folder, in the order of both."""
    found = [
        (path.parent.parent.name, path.parent.name)
        for path in root.glob("*/*/template.toml")
    ]
    return sorted(
        (
            (name, version)
            for name, version in found
            if NAME.fullmatch(name) and _VERSION.fullmatch(version)
        ),
        key=lambda each: (each[0], int(each[1])),
    )


def _about(contents: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        about = tomllib.loads(_text(contents, "template.toml"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateUnfit(reason=f"template.toml: {error}") from error
    for key, kind in (("name", str), ("version", str), ("languages", list)):
        if not isinstance(about.get(key), kind):
            raise TemplateUnfit(reason=f"template.toml: {key} is missing")
    if not isinstance(about.get("ready", True), bool):
        raise TemplateUnfit(reason="template.toml: ready is true or false")
    seal = about.get("seal", {})
    if not (isinstance(seal, dict) and isinstance(seal.get("panel", False), bool)):
        raise TemplateUnfit(reason="template.toml: panel of [seal] is true or false")
    titles = about.get("title")
    if not isinstance(titles, dict) or not set(about["languages"]) <= titles.keys():
        raise TemplateUnfit(reason="template.toml: a language has no title")
    return about


def _text(contents: Mapping[str, bytes], path: str) -> str:
    try:
        return contents[path].decode()
    except (KeyError, UnicodeDecodeError) as error:
        raise TemplateUnfit(reason=f"{path} is missing or not UTF-8") from error


def _digest(contents: Mapping[str, bytes]) -> str:
    """Hash names and bytes, each with its length, so that nothing can shift over."""
    digest = hashlib.sha256()
    for path, content in sorted(contents.items()):
        for part in (path.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
