"""A coach chooses units, sees what will be said, and proposes it to the participant."""

import pytest

from issuer.domain.signoffs import Mark
from issuer.services import proposals
from tests import cast
from tests.web.office_fixtures import books, desk, number_in, words


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


@pytest.fixture
def period(app, house):
    with books(app) as session:
        period_id = cast.open_period(session, house, instructors=[house.ilkka])
        cast.sign_off(session, house, period_id)
    return period_id


def all_proposals(app, house):
    with books(app) as session:
        return proposals.list_proposals(session, house.carita)


def test_the_first_page_offers_units_with_something_identified(house, carita, period):
    page = carita.get(f"/office/periods/{period}/propose")
    assert f'name="unit" value="{house.unit_id}"' in page.text
    assert f'value="{house.second_unit_id}"' not in page.text


def test_the_second_page_says_also_what_was_not_identified(house, carita, period):
    page = words(
        carita.get(f"/office/periods/{period}/propose/check?unit={house.unit_id}")
    )
    assert "2 of 5 requirements identified" in page
    assert page.count("Not identified in this period") == 3
    assert "laatii alueelle hoitosuunnitelman" in page
    assert "Ilkka Ohjaaja" in page
    assert "With guidance" not in page


@pytest.mark.parametrize("query", ["", "?unit=2", "?unit=x"])
def test_a_unit_must_be_chosen(carita, period, query):
    answer = carita.get(f"/office/periods/{period}/propose/check{query}")
    assert answer.status_code == 409
    assert "Nothing has been identified in the chosen units yet." in words(answer)
    assert "See what will be said" in answer.text


def test_proposing_leads_to_the_proposal_that_waits(app, house, carita, period):
    told = {"unit": house.unit_id, "summary": "Paula hoiti pihaa.", "hours": "120"}
    answer = carita.post(f"/office/periods/{period}/propose/check", told)
    number_in(r"/office/proposals/(\d+)$", answer)
    page = words(carita.get(answer.headers["Location"]))
    assert "Waits for Paula Osallistuja to accept it or to say what is wrong." in page
    assert "Paula hoiti pihaa." in page
    assert "Hours of work 120" in page
    (line,) = all_proposals(app, house)
    assert line.period_id == period
    again = carita.post(f"/office/periods/{period}/propose/check", told)
    assert again.status_code == 409
    assert "The previous proposal is still open." in words(again)


@pytest.mark.parametrize(
    ("told", "words_", "field"),
    [
        ({"hours": "monta"}, "Choose “hours”", "hours"),
        ({"summary": "Tutkinnon osa suoritettu"}, "education provider to say", None),
        ({"summary": "131052-308T"}, "personal identity code", None),
        ({"summary": "x" * 1001}, "at most 1000 characters", "summary"),
    ],
)
def test_a_refused_proposal_keeps_what_was_typed(
    app, house, carita, period, told, words_, field
):
    sent = {"unit": house.unit_id, "summary": "Hoiti pihaa.", "hours": "7"} | told
    answer = carita.post(f"/office/periods/{period}/propose/check", sent)
    assert answer.status_code == 400 or field is None
    assert words_ in words(answer)
    assert f"{sent['summary']}</textarea>" in answer.text
    assert f'value="{sent["hours"]}"' in answer.text
    assert f'name="unit" value="{house.unit_id}"' in answer.text
    assert field is None or f'<a href="#{field}">' in answer.text
    assert all_proposals(app, house) == []


def test_differing_marks_stop_a_proposal(app, house, carita, period):
    with books(app) as session:
        other = cast.open_period(session, house, instructors=[house.ilkka, house.oona])
        cast.sign_off(session, house, other, once="ilkka")
        marks = {1: Mark.NOT_YET}
        cast.sign_off(session, house, other, by=house.oona, marks=marks, once="oona")
    page = carita.get(f"/office/periods/{other}/propose")
    assert 'name="unit"' not in page.text
    assert "instructors differ" in words(page)
    check = f"/office/periods/{other}/propose/check?unit={house.unit_id}"
    assert carita.get(check).status_code == 409
    assert f"/office/periods/{other}/propose" not in (
        carita.get(f"/office/periods/{other}").text
    )


def test_a_dispute_shows_its_reason_and_leads_to_a_new_proposal(
    app, house, carita, period
):
    with books(app) as session:
        proposal_id = cast.propose(session, house, period)
        proposals.dispute_proposal(
            session,
            house.paula,
            proposal_id=proposal_id,
            reason="Hoidin myös istutuksia.",
            at=cast.LATER,
        )
    page = carita.get(f"/office/proposals/{proposal_id}")
    assert "Paula Osallistuja disagrees" in words(page)
    assert "Hoidin myös istutuksia." in words(page)
    assert f"/office/periods/{period}/propose" in page.text
    told = {"unit": house.unit_id, "summary": "", "hours": ""}
    answer = carita.post(f"/office/periods/{period}/propose/check", told)
    assert answer.status_code == 303
    assert "Replaced by a newer one" in words(carita.get("/office/proposals"))


@pytest.mark.parametrize("who", ["kaarlo", "sirpa", "anneli"])
def test_only_a_coach_proposes(app, house, period, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.get(f"/office/periods/{period}/propose").status_code == 403
    check = f"/office/periods/{period}/propose/check"
    assert visitor.get(f"{check}?unit={house.unit_id}").status_code == 403
    assert visitor.post(check, {"unit": house.unit_id}).status_code == 403
    assert all_proposals(app, house) == []
