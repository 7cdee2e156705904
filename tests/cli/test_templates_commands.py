"""Template versions at the command line: listed, begun, checked and previewed."""

import dataclasses
import io
import json
import shutil
from pathlib import Path

import pypdf
import pytest

from issuer.app import create_app
from issuer.credentials.page_templates import PageTemplate
from issuer.services.templates import record_use
from issuer.settings import ROOT
from tests.cast import AT
from tests.web.conftest import close

NAME = "osaamistodistus"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "templates"
    shutil.copytree(ROOT / "credential_templates" / NAME / "1", root / NAME / "1")
    return root


@pytest.fixture
def app(settings, root):
    app = create_app(dataclasses.replace(settings, templates_dir=root))
    yield app
    app.extensions["issuer"].renderer.close()
    close(app)


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["templates", *words])


@pytest.fixture
def only_finnish(root):
    """Make the template small, so that a check draws three pages."""
    about = root / NAME / "1" / "template.toml"
    text = about.read_text().replace('["fi", "sv", "en"]', '["fi"]')
    about.write_text(text)


def use(app, root):
    with app.extensions["issuer"].sessions() as session:
        record_use(session, PageTemplate.load(root, NAME, "1"), at=AT)
        session.commit()


def test_a_version_is_listed_with_what_is_known_of_it(run, app, root):
    sha = PageTemplate.load(root, NAME, "1").sha256
    done = run("list")
    assert done.exit_code == 0
    assert done.output.split() == [
        f"{NAME}/1",
        "ready",
        "-",
        sha[:12],
        *["fi", "sv", "en"],
    ]
    use(app, root)
    assert run("list").output.split()[1:4] == ["frozen", "2025-03-03", sha[:12]]
    (root / NAME / "1" / "certificate.css").write_text("p { margin: 0 }")
    done = run("list")
    assert done.exit_code == 1
    assert "changed" in done.output
    shutil.rmtree(root / NAME / "1")
    done = run("list")
    assert (done.exit_code, done.output.split()[1]) == (1, "missing")


def test_a_new_version_is_begun_and_not_yet_used(run, root):
    done = run("new", NAME)
    assert done.exit_code == 0, done.output
    assert str(root / NAME / "2") in done.output
    assert "in work" in run("list").output
    done = run("new", "kurssi", "--from", f"{NAME}/1")
    assert done.exit_code == 0, done.output
    assert PageTemplate.load(root, "kurssi", "1").name == "kurssi"


def test_new_refuses_what_it_cannot_do(run, root):
    for words, told in (
        (("new", "toinen"), "There is no certificate template toinen/1."),
        (("new", "../toinen"), "is no name for a template"),
        (("new", NAME, "--from", f"{NAME}/7"), f"no certificate template {NAME}/7"),
    ):
        done = run(*words)
        assert done.exit_code == 1
        assert told in done.output
    assert run("new", NAME, "--from", "../etc/1").exit_code == 2
    (root / NAME / "2").mkdir()
    (root / NAME / "2" / "notes.txt").write_text("x")
    done = run("new", NAME)
    assert done.exit_code == 1
    assert f"There is a template {NAME}/2 already. Nothing was changed." in done.output


def test_check_draws_inspects_and_compares(run, root, only_finnish, tmp_path):
    run("new", NAME)
    css = root / NAME / "2" / "certificate.css"
    css.write_text(css.read_text() + "h1 { color: #a00; margin-top: 30mm }\n")
    out = tmp_path / "out"
    done = run("check", f"{NAME}/2", "--output", str(out))
    assert done.exit_code == 0, done.output
    assert f"{NAME}/2: in work" in done.output
    assert "% of the pixels differ from version 1" in done.output
    assert (out / "fi.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (out / "fi-page-1.png").read_bytes().startswith(b"\x89PNG")
    assert str(out / "fi-page-1.png") in done.output
    assert "✓ nothing is wrong" in done.output


def test_check_says_what_is_wrong(run, root, only_finnish, tmp_path):
    layout = root / NAME / "1" / "layout.html"
    text = layout.read_text()
    assert "alt=" in text
    layout.write_text(text.replace("<h1", "<h4").replace("</h1>", "</h4>"))
    done = run("check", f"{NAME}/1", "-o", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "✗ fi: tags: there are 0 headings of the first level" in done.output
    layout.write_text("{{ nothing_like_it }}")
    done = run("check", f"{NAME}/1", "-o", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "✗ fi: drawn: The certificate template cannot be used" in done.output


def test_check_refuses_a_frozen_version_that_changed(run, app, root, tmp_path):
    use(app, root)
    (root / NAME / "1" / "certificate.css").write_text("p { margin: 0 }")
    done = run("check", f"{NAME}/1", "-o", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "not what they were" in done.output
    assert not (tmp_path / "out").exists()


def test_preview_draws_a_statement_marked_as_no_certificate(run, root, tmp_path):
    statement = json.loads((root / NAME / "1" / "sample.json").read_bytes())
    statement["holder_name"] = "Pekka Kokeilija"
    (tmp_path / "one.json").write_text(json.dumps(statement))
    out = tmp_path / "one.pdf"
    done = run(
        *("preview", f"{NAME}/1", "--language", "sv"),
        *("--statement", str(tmp_path / "one.json"), "-o", str(out)),
    )
    assert done.exit_code == 0, done.output
    reader = pypdf.PdfReader(io.BytesIO(out.read_bytes()))
    said = "".join(page.extract_text() for page in reader.pages)
    assert "Pekka Kokeilija" in said
    assert "FÖRHANDSVISNING" in said
    assert not reader.attachments


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[]", "it is no JSON object"),
        (b"{", "Expecting property name"),
        (b'{"serial": "x"}', "it lacks accepted_on, builds_on"),
        (b"\xff", "codec can't decode"),
        (b"[" * 100_000, "recursion"),
        (b" " * 1_100_000, "larger than 1 MB"),
    ],
)
def test_preview_refuses_what_is_no_statement(run, tmp_path: Path, content, told):
    file = tmp_path / "one.json"
    file.write_bytes(content)
    out = tmp_path / "one.pdf"
    done = run("preview", f"{NAME}/1", "--statement", str(file), "-o", str(out))
    assert done.exit_code == 1
    assert "one.json is no statement that a page can be made of" in done.output
    assert told in done.output
    assert not out.exists()


def test_preview_refuses_a_language_or_a_place_it_has_not(run, tmp_path):
    out = tmp_path / "one.pdf"
    done = run("preview", f"{NAME}/1", "--language", "se", "-o", str(out))
    assert done.exit_code == 1
    assert f"There is no certificate template {NAME}/1 (se)." in done.output
    done = run("preview", f"{NAME}/1", "-o", str(tmp_path / "none" / "one.pdf"))
    assert done.exit_code == 1
    assert "cannot be written" in done.output
    assert run("preview", NAME, "-o", str(out)).exit_code == 2
