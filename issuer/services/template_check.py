"""Looking at a template version: its sample drawn, inspected, and compared.

Pages are drawn by the child processes that draw certificates, with their limits: what a
template does wrong here it would do there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final, Protocol

from issuer.credentials.page_conformance import Finding, inspect_conformance
from issuer.credentials.page_pictures import PageDifference, compare_pages
from issuer.credentials.page_templates import SAMPLE, PageTemplate, list_versions
from issuer.credentials.sealer import Draft
from issuer.domain.certificates import CertificateStatement
from issuer.domain.errors import IssuerError, sentence

LARGEST_STATEMENT = 1024 * 1024
# As long as the digits of a compact proof, so that the code is as dense as a real one.
_PROOF: Final = "31415926535897932384" * 30
_ATTACHED: Final = b'{"sample":true}'
_ALWAYS_STATED: Final = {
    field.name
    for field in fields(CertificateStatement)
    if field.default is MISSING and field.default_factory is MISSING
}


class StatementUnfit(IssuerError):
    """A file is no statement of a certificate."""

    code = "template.statement_unfit"
    sentence = sentence(
        "%(file)s is no statement that a page can be made of: %(reason)s. "
        "The template's sample.json shows one."
    )


class DrawPage(Protocol):
    """Draws a page where no key is, as `PageRenderer` does."""

    def __call__(
        self, draft: Draft, credential: bytes, check_url: str, *, preview: bool = False
    ) -> bytes:
        """Return the PDF."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to draw the sample: in a language or two, or marked as a preview."""

    name: str
    statement: dict[str, Any]
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """One variant of the sample: its PDF, what is wrong with it, what has changed.

    `differences` are from the version before, and empty if there is none.
    """

    variant: str
    pdf: bytes
    findings: tuple[Finding, ...]
    differences: tuple[PageDifference, ...] = ()


def read_statement(file: Path) -> dict[str, Any]:
    """Return a statement from a JSON file; raises StatementUnfit."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_STATEMENT + 1)
        if len(data) > LARGEST_STATEMENT:
            raise StatementUnfit(file=file.name, reason="it is larger than 1 MB")
        statement = json.loads(data)
    except (OSError, ValueError, RecursionError) as error:
        raise StatementUnfit(file=file.name, reason=str(error)) from error
    if not isinstance(statement, dict):
        raise StatementUnfit(file=file.name, reason="it is no JSON object")
    if missing := sorted(_ALWAYS_STATED - statement.keys()):
        raise StatementUnfit(file=file.name, reason=f"it lacks {', '.join(missing)}")
    return statement


def previous_version(root: Path, name: str, version: str) -> str | None:
    """Return the version before this one, or None for the first."""
    earlier = [v for n, v in list_versions(root) if n == name and int(v) < int(version)]
    return earlier[-1] if earlier else None


def draw_preview(
    draw: DrawPage, template: PageTemplate, statement: Mapping[str, Any]
) -> bytes:
    """Return the page of any statement, marked as a preview; raises PageRefused."""
    draft = Draft.of_preview(dict(statement), template)
    return draw(draft, _ATTACHED, _check_url(statement), preview=True)


def check_template(
    draw: DrawPage, root: Path, name: str, version: str
) -> Iterator[CheckedPage]:
    """Give each variant of the version's sample, drawn, inspected and compared.

    What cannot be drawn is a finding too. Raises TemplateMissing, TemplateUnfit,
    StatementUnfit and, where a package is not installed, ToolMissing.
    """
    template = PageTemplate.load(root, name, version)
    sample = read_statement(root / name / version / SAMPLE)
    before = previous_version(root, name, version)
    older = PageTemplate.load(root, name, before) if before else None
    for variant in variants_of(template, sample):
        try:
            pdf = _draw(draw, template, variant)
        except IssuerError as error:
            yield CheckedPage(variant.name, b"", (Finding("drawn", str(error)),))
            continue
        findings = inspect_conformance(pdf, languages=_languages_in(variant.statement))
        if _draw(draw, template, variant) != pdf:
            findings.append(Finding("repeatable", "a second time it has other bytes"))
        yield CheckedPage(
            variant.name,
            pdf,
            tuple(findings),
            tuple(_differences(draw, older, variant, pdf)) if older else (),
        )


def variants_of(template: PageTemplate, sample: Mapping[str, Any]) -> list[Variant]:
    """Return what to draw: each language, each pair of them, and a preview."""
    pairs = [
        (first, second)
        for first in template.languages
        for second in (None, *template.languages)
        if first != second
    ]
    found = [
        Variant(
            "-".join(filter(None, pair)),
            {**sample, "language": pair[0], "second_language": pair[1]},
        )
        for pair in sorted(pairs, key=lambda pair: pair[1] is not None)
    ]
    return [*found, Variant("preview", found[0].statement, is_preview=True)]


def _differences(
    draw: DrawPage, older: PageTemplate, variant: Variant, pdf: bytes
) -> list[PageDifference]:
    """Compare with the same statement in the older version, if that can draw it."""
    try:
        before = _draw(draw, older, variant)
    except IssuerError:
        return []
    return compare_pages(before, pdf)


def _draw(draw: DrawPage, template: PageTemplate, variant: Variant) -> bytes:
    return draw(
        Draft.of_preview(variant.statement, template),
        _ATTACHED,
        _check_url(variant.statement),
        preview=variant.is_preview,
    )


def _check_url(statement: Mapping[str, Any]) -> str:
    return f"{str(statement['id']).partition('/v/')[0]}/q#{_PROOF}"


def _languages_in(statement: Mapping[str, Any]) -> set[str]:
    """Return the languages that texts of the statement say they are in."""
    found: set[str] = set()
    waiting: list[Any] = [statement]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            found |= {str(v) for k, v in value.items() if k.endswith("_language") and v}
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found
