"""What was just signed is undone with one tap, and nothing is issued from it before."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from issuer import clock
from issuer.app import create_app
from issuer.domain.errors import NotFound
from issuer.domain.identifiers import Serial
from issuer.domain.proposals import ProposalState
from issuer.domain.undo import StillUndoable
from issuer.services import ledger, proposal_views, proposals
from issuer.services.issuance import release_certificate
from issuer.services.undoing import undo_sign_offs
from issuer.settings import Settings
from tests import cast
from tests.cast import LATER
from tests.web.conftest import Visitor, close
from tests.web.office_fixtures import desk
from tests.web.phone import words

TEN = timedelta(minutes=10)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(dataclasses.replace(settings, undo_seconds=600))
    yield app
    close(app)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list:
    """The hand of the clock."""
    hand = [clock.now()]
    monkeypatch.setattr("issuer.clock.now", lambda: hand[0])
    return hand


@pytest.fixture
def period_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        return cast.open_period(session, house)


@pytest.fixture
def signed(app: Flask, house: cast.House, period_id: int, now: list) -> list[int]:
    with app.extensions["issuer"].sessions() as session:
        return cast.sign_off(session, house, period_id, at=now[0])


@pytest.fixture
def ilkka(app: Flask, house: cast.House, now: list) -> Visitor:
    return desk(app, house.ilkka)


def standing(app: Flask, house: cast.House) -> set[int]:
    with app.extensions["issuer"].reading() as session:
        own = ledger.list_own_sign_offs(session, house.ilkka)
        return {t.sign_off.id for t in own if not t.sign_off.is_withdrawn}


def receipt(period_id: int, ids: list[int]) -> str:
    return f"/work/{period_id}/receipt?" + "&".join(f"sign_off={id_}" for id_ in ids)


def test_one_tap_undoes_the_whole_receipt(app, house, ilkka, period_id, signed, now):
    shown = ilkka.get(receipt(period_id, signed))
    assert "Undo all 2" in words(shown)
    assert "No certificate can use it before that." in words(shown)
    answer = ilkka.post(f"/work/{period_id}/receipt/undo", {"sign_off": signed})
    assert answer.status_code == 303
    assert standing(app, house) == set()
    after = ilkka.get(answer.location)
    assert "Taken back" in words(after)
    assert "Undo all" not in words(after)
    again = ilkka.post(f"/work/{period_id}/receipt/undo", {"sign_off": signed})
    assert again.status_code == 303
    assert ilkka.get(f"/work/{period_id}/receipt/undo").status_code == 303


def test_after_the_window_there_is_nothing_to_tap(
    app, house, ilkka, period_id, signed, now
):
    now[0] += TEN
    assert "Undo" not in words(ilkka.get(receipt(period_id, signed)))
    late = ilkka.post(f"/work/{period_id}/receipt/undo", {"sign_off": signed})
    assert late.status_code == 409
    assert "The time to undo is over." in words(late)
    assert standing(app, house) == set(signed)


def test_nobody_undoes_for_another(app, house, period_id, signed, now):
    other = Visitor(app, app.test_client()).sign_in(house.oona)
    path = f"/work/{period_id}/receipt/undo"
    assert other.post(path, {"sign_off": signed}).status_code == 404
    assert other.post(path, {"sign_off": "x"}).status_code == 404
    with app.extensions["issuer"].sessions() as session, pytest.raises(NotFound):
        undo_sign_offs(session, house.oona, sign_off_ids=signed, undo=TEN, at=now[0])
    assert standing(app, house) == set(signed)


def test_the_coach_is_told_what_is_open_and_until_when(
    app, house, period_id, signed, now
):
    carita = desk(app, house.carita)
    page = f"/office/periods/{period_id}/propose"
    told = words(carita.get(page))
    assert "Not settled yet" in told
    assert told.count("Ilkka Ohjaaja, until") == 2
    check = carita.get(f"{page}/check?unit={house.unit_id}")
    assert check.status_code == 409
    assert "They are settled in 10 min" in words(check)
    sent = {"unit": house.unit_id, "summary": "", "hours": ""}
    assert carita.post(f"{page}/check", sent).status_code == 409
    now[0] += TEN
    assert "Not settled yet" not in words(carita.get(page))
    assert carita.post(f"{page}/check", sent).status_code == 303


def test_nothing_is_released_that_can_still_be_undone(app, house, period_id):
    house_of_app = app.extensions["issuer"]
    with house_of_app.sessions() as session:
        cast.sign_off(session, house, period_id)
        with pytest.raises(StillUndoable):
            proposals.propose(
                session,
                house.carita,
                period_id=period_id,
                unit_ids=[house.unit_id],
                summary="",
                hours=None,
                undo=TEN,
                at=LATER + TEN - timedelta(seconds=1),
            )
        session.rollback()
        proposal_id = cast.propose_and_accept(session, house, period_id)
        with pytest.raises(StillUndoable):
            release_certificate(
                session,
                house.sirpa,
                dataclasses.replace(house_of_app.sealing, undo=TEN),
                proposal_id=proposal_id,
                serial=Serial.parse("7K4M-9QXT-2VHD-P3ZW-3"),
                at=LATER,
            )
        session.rollback()
        (line,) = proposal_views.list_proposals(session, house.carita)
        assert line.state is ProposalState.ACCEPTED
