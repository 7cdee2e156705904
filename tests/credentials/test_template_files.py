"""A template's folder is read within bounds, and nothing outside it ever is."""

import os
from pathlib import Path

import pytest

from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.template_files import (
    LARGEST_FILE,
    LARGEST_FOLDER,
    MOST_FILES,
    read_files,
)
from tests.credentials.printed_pages import TEMPLATES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "osaamistodistus" / "1"
    (folder / "assets").mkdir(parents=True)
    (folder / "template.toml").write_text("")
    (folder / "assets" / "arms.svg").write_text("<svg/>")
    return folder


def test_files_are_read_by_their_path(folder: Path) -> None:
    assert read_files(folder) == {"template.toml": b"", "assets/arms.svg": b"<svg/>"}


def test_every_template_of_ours_is_within_bounds() -> None:
    for toml in TEMPLATES.glob("*/*/template.toml"):
        assert "certificate.css" in read_files(toml.parent)


def test_hidden_files_of_a_file_browser_are_passed_over(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"x" * (LARGEST_FILE + 1))
    (folder / ".git").symlink_to("/etc")
    assert len(read_files(folder)) == 2


@pytest.mark.parametrize(
    "name",
    [
        "run.py",
        "certificate.php",
        "font.ttf",
        "assets/page.html",
        "assets/program.svgz",
        "assets/deeper/arms.svg",
        "other/arms.svg",
        "CERTIFICATE.CSS",
        "a b.html",
        "ä.html",
    ],
)
def test_a_file_of_an_unknown_kind_is_refused(folder: Path, name: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    with pytest.raises(TemplateUnfit, match="no template holds such a file"):
        read_files(folder)


@pytest.mark.parametrize("name", ["layout.html", "assets/passwd.svg", "more"])
def test_a_link_is_refused_wherever_it_leads(folder: Path, name: str) -> None:
    for target in ("/etc/passwd", "/etc", "template.toml", "nowhere"):
        (folder / name).symlink_to(target)
        with pytest.raises(TemplateUnfit, match="is a link"):
            read_files(folder)
        (folder / name).unlink()


def test_a_linked_folder_of_assets_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "assets" / "arms.svg").unlink()
    (folder / "assets").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "assets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TemplateUnfit, match="assets is a link"):
        read_files(folder)


def test_a_pipe_is_refused_and_nobody_waits_for_it(folder: Path) -> None:
    os.mkfifo(folder / "layout.html")
    with pytest.raises(TemplateUnfit, match="no plain file"):
        read_files(folder)


def test_too_many_too_large_and_too_much_are_refused(folder: Path) -> None:
    for number in range(MOST_FILES - 2):
        (folder / "assets" / f"a{number}.svg").write_text("")
    assert len(read_files(folder)) == MOST_FILES
    one_more = folder / "assets" / "b.svg"
    one_more.write_text("")
    with pytest.raises(TemplateUnfit, match="more than 64 files"):
        read_files(folder)
    one_more.unlink()
    large = folder / "assets" / "a0.svg"
    large.write_bytes(b"x" * LARGEST_FILE)
    assert read_files(folder)
    large.write_bytes(b"x" * (LARGEST_FILE + 1))
    with pytest.raises(TemplateUnfit, match=r"assets/a0\.svg exceeds"):
        read_files(folder)
    for number in range(LARGEST_FOLDER // LARGEST_FILE + 1):
        file = folder / "assets" / f"a{number}.svg"
        file.write_bytes(b"x" * (LARGEST_FILE - 1))
    with pytest.raises(TemplateUnfit, match="its files exceed"):
        read_files(folder)
