"""A template version is read whole, known by its hash, and refused with a reason."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.page import build_markup, render_page
from issuer.credentials.page_refusals import TemplateMissing, TemplateUnfit
from issuer.credentials.page_templates import PageTemplate

TEMPLATES = Path(__file__).parents[2] / "credential_templates"
VERSIONS = sorted(p.parent for p in TEMPLATES.glob("*/*/template.toml"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "osaamistodistus" / "1", tmp_path / "osaamistodistus/1")
    return tmp_path


def load(root: Path) -> PageTemplate:
    return PageTemplate.load(root, "osaamistodistus", "1")


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_each_template_makes_a_page_of_its_own_sample(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    template = PageTemplate.load(TEMPLATES, folder.parent.name, folder.name)
    sample = json.loads((folder / "sample.json").read_bytes())
    for language in template.languages:
        pdf = render_page(
            {**sample, "language": language},
            template=template,
            check_url=sample["id"],
            credential=b"{}",
            created=datetime(2026, 11, 24, tzinfo=UTC),
        )
        assert pdf.startswith(b"%PDF-1.7")
    assert [r.message for r in caplog.records if r.name == "weasyprint"] == []


def test_a_template_is_read_whole(root: Path) -> None:
    template = load(root)
    assert (template.name, template.version) == ("osaamistodistus", "1")
    assert template.languages == ("fi", "sv", "en")
    assert template.title["fi"] == "Osaamistodistus"
    assert "<html" in "".join([template.html["fi"], *template.parts.values()])
    assert len(template.sha256) == 64


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("osaamistodistus", "2"),
        ("toinen", "1"),
        ("../osaamistodistus", "1"),
        ("osaamistodistus", "../osaamistodistus/1"),
        ("osaamistodistus", "01"),
        ("", "1"),
    ],
)
def test_a_template_that_is_not_there_is_missing(
    root: Path, name: str, version: str
) -> None:
    with pytest.raises(TemplateMissing):
        PageTemplate.load(root, name, version)


def test_the_hash_follows_every_file_and_name(root: Path) -> None:
    folder = root / "osaamistodistus" / "1"
    seen = {load(root).sha256}
    (folder / "certificate.css").write_text("p { margin: 0 }")
    seen.add(load(root).sha256)
    (folder / "assets").mkdir()
    (folder / "assets" / "arms.svg").write_bytes(b"<svg/>")
    seen.add(load(root).sha256)
    (folder / "assets" / "arms.svg").rename(folder / "assets" / "other.svg")
    seen.add(load(root).sha256)
    assert len(seen) == 4
    before = load(root).sha256
    (folder / ".DS_Store").write_bytes(b"left by a file browser")
    assert load(root).sha256 == before


@pytest.mark.parametrize(
    "file", ["template.toml", "certificate.css", "certificate.fi.html"]
)
def test_a_template_without_one_of_its_files_is_unfit(root: Path, file: str) -> None:
    (root / "osaamistodistus" / "1" / file).unlink()
    with pytest.raises(TemplateUnfit, match=file):
        load(root)


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("name = ", "template.toml"),
        ('version = "1"\nlanguages = ["fi"]', "name is missing"),
        ('name = "osaamistodistus"\nversion = "1"\nlanguages = ["fi"]', "no title"),
        (
            'name = "osaamistodistus"\nversion = "2"\nlanguages = ["fi"]\n'
            '[title]\nfi = "T"',
            "calls it osaamistodistus/2",
        ),
    ],
)
def test_a_template_that_misdescribes_itself_is_unfit(
    root: Path, toml: str, reason: str
) -> None:
    (root / "osaamistodistus" / "1" / "template.toml").write_text(toml)
    with pytest.raises(TemplateUnfit, match=reason):
        load(root)


def test_a_language_the_template_does_not_speak_is_missing(root: Path) -> None:
    template = load(root)
    template.require_language("sv")
    with pytest.raises(TemplateMissing, match=r"osaamistodistus/1 \(se\)"):
        template.require_language("se")


@pytest.mark.parametrize(
    "markup",
    [
        "{{ no_such_value }}",
        "{% if %}",
        "{{ holder_name.__class__.__mro__ }}",
        "{{ tasks.append('x') }}",
    ],
)
def test_a_template_cannot_reach_beyond_its_values(root: Path, markup: str) -> None:
    folder = root / "osaamistodistus" / "1"
    (folder / "certificate.fi.html").write_text(markup)
    sample = json.loads((folder / "sample.json").read_bytes())
    with pytest.raises(TemplateUnfit):
        build_markup(sample, template=load(root), check_url=sample["id"])


def test_a_picture_in_assets_is_drawn(root: Path) -> None:
    folder = root / "osaamistodistus" / "1"
    (folder / "assets").mkdir()
    (folder / "assets" / "arms.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
        '<path d="M0 0h1v1z"/></svg>'
    )
    (folder / "certificate.fi.html").write_text(
        '<html lang="fi"><title>T</title><img alt="x" src="asset:assets/arms.svg">'
    )
    sample = json.loads((folder / "sample.json").read_bytes())
    pdf = render_page(
        sample,
        template=load(root),
        check_url=sample["id"],
        credential=b"{}",
        created=datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert pdf.startswith(b"%PDF-1.7")
