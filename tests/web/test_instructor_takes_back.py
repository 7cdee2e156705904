"""An instructor looks at their own sign-offs and takes one back."""

import pytest
from flask import Flask

from issuer.services import ledger
from tests import cast
from tests.web.conftest import Visitor
from tests.web.phone import words


@pytest.fixture
def signed(app: Flask, house: cast.House) -> list[int]:
    with app.extensions["issuer"].sessions() as session:
        period_id = cast.open_period(session, house)
        return cast.sign_off(session, house, period_id)


@pytest.fixture
def ilkka(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.ilkka)


def withdrawn(app: Flask, house: cast.House) -> set[int]:
    with app.extensions["issuer"].reading() as session:
        own = ledger.list_own_sign_offs(session, house.ilkka)
        return {t.sign_off.id for t in own if t.sign_off.is_withdrawn}


def test_the_newest_stands_first(ilkka: Visitor, signed: list[int]):
    shown = ilkka.get("/work/mine").text
    older, newer = (shown.index(f"/work/mine/{id_}/withdraw") for id_ in signed)
    assert newer < older


def test_an_empty_list_says_what_to_do(ilkka: Visitor):
    assert 'class="empty"' in ilkka.get("/work/mine").text


def test_taking_back_asks_first_and_stays_in_the_list(
    app: Flask, house: cast.House, ilkka: Visitor, signed: list[int]
):
    path = f"/work/mine/{signed[0]}/withdraw"
    assert "Paula Osallistuja" in words(ilkka.get(path))
    assert withdrawn(app, house) == set()
    done = ilkka.post(path, {"reason": "Väärä henkilö."})
    assert (done.status_code, done.location) == (303, "/work/mine")
    assert withdrawn(app, house) == {signed[0]}
    shown = ilkka.get("/work/mine")
    assert 'class="done"' in shown.text
    assert shown.text.count('<li class="withdrawn">') == 1
    assert path not in shown.text


def test_a_double_tap_and_a_late_look_lead_to_the_list(
    app: Flask, house: cast.House, ilkka: Visitor, signed: list[int]
):
    path = f"/work/mine/{signed[0]}/withdraw"
    ilkka.post(path)
    assert ilkka.post(path).location == "/work/mine"
    assert ilkka.get(path).location == "/work/mine"
    assert withdrawn(app, house) == {signed[0]}


def test_a_refused_reason_is_shown_again(
    app: Flask, house: cast.House, ilkka: Visitor, signed: list[int]
):
    refused = ilkka.post(f"/work/mine/{signed[0]}/withdraw", {"reason": "x" * 501})
    assert refused.status_code == 400
    assert "x" * 501 in refused.text
    assert '<a href="#reason">' in refused.text
    assert withdrawn(app, house) == set()


def test_nobody_takes_back_what_another_signed(
    app: Flask, house: cast.House, signed: list[int]
):
    oona = Visitor(app, app.test_client()).sign_in(house.oona)
    path = f"/work/mine/{signed[0]}/withdraw"
    assert oona.get(path).status_code == 404
    assert oona.post(path).status_code == 404
    assert withdrawn(app, house) == set()


def test_a_long_list_comes_in_pages(
    app: Flask, house: cast.House, ilkka: Visitor, signed: list[int]
):
    with app.extensions["issuer"].sessions() as session:
        for number in range(15):
            cast.sign_off(session, house, 1, once=f"more {number}")
    first, second = ilkka.get("/work/mine"), ilkka.get("/work/mine?page=2")
    assert first.text.count("<li>") == 30
    assert "/work/mine?page=2" in first.text
    assert second.text.count("<li>") == 2
    assert f"/work/mine/{signed[0]}/withdraw" in second.text
    assert ilkka.get("/work/mine?page=-4").text.count("<li>") == 30
