"""A participant sees what was seen in their work, and nothing is a judgement."""

import pytest
from flask import Flask

from issuer.domain.signoffs import Mark
from tests import cast
from tests.web.conftest import Visitor
from tests.web.phone import words


@pytest.fixture
def period_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        return cast.open_period(session, house, instructors=[house.ilkka, house.oona])


@pytest.fixture
def paula(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.paula)


def sign(app: Flask, house: cast.House, period_id: int, **more: object) -> None:
    with app.extensions["issuer"].sessions() as session:
        cast.sign_off(session, house, period_id, **more)  # type: ignore[arg-type]


def test_before_any_period_the_page_says_what_will_come(paula: Visitor):
    assert 'class="empty"' in paula.get("/me").text


def test_each_unit_is_told_as_x_of_y_with_who_when_and_in_which_task(
    app: Flask, house: cast.House, paula: Visitor, period_id: int
):
    sign(app, house, period_id, remark="Teki huolella.")
    shown = words(paula.get("/me"))
    for told in (
        "Metsäpihan hoito",
        "2 / 5",
        "Ilkka Ohjaaja",
        "10.3.2025",
        cast.WINTER[0],
        "Teki huolella.",
        "laatii alueelle hoitosuunnitelman",
    ):
        assert told in shown


def test_nothing_seen_yet_is_nought_of_five(paula: Visitor, period_id: int):
    assert period_id
    assert "0 / 5" in words(paula.get("/me"))


def test_what_is_not_yet_there_is_practising_and_counts_for_nothing(
    app: Flask, house: cast.House, paula: Visitor, period_id: int
):
    sign(app, house, period_id, marks={0: Mark.NOT_YET})
    shown = words(paula.get("/me"))
    assert "0 / 5" in shown
    assert "Ilkka Ohjaaja · 10.3.2025" in shown


def test_differing_instructors_are_told_without_a_mark(
    app: Flask, house: cast.House, paula: Visitor, period_id: int
):
    sign(app, house, period_id, marks={0: Mark.WITH_GUIDANCE})
    sign(app, house, period_id, marks={0: Mark.NOT_YET}, by=house.oona, once="second")
    shown = paula.get("/me")
    assert shown.status_code == 200
    assert "0 / 5" in words(shown)


def test_nobody_elses_skills_are_there(app: Flask, house: cast.House, period_id: int):
    sign(app, house, period_id)
    vieno = Visitor(app, app.test_client()).sign_in(house.vieno)
    assert "Metsäpihan hoito" not in vieno.get("/me").text
