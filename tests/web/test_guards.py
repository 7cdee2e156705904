"""Nobody comes in without signing in, nobody beyond their role."""

from datetime import timedelta

import pytest
from flask import Blueprint
from sqlalchemy import text as sql

from issuer import clock
from issuer.domain.entry import PHONE_LIMITS, Proof
from issuer.domain.people import Role
from issuer.services import sessions
from issuer.web import guards
from tests.web.conftest import Visitor


@pytest.fixture
def yard(app):
    """A browser of an application that also has a yard, for instructors only."""
    blueprint = Blueprint("yard", __name__)
    guards.guard(blueprint, Role.INSTRUCTOR)

    @blueprint.route("/yard", methods=["GET", "POST"])
    def see() -> str:
        return guards.signed_in().name

    app.register_blueprint(blueprint)
    yield Visitor(app, app.test_client())
    guards.GUARDED_BLUEPRINTS.discard("yard")


def test_a_stranger_is_sent_to_sign_in_and_back(yard):
    answer = yard.get("/yard?task=3")
    assert answer.status_code == 303
    assert answer.location == "/entry?next=/yard?task%3D3"


def test_a_stranger_who_posts_is_sent_to_sign_in_without_a_way_back(yard):
    answer = yard.post("/yard")
    assert (answer.status_code, answer.location) == (303, "/entry")


def test_the_right_role_comes_in(yard, house):
    assert yard.sign_in(house.ilkka).get("/yard").text == "Ilkka Ohjaaja"


def test_another_role_is_told_so_and_shown_a_way_back(yard, house):
    answer = yard.sign_in(house.paula).get("/yard")
    assert answer.status_code == 403
    assert "Tämä sivu ei kuulu rooliisi" in answer.text
    assert 'href="/me"' in answer.text


def test_a_cookie_of_ones_own_making_signs_nobody_in(yard):
    yard.client.set_cookie("signed-in", "chosen-by-me")
    assert yard.get("/yard").status_code == 303


def test_a_session_that_ran_out_signs_nobody_in(yard, app, house):
    with app.extensions["issuer"].sessions() as session:
        sessions.open_session(
            session,
            house.ilkka.person_id,
            token="an old token",
            at=clock.now() - PHONE_LIMITS.absolute - timedelta(seconds=1),
            proof=Proof.CODE,
        )
    yard.client.set_cookie("signed-in", "an old token")
    assert yard.get("/yard").status_code == 303


def test_a_session_of_the_demos_door_ends_with_the_demo(yard, app, house):
    with app.extensions["issuer"].sessions() as session:
        sessions.open_session(
            session, house.ilkka.person_id, token="played", at=clock.now()
        )
    yard.client.set_cookie("signed-in", "played")
    assert yard.get("/yard").status_code == 303


def test_reading_never_waits_for_a_writer(app, yard, house):
    yard.sign_in(house.ilkka)
    with app.extensions["issuer"].sessions() as writer:
        writer.execute(sql("SELECT 1"))
        assert yard.get("/yard").status_code == 200


def test_a_page_that_may_write_takes_the_write_lock(app):
    with app.test_request_context(method="POST"):
        assert guards.db().get_bind() is app.extensions["issuer"].sessions.kw["bind"]
        guards.close_db()
    with app.test_request_context(method="GET"):
        assert guards.db().get_bind() is app.extensions["issuer"].reading.kw["bind"]
        guards.close_db()


def test_one_request_has_one_instant(app):
    with app.test_request_context():
        assert guards.at() is guards.at()
