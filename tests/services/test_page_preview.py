"""A preview is the page as it would be; it takes nothing, is not kept and never piles
up."""

import shutil
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from issuer.credentials.page_refusals import (
    CharacterUnprintable,
    TemplateChanged,
    TemplateMissing,
    TemplateUnfit,
)
from issuer.credentials.page_templates import TemplateChoice
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.identifiers import Serial
from issuer.records import certificates as rows
from issuer.records import people
from issuer.records.status import count_entries
from issuer.records.templates import list_template_versions
from issuer.services import proposals
from issuer.services.issuance import release_certificate
from issuer.services.page_preview import (
    MOST_WAITING,
    NO_SERIAL,
    NothingToPreview,
    PagePreviews,
    PreviewBusy,
    preview_page,
)
from issuer.services.templates import record_use
from tests import cast
from tests.cast import LATER
from tests.services.conftest import PUBLIC_URL
from tools.toolchain import ROOT


class Renderer:
    """Draws nothing, and keeps what it was asked for; waits while it is held."""

    def __init__(self) -> None:
        self.asked = []
        self.free = threading.Event()
        self.free.set()
        self.error = None

    def __call__(self, draft, credential, check_url, *, preview):
        assert preview
        self.asked.append((draft, credential, check_url))
        assert self.free.wait(20)
        if self.error:
            raise self.error
        return b"%PDF of " + draft.serial.encode()


@pytest.fixture
def renderer():
    return Renderer()


@pytest.fixture
def previews(renderer):
    template = TemplateChoice(ROOT / "credential_templates", "osaamistodistus")
    return PagePreviews(renderer, template=template, public_url=PUBLIC_URL)


@pytest.fixture
def proposal(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return cast.propose(session, house, period)


@pytest.fixture
def preview(session, previews, proposal):
    def asked(actor, *, at=LATER, of=proposal):
        return preview_page(session, actor, previews, proposal_id=of, at=at)

    return asked


def test_the_participant_sees_what_would_be_said(house, preview, renderer):
    assert preview(house.paula) == b"%PDF of 0000-0000-0000-0000-0"
    ((draft, credential, code),) = renderer.asked
    assert draft.statement["holder_name"] == "Paula Osallistuja"
    assert draft.statement["units"][0]["identified"] == 2
    assert draft.statement["holder_birth_date"] is None
    assert draft.statement["signatory"] == "Hyväksyjän nimi"
    assert draft.document == {}
    assert draft.look
    assert b"proof" not in credential
    assert code.endswith(f"/v/{NO_SERIAL}")


def test_the_number_is_none_that_is_ever_given():
    assert str(NO_SERIAL) == "0000-0000-0000-0000-0"
    assert Serial.parse(str(NO_SERIAL)) == Serial.from_bits(0)


def test_nothing_is_taken_and_nothing_is_stored(session, house, preview, proposal):
    preview(house.paula)
    preview(house.sirpa)
    assert rows.list_unfinished(session) == []
    assert rows.find_by_proposal(session, proposal_id=proposal) is None
    assert count_entries(session, list_id=1) == 0
    assert list_template_versions(session) == []


def test_a_signatory_sees_the_name_that_will_stand_on_it(house, preview, renderer):
    preview(house.sirpa)
    preview(house.carita)
    named = [draft.statement["signatory"] for draft, *_ in renderer.asked]
    assert named == ["Sirpa Allekirjoittaja", "Hyväksyjän nimi"]


def test_who_may_look(house, preview):
    for actor, error in (
        (house.vieno, NotFound),
        (house.ilkka, NotAllowed),
        (house.kaarlo, NotAllowed),
    ):
        with pytest.raises(error):
            preview(actor)
    assert preview(house.anneli)


def test_another_participant_sees_nothing(session, house, preview):
    other = cast.add_person(
        session, house.organisation_id, "Pekka Toinen", *house.paula.roles
    )
    with pytest.raises(NotFound):
        preview(other)


def test_an_answered_proposal_shows_what_the_holder_chose(
    session, house, preview, renderer, proposal
):
    proposals.accept_proposal(
        session, house.paula, proposal_id=proposal, shows_birth_date=True, at=LATER
    )
    preview(house.sirpa)
    assert renderer.asked[0][0].statement["holder_birth_date"] == "1990-05-17"


def test_what_is_released_or_disputed_has_no_preview(
    session, house, preview, proposal, sealing
):
    proposals.accept_proposal(
        session, house.paula, proposal_id=proposal, shows_birth_date=False, at=LATER
    )
    release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=proposal,
        serial=Serial.from_bits(5),
        at=LATER,
    )
    for actor in (house.paula, house.sirpa):
        with pytest.raises(NothingToPreview):
            preview(actor)


