"""A participant reads what is proposed about them, and accepts or disagrees."""

import pytest
from flask import Flask

from issuer.domain.people import Role
from issuer.domain.proposals import ProposalState
from issuer.services import proposal_views
from issuer.services.proposal_views import ProposalView
from tests import cast
from tests.web.conftest import Visitor
from tests.web.phone import inputs, words


@pytest.fixture
def proposal_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id, remark="Teki huolella.")
        return cast.propose(session, house, period_id)


@pytest.fixture
def paula(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.paula)


def stored(app: Flask, house: cast.House, proposal_id: int) -> ProposalView:
    with app.extensions["issuer"].reading() as session:
        return proposal_views.view_proposal(
            session, house.carita, proposal_id=proposal_id
        )


def test_the_proposal_calls_from_the_start_page(paula: Visitor, proposal_id: int):
    shown = paula.get("/me")
    assert shown.text.count(f"/me/proposals/{proposal_id}") == 1
    assert 'class="call"' in shown.text


def test_everything_that_will_be_said_is_on_the_page(
    app: Flask, house: cast.House, paula: Visitor, proposal_id: int
):
    shown = words(paula.get(f"/me/proposals/{proposal_id}"))
    view = stored(app, house, proposal_id)
    for told in (
        view.summary,
        view.coach,
        "Metsäpiha-alan perustutkinto",
        "320",
        "Metsäpiha",
        "Ilkka Ohjaaja",
        "10.3.2025",
        "Hiisijärven kunta",
    ):
        assert told in shown
    for requirement in view.coverages[0].requirements:
        assert str(requirement.text.fi) in shown
    assert "2 / 5" in shown
    assert "Teki huolella." not in shown


def test_both_answers_weigh_the_same(paula: Visitor, proposal_id: int):
    shown = paula.get(f"/me/proposals/{proposal_id}").text
    assert shown.count('<button class="button way-button">') == 2
    assert "button primary" not in shown
    assert not any("checked" in box for box in inputs_of(paula, proposal_id))


def inputs_of(paula: Visitor, proposal_id: int) -> list[dict[str, str]]:
    return inputs(paula.get(f"/me/proposals/{proposal_id}"), "checkbox")


@pytest.mark.parametrize(("ticked", "shows"), [({}, False), ({"yes": "yes"}, True)])
def test_accepting(
    app: Flask,
    house: cast.House,
    paula: Visitor,
    proposal_id: int,
    ticked: dict[str, str],
    shows: bool,
):
    data = {"shows_birth_date": "yes"} if ticked else {}
    done = paula.post(f"/me/proposals/{proposal_id}/accept", data)
    assert (done.status_code, done.location) == (303, f"/me/proposals/{proposal_id}")
    view = stored(app, house, proposal_id)
    assert view.line.state is ProposalState.ACCEPTED
    assert view.shows_birth_date is shows
    after = paula.get(f"/me/proposals/{proposal_id}")
    assert '<button class="button' not in after.text
    assert 'class="done"' in after.text


def test_who_has_no_birth_date_is_not_asked_for_it(
    app: Flask, house: cast.House, proposal_id: int
):
    with app.extensions["issuer"].sessions() as session:
        uuno = cast.add_person(
            session, house.organisation_id, "Uuno Uusi", Role.PARTICIPANT
        )
    visitor = Visitor(app, app.test_client()).sign_in(uuno)
    assert visitor.get(f"/me/proposals/{proposal_id}").status_code == 404
    assert visitor.get("/me").status_code == 200


def test_disagreeing_with_a_reason(
    app: Flask, house: cast.House, paula: Visitor, proposal_id: int
):
    path = f"/me/proposals/{proposal_id}/dispute"
    assert paula.post(path, {"reason": "Osaan <myös> kitkeä."}).status_code == 303
    view = stored(app, house, proposal_id)
    assert view.line.state is ProposalState.DISPUTED
    assert view.reason == "Osaan <myös> kitkeä."
    assert "Osaan <myös> kitkeä." in words(paula.get(f"/me/proposals/{proposal_id}"))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_disagreeing_needs_a_reason_that_fits(
    app: Flask, house: cast.House, paula: Visitor, proposal_id: int, reason: str
):
    refused = paula.post(f"/me/proposals/{proposal_id}/dispute", {"reason": reason})
    assert refused.status_code == 400
    assert '<a href="#reason">' in refused.text
    assert reason.strip() in refused.text
    assert stored(app, house, proposal_id).line.state is ProposalState.WAITING


def test_a_double_tap_is_no_error_and_a_second_thought_is_told(
    app: Flask, house: cast.House, paula: Visitor, proposal_id: int
):
    path = f"/me/proposals/{proposal_id}"
    paula.post(f"{path}/accept")
    assert paula.post(f"{path}/accept").location == path
    late = paula.post(f"{path}/dispute", {"reason": "Sittenkin väärin."})
    assert late.status_code == 409
    assert stored(app, house, proposal_id).line.state is ProposalState.ACCEPTED


def test_an_address_that_only_takes_forms_leads_back(paula: Visitor, proposal_id: int):
    path = f"/me/proposals/{proposal_id}"
    assert paula.get(f"{path}/accept").location == path
    assert paula.get(f"{path}/dispute").location == path


def test_nobody_else_reads_or_answers_it_here(
    app: Flask, house: cast.House, proposal_id: int
):
    with app.extensions["issuer"].sessions() as session:
        both = cast.add_person(
            session, house.organisation_id, "Kaksi Roolia", Role.PARTICIPANT, Role.COACH
        )
    path = f"/me/proposals/{proposal_id}"
    for other in (both, house.vieno):
        visitor = Visitor(app, app.test_client()).sign_in(other)
        assert visitor.get(path).status_code == 404
        assert visitor.post(f"{path}/accept").status_code == 404
        assert visitor.post(f"{path}/dispute", {"reason": "Ei."}).status_code == 404
    assert stored(app, house, proposal_id).line.state is ProposalState.WAITING


@pytest.mark.parametrize("name", ["ilkka", "carita", "sirpa"])
def test_other_roles_stay_out(app: Flask, house: cast.House, name: str):
    other = Visitor(app, app.test_client()).sign_in(getattr(house, name))
    assert other.get("/me").status_code == 403


def test_a_number_no_database_holds_is_not_found(paula: Visitor):
    huge = "9" * 30
    assert paula.get(f"/me/proposals/{huge}").status_code == 404
    assert paula.get(f"/me/certificates/{huge}").status_code == 404
