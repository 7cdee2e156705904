"""Rules of the house that no linter knows, read from the source itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import String

from issuer.records import every_table
from issuer.records.base import FreeText, Record
from tools.toolchain import ROOT

PACKAGE = ROOT / "issuer"
assert every_table

LAYERS = {
    "domain": (
        "flask",
        "sqlalchemy",
        "werkzeug",
        "marshmallow",
        "jinja2",
        "weasyprint",
        "cryptography",
        "pyoxigraph",
    ),
    "credentials": ("flask", "sqlalchemy", "werkzeug", "marshmallow"),
    "records": ("flask", "werkzeug", "marshmallow"),
}
# They import WeasyPrint, which takes a second and needs Pango.
_DRAWS = {
    "__init__.py",
    "page_fetcher.py",
    "page_html.py",
    "page_pdf.py",
    "page_seal.py",
    "page_tags.py",
}
ROOMS_WITHOUT_A_NAME = re.compile(
    r"^(utils?|helpers?|common|misc|base_service|managers?|handlers?)$"
)
CLASSES_WITHOUT_A_NAME = re.compile(r"(Manager|Handler|Helper|Processor|Service)$")


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if not folders or inside.parts[0] in folders:
            yield inside, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.lineno, f".{node.func.attr}"


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_loads_without_what_it_must_not_know(layer):
    modules = [
        f"issuer.{'.'.join(path.with_suffix('').parts)}"
        for path, _ in sources(layer)
        if path.name not in _DRAWS
    ]
    barred = LAYERS[layer]
    code = (
        "import sys, importlib\n"
        f"for name in {barred!r}: sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_select_is_said_in_records_only():
    told = [
        f"{path}:{line}"
        for path, tree in sources()
        if path.parts[0] != "records"
        for line, name in calls(tree)
        if name == "select"
    ]
    assert told == []


def test_commit_is_said_in_services_only():
    told = [
        f"{path}:{line}"
        for path, tree in sources()
        if path.parts[0] != "services"
        for line, name in calls(tree)
        if name == ".commit"
    ]
    assert told == []


def test_nothing_below_the_edge_knows_the_request():
    told = [
        f"{path}:{node.lineno}"
        for path, tree in sources(
            "domain", "credentials", "records", "gateways", "services"
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
    ]
    assert told == []


def test_private_keys_are_loaded_in_one_module():
    loaders = re.compile(r"load_\w*private_key|from_private_bytes|\.generate\(")
    found = {
        str(path)
        for path, _ in sources()
        if loaders.search((PACKAGE / path).read_text(encoding="utf-8"))
    }
    assert found == {"credentials/signer.py"}


def test_every_room_and_class_has_a_name():
    for path, tree in sources():
        assert not any(ROOMS_WITHOUT_A_NAME.match(Path(p).stem) for p in path.parts), (
            path
        )
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not CLASSES_WITHOUT_A_NAME.search(node.name), (path, node.name)


def test_every_module_says_what_it_is():
    silent = [str(path) for path, tree in sources() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_file_is_too_long():
    long = [
        f"{path} {len((PACKAGE / path).read_text().splitlines())}"
        for path, _ in sources()
        if len((PACKAGE / path).read_text().splitlines()) > 300
    ]
    assert long == []


def test_every_text_column_refuses_a_personal_identity_code_or_is_ours():
    columns = [c for table in Record.metadata.tables.values() for c in table.columns]
    loose = [str(column) for column in columns if isinstance(column.type, String)]
    assert loose == []
    assert sum(isinstance(column.type, FreeText) for column in columns) > 10


def test_no_promise_of_later_work():
    words = re.compile(
        r"\b(TODO|FIXME|XXX|not implemented|placeholder)\b", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for folder in ("issuer", "tools", "migrations", "credential_templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js"}
        for match in [words.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []
