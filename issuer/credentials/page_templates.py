"""Versioned templates of the printed certificate, read from their folders.

`<root>/<name>/<version>/` holds `template.toml`, `certificate.<language>.html`,
`certificate.css`, optionally `assets/`, and `sample.json`. A version is frozen once a
certificate was made with it; `sha256` tells whether it still is what it was.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from issuer.credentials.page_refusals import TemplateMissing, TemplateUnfit

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class PageTemplate:
    """One version of one template, whole, in memory.

    `title` and `html` are by language; `assets` by the address used in the template,
    e.g. `assets/arms.svg`.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    html: Mapping[str, str]
    css: str
    assets: Mapping[str, bytes]
    sha256: str

    @classmethod
    def load(cls, root: Path, name: str, version: str) -> Self:
        """Read the template; raise TemplateMissing or TemplateUnfit."""
        folder = root / name / version
        if not (
            _NAME.fullmatch(name) and _VERSION.fullmatch(version) and folder.is_dir()
        ):
            raise TemplateMissing(template=f"{name}/{version}")
        contents = _contents(folder)
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
        )

    def require_language(self, language: str) -> None:
        """Raise TemplateMissing unless the template speaks `language`."""
        if language not in self.languages:
            raise TemplateMissing(template=f"{self.name}/{self.version} ({language})")


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _about(contents: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        about = tomllib.loads(_text(contents, "template.toml"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateUnfit(reason=f"template.toml: {error}") from error
    for key, kind in (("name", str), ("version", str), ("languages", list)):
        if not isinstance(about.get(key), kind):
            raise TemplateUnfit(reason=f"template.toml: {key} is missing")
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
