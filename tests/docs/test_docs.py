"""The reference says what the program does, no more and no less."""

import importlib
import pkgutil
import re
from typing import Any

import click
from flask import Flask

import issuer
from issuer.cli.certificates import EXIT_CODES
from issuer.credentials.inspection import CHECKS
from issuer.credentials.shape import SEALED, InOrder, Several, Shape, With
from issuer.domain.errors import IssuerError
from issuer.settings import ROOT, _Environment
from tests.docs.written import commands

REFERENCE = ROOT / "docs" / "reference"
PUBLIC_BLUEPRINTS = re.compile(r"public|checks|scan|api_\w+")


def read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the text below each `##` heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def refusals() -> dict[str, str]:
    """Return the sentence of every code that the program can raise."""
    for module in pkgutil.walk_packages(issuer.__path__, "issuer."):
        importlib.import_module(module.name)
    found: dict[str, str] = {}
    waiting: list[type[IssuerError]] = [IssuerError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith("issuer."):
            assert found.setdefault(kind.code, kind.sentence) == kind.sentence, (
                f"{kind.code} says two things"
            )
    return found


def members(rule: object) -> set[str]:
    """Return the name of every member that a shape allows, at any depth."""
    if isinstance(rule, Several):
        return members(rule.rule)
    if isinstance(rule, With):
        return members(rule.having) | members(rule.lacking)
    if isinstance(rule, InOrder):
        return set().union(*(members(each) for each in rule.rules))
    if isinstance(rule, Shape):
        inner = {**rule.required, **rule.optional}
        return set(inner).union(*(members(each) for each in inner.values()))
    return set()


def written(default: object) -> str:
    """Return a setting's default as the reference writes it."""
    if default is None or default is False:
        return str(default).lower()
    return str(default).replace(f"{ROOT}/", "")


def test_every_setting_has_its_heading_and_default() -> None:
    found = {
        name: re.search(r"^Default: (.+)$", text, re.MULTILINE)
        for name, text in sections(read("settings.md")).items()
    }
    fields: dict[str, Any] = _Environment().fields
    assert set(found) == set(fields)
    for name, default in found.items():
        assert default, f"{name} has no default"
        assert default[1].strip("`") == written(fields[name].load_default), name


def test_every_command_has_its_heading(app: Flask) -> None:
    assert set(sections(read("cli.md"))) == set(commands(app))


def test_every_option_of_a_command_is_explained(app: Flask) -> None:
    explained = sections(read("cli.md"))
    for typed, command in commands(app).items():
        for parameter in command.params:
            names = parameter.opts
            if isinstance(parameter, click.Argument):
                names = [str(parameter.name).upper()]
            for name in names:
                assert f"`{name}`" in explained[typed], (typed, name)


def test_the_exit_codes_are_those_of_the_program() -> None:
    rows = re.findall(
        r"^\| (\d) \| `(\w+)`",
        sections(read("cli.md"))["flask certificates verify"],
        re.MULTILINE,
    )
    assert {verdict: int(code) for code, verdict in rows} == {
        verdict.value: code for verdict, code in EXIT_CODES.items()
    }


def test_every_refusal_has_its_line_and_none_is_gone() -> None:
    lines = re.findall(r"^\| `([\w.]+)` \| (.+) \|$", read("error-codes.md"), re.M)
    assert len(lines) == len(dict(lines))
    assert dict(lines) == refusals()


def test_every_member_of_a_credential_is_explained() -> None:
    text = read("credential-format.md")
    assert {name for name in members(SEALED) if f"`{name}`" not in text} == set()


def test_no_member_is_explained_that_a_credential_cannot_have() -> None:
    found = {
        name
        for heading in (
            "Credential",
            "Issuer",
            "Subject",
            "Achievement",
            "Result",
            "Evidence",
            "Status",
            "Proof",
        )
        for name in re.findall(
            r"^\| `([\w@]+)` \|", sections(read("credential-format.md"))[heading], re.M
        )
    }
    assert found - members(SEALED) == set()


def test_every_check_of_a_report_is_explained() -> None:
    source = "\n".join(
        (ROOT / "issuer" / place).read_text(encoding="utf-8")
        for place in (
            "services/verification.py",
            "services/page_checks.py",
            "domain/verification.py",
        )
    )
    made = {*CHECKS, *re.findall(r'\bCheck\(\s*"(\w+)"', source)}
    table = sections(read("credential-format.md"))["The report"].split("| asked |")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == made


def test_every_public_address_has_its_heading(app: Flask) -> None:
    public = {
        f"{method} {re.sub(r'<[a-z]+:', '<', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if PUBLIC_BLUEPRINTS.fullmatch(rule.endpoint.rpartition(".")[0])
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    headings = [
        heading.replace("&lt;", "<").replace("&gt;", ">")
        for heading in sections(read("http-api.md"))
    ]
    assert {each for each in headings if each != "Errors"} == public
