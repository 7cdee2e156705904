"""A template version is frozen by its first certificate, and a change is refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.credentials.page_contents import MOST_REQUIREMENTS
from issuer.credentials.page_refusals import (
    PageTooLarge,
    TemplateChanged,
    TemplateMissing,
    TemplateUnfit,
)
from issuer.credentials.page_templates import PageTemplate, TemplateChoice
from issuer.credentials.sealer import Draft
from issuer.domain.identifiers import Serial
from issuer.records import certificates as rows
from issuer.records.status import count_entries
from issuer.records.templates import list_template_versions
from issuer.services.issuance import release_certificate
from issuer.services.page_renderer import PageRenderer
from issuer.services.sealing import draft_of
from issuer.services.template_making import (
    TemplateNameMalformed,
    TemplateTaken,
    new_version,
)
from issuer.services.templates import (
    TemplateState,
    list_templates,
    record_use,
    template_choice,
    template_for_new,
)
from tests import cast
from tests.cast import AT, LATER
from tests.statements import example_statement
from tools.toolchain import ROOT

NAME = "osaamistodistus"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "templates"
    shutil.copytree(ROOT / "credential_templates" / NAME / "1", root / NAME / "1")
    return root


@pytest.fixture
def sealing(sealing, root):
    return replace(sealing, template=TemplateChoice(root, NAME))


@pytest.fixture
def accept(session, house):
    """Return a maker of accepted proposals."""
    cast.map_and_publish(session, house)

    def accepted(once: str) -> int:
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period, once=once)
        return cast.propose_and_accept(session, house, period)

    return accepted


def release(session, house, sealing, proposal_id, *, bits):
    return release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=proposal_id,
        serial=Serial.from_bits(bits),
        at=LATER,
    )


def change(root: Path, version: str = "1") -> None:
    with (root / NAME / version / "certificate.css").open("a") as css:
        css.write("p { margin: 1mm }\n")


def ready(root: Path, version: str) -> None:
    about = root / NAME / version / "template.toml"
    about.write_text(about.read_text().replace("ready = false\n", ""))


def drafts(session, *ids):
    return [Draft.parse(rows.get_certificate(session, id_).draft) for id_ in ids]


def test_the_first_certificate_freezes_the_version(
    session, house, sealing, accept, root
):
    proposals = [accept("a"), accept("b")]
    assert list_template_versions(session) == []
    ids = [release(session, house, sealing, p, bits=n) for n, p in enumerate(proposals)]
    (row,) = list_template_versions(session)
    template = PageTemplate.load(root, NAME, "1")
    assert (row.name, row.version, row.sha256) == (NAME, "1", template.sha256)
    assert row.first_used_at == LATER
    for draft in drafts(session, *ids):
        assert (draft.template, draft.template_version) == (NAME, "1")
        assert draft.template_sha256 == template.sha256


def test_a_changed_version_is_refused_before_anything_is_stored(
    session, house, sealing, accept, root
):
    first, second = accept("a"), accept("b")
    release(session, house, sealing, first, bits=1)
    change(root)
    with pytest.raises(TemplateChanged, match=r"osaamistodistus/1.*new version"):
        release(session, house, sealing, second, bits=2)
    session.rollback()
    assert rows.find_by_proposal(session, proposal_id=second) is None
    assert count_entries(session, list_id=1) == 1


def test_a_release_that_fails_freezes_nothing(
    session, house, sealing, accept, monkeypatch
):
    proposal = accept("a")
    seen = []

    def fail(session, *_, **__):
        seen.extend(list_template_versions(session))
        raise OSError("the machine died")

    monkeypatch.setattr("issuer.services.issuance.give_status_entry", fail)
    with pytest.raises(OSError, match="died"):
        release(session, house, sealing, proposal, bits=1)
    session.rollback()
    assert len(seen) == 1
    assert list_template_versions(session) == []


def test_two_first_certificates_of_other_bytes_cannot_both_be(session, sealing, root):
    ours = template_for_new(session, sealing.template)
    change(root)
    theirs = template_for_new(session, sealing.template)
    record_use(session, theirs, at=AT)
    with pytest.raises(TemplateChanged):
        record_use(session, ours, at=AT)
    record_use(session, theirs, at=LATER)
    (row,) = list_template_versions(session)
    assert (row.sha256, row.first_used_at) == (theirs.sha256, AT)


def test_an_old_certificate_keeps_its_version(session, house, sealing, accept, root):
    old = release(session, house, sealing, accept("a"), bits=1)
    new_version(root, NAME)
    still = release(session, house, sealing, accept("b"), bits=2)
    ready(root, "2")
    new = release(session, house, sealing, accept("c"), bits=3)
    versions = [d.template_version for d in drafts(session, old, still, new)]
    assert versions == ["1", "1", "2"]
    assert len({d.template_sha256 for d in drafts(session, old, new)}) == 2


def test_a_page_is_not_drawn_with_a_changed_version(
    session, house, sealing, accept, root
):
    id_ = release(session, house, sealing, accept("a"), bits=1)
    (draft,) = drafts(session, id_)
    change(root)
    renderer = PageRenderer(root)
    try:
        with pytest.raises(TemplateChanged, match="osaamistodistus/1"):
            renderer(draft, b"{}", "https://hiisi.example/q#1")
        folder = root / NAME / "1"
        shutil.copy(
            ROOT / "credential_templates" / NAME / "1" / "certificate.css", folder
        )
        assert renderer(draft, b"{}", "https://hiisi.example/q#1").startswith(b"%PDF")
    finally:
        renderer.close()


def test_a_change_while_a_child_is_warm_is_found_for_a_new_draft(
    session, house, sealing, accept, root
):
    """A warm child holds the old bytes: it draws old drafts, and new ones as well."""
    id_ = release(session, house, sealing, accept("a"), bits=1)
    (draft,) = drafts(session, id_)
    renderer = PageRenderer(root)
    try:
        before = renderer(draft, b"{}", "https://hiisi.example/q#1")
        change(root)
        assert renderer(draft, b"{}", "https://hiisi.example/q#1") == before
        changed = PageTemplate.load(root, NAME, "1").sha256
        other = replace(draft, template_sha256=changed)
        assert renderer(other, b"{}", "https://hiisi.example/q#1") != before
    finally:
        renderer.close()


def test_a_draft_too_large_is_refused_with_a_sentence(sealing, session):
    template = template_for_new(session, sealing.template)
    statement = example_statement(units=MOST_REQUIREMENTS // 7 + 1)
    with pytest.raises(PageTooLarge, match="at most 300"):
        draft_of(statement, sealing, template=template)


def test_a_language_the_template_does_not_speak_is_refused_at_the_draft(
    sealing, session
):
    template = replace(template_for_new(session, sealing.template), languages=("sv",))
    with pytest.raises(TemplateMissing, match=r"osaamistodistus/1 \(fi\)"):
        draft_of(example_statement(), sealing, template=template)


def test_the_setting_names_a_template_or_one_version_of_it(root):
    new_version(root, NAME)
    assert template_choice(root, NAME).load().version == "1"
    ready(root, "2")
    assert template_choice(root, NAME).load().version == "2"
    assert template_choice(root, f"{NAME}/1").load().version == "1"
    with pytest.raises(TemplateMissing):
        template_choice(root, "toinen").load()
    new_version(root, NAME)
    with pytest.raises(TemplateUnfit, match="not ready"):
        template_choice(root, f"{NAME}/3").load()


def test_version_ten_is_newer_than_nine(root):
    for version in range(2, 11):
        shutil.copytree(root / NAME / "1", root / NAME / str(version))
        about = root / NAME / str(version) / "template.toml"
        about.write_text(
            about.read_text().replace('version = "1"', f'version = "{version}"')
        )
    assert template_choice(root, NAME).load().version == "10"
    assert new_version(root, NAME).version == "11"


def test_the_list_says_where_each_version_is(session, house, sealing, accept, root):
    release(session, house, sealing, accept("a"), bits=1)
    new_version(root, NAME)
    states = {line.version: line.state for line in list_templates(session, root)}
    assert states == {"1": TemplateState.FROZEN, "2": TemplateState.IN_WORK}
    ready(root, "2")
    change(root)
    (root / NAME / "2" / "certificate.fi.html").unlink()
    one, two = list_templates(session, root)
    assert (one.state, two.state) == (TemplateState.CHANGED, TemplateState.UNFIT)
    assert one.used_since == LATER
    assert "certificate.fi.html" in two.reason
    shutil.rmtree(root / NAME / "1")
    assert list_templates(session, root)[0].state is TemplateState.MISSING


def test_a_new_version_is_a_copy_that_is_not_ready(root):
    made = new_version(root, NAME)
    assert (made.version, made.is_ready) == ("2", False)
    again = new_version(root, NAME)
    assert (again.version, again.is_ready) == ("3", False)
    toml = (root / NAME / "3" / "template.toml").read_text()
    assert toml.count("ready = false") == 1
    other = new_version(root, "kurssi", source=(NAME, "1"))
    assert (other.name, other.version) == ("kurssi", "1")
    old = PageTemplate.load(root, NAME, "1")
    assert (other.html, other.css, other.title) == (old.html, old.css, old.title)
    assert not list(root.glob(".new-*"))


def test_a_new_version_overwrites_nothing(root, monkeypatch):
    (root / NAME / "2").mkdir()
    (root / NAME / "2" / "notes.txt").write_text("somebody's work")
    with pytest.raises(TemplateTaken, match="osaamistodistus/2"):
        new_version(root, NAME)
    assert (root / NAME / "2" / "notes.txt").read_text() == "somebody's work"
    assert not list(root.glob(".new-*"))


@pytest.mark.parametrize("name", ["../out", "Iso", "", "a/b", "-x", "ä", "a\n"])
def test_a_name_that_is_no_folder_is_refused(root, name):
    with pytest.raises(TemplateNameMalformed):
        new_version(root, name, source=(NAME, "1"))