def test_what_no_font_can_show_is_refused_before_anything_is_drawn(
    session, house, renderer, previews
):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    proposal = cast.propose(session, house, period, summary="Kävi hyvin 漢")
    with pytest.raises(CharacterUnprintable, match="漢"):
        preview_page(session, house.paula, previews, proposal_id=proposal, at=LATER)
    assert renderer.asked == []


def test_the_same_preview_is_drawn_once_a_minute(house, preview, renderer):
    for _ in range(20):
        preview(house.paula, at=LATER)
    assert len(renderer.asked) == 1
    preview(house.paula, at=LATER + timedelta(seconds=59))
    assert len(renderer.asked) == 1
    preview(house.paula, at=LATER + timedelta(seconds=61))
    assert len(renderer.asked) == 2


def test_what_has_changed_meanwhile_is_drawn_anew(session, house, preview, renderer):
    preview(house.sirpa)
    row = people.get_person(
        session, house.sirpa.person_id, organisation_id=house.organisation_id
    )
    row.title = "johtaja"
    session.commit()
    preview(house.sirpa)
    titles = [draft.statement["signatory_title"] for draft, *_ in renderer.asked]
    assert len(set(titles)) == 2


def test_a_refusal_is_not_kept(house, preview, renderer):
    renderer.error = TemplateUnfit(reason="half written")
    with pytest.raises(TemplateUnfit):
        preview(house.paula)
    renderer.error = None
    assert preview(house.paula)
    assert len(renderer.asked) == 2


def draft_number(number, house, preview, renderer):
    preview(house.paula)
    draft = renderer.asked[0][0]
    return replace(draft, serial=str(Serial.from_bits(number)))


def test_many_clicks_at_once_draw_one_page_and_hold_few_threads(
    house, preview, renderer, previews
):
    draft = draft_number(9, house, preview, renderer)
    renderer.free.clear()
    told = []

    def click():
        try:
            told.append(previews.page_of(draft, at=LATER))
        except PreviewBusy as error:
            told.append(error.code)

    clicks = [threading.Thread(target=click) for _ in range(20)]
    for thread in clicks:
        thread.start()
    until = time.monotonic() + 10
    while len(told) < 20 - MOST_WAITING and time.monotonic() < until:
        time.sleep(0.01)
    assert told == ["page.preview_busy"] * (20 - MOST_WAITING)
    renderer.free.set()
    for thread in clicks:
        thread.join(10)
    assert len(renderer.asked) == 2
    assert told.count(b"%PDF of " + draft.serial.encode()) == MOST_WAITING


def test_many_people_at_once_are_asked_to_wait(house, preview, renderer, previews):
    drafts = [draft_number(n, house, preview, renderer) for n in range(1, 7)]
    renderer.free.clear()
    first = [
        threading.Thread(target=previews.page_of, args=(d,), kwargs={"at": LATER})
        for d in drafts[:MOST_WAITING]
    ]
    for thread in first:
        thread.start()
    until = time.monotonic() + 10
    while len(renderer.asked) < 1 + MOST_WAITING and time.monotonic() < until:
        time.sleep(0.01)
    with pytest.raises(PreviewBusy, match="Wait ten seconds"):
        previews.page_of(drafts[-1], at=LATER)
    assert previews.page_of(renderer.asked[0][0], at=LATER)  # kept: no waiting
    renderer.free.set()
    for thread in first:
        thread.join(10)
    assert previews.page_of(drafts[-1], at=LATER)


def test_few_previews_are_kept(house, preview, renderer, previews):
    for number in range(1, 60):
        previews.page_of(draft_number(number, house, preview, renderer), at=LATER)
    assert len(previews._kept) <= 16
    previews.page_of(
        draft_number(99, house, preview, renderer), at=LATER + timedelta(minutes=2)
    )
    assert len(previews._kept) <= 2


def test_a_template_that_is_not_there_is_told(session, house, proposal, renderer):
    template = TemplateChoice(ROOT / "credential_templates", "toinen")
    previews = PagePreviews(renderer, template=template, public_url=PUBLIC_URL)
    with pytest.raises(TemplateMissing):
        preview_page(session, house.paula, previews, proposal_id=proposal, at=LATER)


def test_a_frozen_template_that_changed_is_told_and_not_drawn(
    session, house, proposal, renderer, tmp_path
):
    root = tmp_path / "templates"
    name = "osaamistodistus"
    shutil.copytree(ROOT / "credential_templates" / name / "1", root / name / "1")
    previews = PagePreviews(
        renderer, template=TemplateChoice(root, name), public_url=PUBLIC_URL
    )
    record_use(session, previews.template.load(), at=LATER)
    session.commit()
    assert preview_page(session, house.paula, previews, proposal_id=proposal, at=LATER)
    (root / name / "1" / "certificate.css").write_text("p { margin: 0 }")
    with pytest.raises(TemplateChanged):
        preview_page(session, house.paula, previews, proposal_id=proposal, at=LATER)
    assert len(renderer.asked) == 1
