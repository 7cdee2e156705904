"""A preview opens from the proposal, for those who may see it, and is never kept."""

import io

import pypdf
import pytest

from issuer.services import proposals
from issuer.services.page_preview import PreviewBusy
from tests import cast
from tests.web.office_fixtures import books, desk, make_keys, words


@pytest.fixture
def proposal(app, house):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        return cast.propose(session, house, period_id)


@pytest.fixture
def drawn(app, monkeypatch):
    """Draw nothing; the real renderer has its own test below."""
    asked = []

    def draw(draft, credential, check_url, *, preview):
        asked.append(draft)
        return b"%PDF-1.7 not really"

    monkeypatch.setattr(app.extensions["issuer"].previews, "_render", draw)
    return asked


def accept(app, house, proposal):
    with books(app) as session:
        proposals.accept_proposal(
            session,
            house.paula,
            proposal_id=proposal,
            shows_birth_date=False,
            at=cast.LATER,
        )


def require_preview(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'inline; filename="esikatselu.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_participant_looks_before_answering(app, house, proposal, drawn):
    paula = desk(app, house.paula)
    page = paula.get(f"/me/proposals/{proposal}")
    assert "How your certificate looks" in words(page)
    assert "Your date of birth is shown only if you choose so below." in words(page)
    assert f'href="/me/proposals/{proposal}/preview"' in page.text
    require_preview(paula.get(f"/me/proposals/{proposal}/preview"))
    accept(app, house, proposal)
    page = paula.get(f"/me/proposals/{proposal}")
    assert "Preview the certificate (PDF)" in words(page)
    assert "if you choose so below" not in words(page)
    require_preview(paula.get(f"/me/proposals/{proposal}/preview"))


def test_the_office_looks_before_and_after_the_answer(app, house, proposal, drawn):
    for actor in (house.carita, house.sirpa, house.anneli):
        visitor = desk(app, actor)
        page = visitor.get(f"/office/proposals/{proposal}")
        assert f'href="/office/proposals/{proposal}/preview"' in page.text
        require_preview(visitor.get(f"/office/proposals/{proposal}/preview"))
    sirpa = desk(app, house.sirpa)
    release = f"/office/proposals/{proposal}/release"
    assert "/preview" not in sirpa.get(release).text
    accept(app, house, proposal)
    assert f'href="/office/proposals/{proposal}/preview"' in sirpa.get(release).text


def test_who_may_not_look(app, house, proposal, drawn):
    office, own = f"/office/proposals/{proposal}/preview", f"/me/proposals/{proposal}"
    assert desk(app, house.kaarlo).get(office).status_code == 403
    assert desk(app, house.paula).get(office).status_code == 403
    assert desk(app, house.vieno).get(office).status_code == 404
    assert desk(app, house.vieno).get(f"{own}/preview").status_code == 404
    assert desk(app, house.ilkka).get(f"{own}/preview").status_code == 403
    assert app.test_client().get(office).status_code == 303
    assert drawn == []


def test_what_has_been_released_has_no_preview(app, house, proposal, drawn):
    make_keys(app)
    accept(app, house, proposal)
    sirpa = desk(app, house.sirpa)
    assert sirpa.post(f"/office/proposals/{proposal}/release").status_code == 303
    assert "/preview" not in sirpa.get(f"/office/proposals/{proposal}").text
    answer = sirpa.get(f"/office/proposals/{proposal}/preview")
    assert answer.status_code == 409
    assert "A released certificate has its PDF." in words(answer)
    paula = desk(app, house.paula)
    assert "/preview" not in paula.get(f"/me/proposals/{proposal}").text
    assert paula.get(f"/me/proposals/{proposal}/preview").status_code == 409


def test_a_busy_renderer_says_when_to_come_back(app, house, proposal, monkeypatch):
    def busy(*_, **__):
        raise PreviewBusy

    monkeypatch.setattr(app.extensions["issuer"].previews, "_render", busy)
    answer = desk(app, house.paula).get(f"/me/proposals/{proposal}/preview")
    assert answer.status_code == 409
    assert "Wait ten seconds and try again." in words(answer)


def test_it_is_drawn_by_the_very_renderer_and_marked(app, house, proposal):
    try:
        answer = desk(app, house.paula).get(f"/me/proposals/{proposal}/preview")
    finally:
        app.extensions["issuer"].renderer.close()
    require_preview(answer)
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    assert reader.metadata.title.startswith("ESIKATSELU")
    assert not reader.attachments
    assert "/AcroForm" not in reader.trailer["/Root"]
    for page in reader.pages:
        assert "ESIKATSELU" in "".join(page.extract_text().split())
    said = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "PaulaOsallistuja" in said
    assert "0000-0000-0000-0000-0" in said
    assert "Hyväksyjännimi" in said
