"""Pages are drawn in warm child processes that hold nothing of ours."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from issuer.credentials.page import render_page
from issuer.credentials.page_refusals import PageTooLarge, TemplateMissing
from issuer.credentials.page_templates import PageTemplate
from issuer.services.page_child import _refusal
from issuer.services.page_orders import (
    LARGEST,
    Cut,
    receive_message,
    send_message,
)
from issuer.services.page_renderer import PageNotDrawn, PageRenderer, PageTooSlow
from tests.services.drawn_pages import CODE, SmallDraft, write_templates


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_templates(tmp_path_factory.mktemp("templates"))


@contextmanager
def renderer(templates: Path, **chosen) -> Iterator[PageRenderer]:
    drawing = PageRenderer(templates, **{"sample": "small", **chosen})
    try:
        yield drawing
    finally:
        drawing.close()


SECRETS = {
    "DATABASE_URL": "postgresql://secret@db/issuer",
    "KEY_PASSPHRASE_FILE": "/run/secrets/passphrase",
    "SECRET_KEY_FILE": "/run/secrets/cookies",
    "PYTHONSTARTUP": "/tmp/evil.py",
}


def test_a_child_holds_nothing_of_ours(templates, monkeypatch, tmp_path):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with (tmp_path / "open.db").open("w") as ours, renderer(templates) as drawing:
        drawing(SmallDraft(), b"{}", CODE)
        (pid,) = drawing.list_children()
        process = Path(f"/proc/{pid}")
        if not process.exists():
            pytest.skip("this system tells nothing of its processes in /proc")
        environment = (process / "environ").read_bytes().decode().split("\0")
        names = {entry.partition("=")[0] for entry in environment if entry}
        assert names <= {"FONTCONFIG_FILE", "HOME", "LC_ALL", "LD_LIBRARY_PATH"} | {
            "TMPDIR"
        }
        opened = {str(link.readlink()) for link in (process / "fd").iterdir()}
        assert ours.name not in opened
        assert len([name for name in opened if name.startswith("socket:")]) == 1
        folder = next(e.removeprefix("TMPDIR=") for e in environment if "TMPDIR" in e)
        assert Path(folder).is_dir()
    assert not process.exists()
    assert not Path(folder).exists(), "a child left its folder behind"


def test_a_page_is_the_same_in_a_child_that_sees_no_other_fonts(templates):
    draft = SmallDraft()
    here = render_page(
        draft.statement,
        template=PageTemplate.load(templates, "small", "1"),
        check_url=CODE,
        credential=b"{}",
        created=datetime.fromisoformat(draft.created),
    )
    with renderer(templates) as drawing:
        assert drawing(draft, b"{}", CODE) == here


def test_a_refusal_crosses_the_wall_whole_and_the_child_goes_on(templates):
    large = SmallDraft()
    unit = large.statement["units"][0]
    unit["areas"][0]["requirements"] = unit["areas"][0]["requirements"] * 100
    with renderer(templates) as drawing:
        drawing(SmallDraft(), b"{}", CODE)
        before = drawing.list_children()
        with pytest.raises(PageTooLarge) as refused:
            drawing(large, b"{}", CODE)
        assert refused.value.facts["limit"] == 300
        with pytest.raises(TemplateMissing):
            drawing(SmallDraft(template="none"), b"{}", CODE)
        assert drawing.list_children() == before


def test_children_make_way_one_after_another(templates):
    with renderer(templates, workers=2, pages_per_child=4) as drawing:
        drawing.warm_up()
        seen = [set(drawing.list_children())]
        for _ in range(12):
            drawing(SmallDraft(), b"{}", CODE)
            seen.append(set(drawing.list_children()))
    assert all(len(now) == 2 for now in seen)
    changes = [len(now - then) for then, now in pairwise(seen)]
    assert max(changes) == 1, "two were new at once"
    assert sum(changes) >= 2


def test_a_template_that_hangs_is_ended_and_the_next_page_is_made(templates):
    with renderer(templates, seconds=3) as drawing:
        drawing(SmallDraft(), b"{}", CODE)
        (hung,) = drawing.list_children()
        with pytest.raises(PageTooSlow):
            drawing(SmallDraft(template="hanging"), b"{}", CODE)
        assert not Path(f"/proc/{hung}").exists()
        assert drawing(SmallDraft(), b"{}", CODE).startswith(b"%PDF-")


def test_a_template_that_eats_memory_is_ended_within_bounds(templates):
    with renderer(templates) as drawing:
        with pytest.raises(PageNotDrawn):
            drawing(SmallDraft(template="greedy"), b"{}", CODE)
        assert drawing(SmallDraft(), b"{}", CODE).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"refused": "page.too_large"},
        {"refused": "page.too_large", "facts": {"count": 1}},
        {"refused": "page.too_large", "facts": ["count"]},
        {"refused": 7, "facts": {}},
        {"failed": "x" * 9999},
    ],
)
def test_whatever_a_child_answers_is_only_a_reason(answer):
    assert len(str(_refusal(answer))) < 200


def test_a_message_that_is_none_cuts_the_wire():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_message(ours, {"a": b"bytes", "b": ["text", 1], "c": b""})
        assert receive_message(theirs) == {"a": b"bytes", "b": ["text", 1], "c": b""}
        for nonsense in (
            (LARGEST + 1).to_bytes(8, "big"),
            (4).to_bytes(8, "big") + b"null",
            (9).to_bytes(8, "big") + b"[{},[1,2]",
            (13).to_bytes(8, "big") + b'[{},{"a":-1}]',
        ):
            ours.sendall(nonsense)
            with pytest.raises(Cut):
                receive_message(theirs)
        ours.close()
        with pytest.raises(Cut):
            receive_message(theirs)
