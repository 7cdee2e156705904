"""What waits for whom at the office, and what an empty office teaches."""

import pytest

from issuer.domain.people import Role
from issuer.domain.signoffs import Mark
from issuer.services import catalogue, proposals
from tests import cast
from tests.web.office_fixtures import books, desk, words


@pytest.fixture
def period(app, house):
    with books(app) as session:
        period_id = cast.open_period(
            session, house, instructors=[house.ilkka, house.oona]
        )
        cast.sign_off(session, house, period_id)
    return period_id


def home(app, actor):
    return words(desk(app, actor).get("/office"))


def test_nothing_waits_in_a_house_in_order(app, house):
    assert "Nothing waits for you" in home(app, house.sirpa)
    assert "Nothing waits for you" in home(app, house.kaarlo)


def test_first_steps_are_shown_until_all_are_done(app, house):
    page = home(app, house.carita)
    assert "First steps" in page
    assert "Add participants and instructors · done" in page
    assert "Open a work period · done" not in page
    with books(app) as session:
        cast.open_period(session, house)
    assert "First steps" not in home(app, house.carita)


def test_a_changed_draft_waits_for_the_checker_only(app, house):
    with books(app) as session:
        cast.map_task(
            session, house.carita, house.winter_task_id, house.unit_id, [1, 2]
        )
    assert "Environments to check 1" in home(app, house.kaarlo)
    assert "version 1 is in force" in home(app, house.kaarlo)
    assert "Environments to check" not in home(app, house.carita)


def test_an_identified_period_can_be_proposed(app, house, period):
    page = home(app, house.carita)
    assert "Can be proposed 1" in page
    assert "2 identified" in page


def test_differing_marks_wait_for_the_coach(app, house, period):
    with books(app) as session:
        cast.sign_off(
            session,
            house,
            period,
            by=house.oona,
            marks={1: Mark.NOT_YET},
            once="oona",
        )
    page = home(app, house.carita)
    assert "Instructors differ 1" in page
    assert "Can be proposed" not in page


def test_a_proposal_walks_through_the_home_pages(app, house, period):
    with books(app) as session:
        proposal_id = cast.propose(session, house, period)
    assert "Waits for the participant's answer 1" in home(app, house.carita)
    assert "To release" not in home(app, house.sirpa)
    with books(app) as session:
        proposals.accept_proposal(
            session,
            house.paula,
            proposal_id=proposal_id,
            shows_birth_date=False,
            at=cast.LATER,
        )
    assert "To release 1" in home(app, house.sirpa)
    assert "Waits for the participant" not in home(app, house.carita)


def test_a_dispute_waits_for_the_coach(app, house, period):
    with books(app) as session:
        proposal_id = cast.propose(session, house, period)
        proposals.dispute_proposal(
            session,
            house.paula,
            proposal_id=proposal_id,
            reason="Ei näin.",
            at=cast.LATER,
        )
    assert "Disputed by the participant 1" in home(app, house.carita)


def test_each_role_sees_the_sections_it_works_in(app, house):
    def sections(actor):
        page = desk(app, actor).get("/office").text
        names = ["periods", "proposals", "certificates", "people", "sites"]
        names += ["catalogue", "policy"]
        return [n for n in names if f'href="/office/{n}"' in page.split("<main")[0]]

    assert sections(house.kaarlo) == ["sites", "catalogue"]
    assert sections(house.sirpa) == ["periods", "proposals", "certificates"]
    assert sections(house.anneli) == [
        "certificates",
        "people",
        "sites",
        "catalogue",
        "policy",
    ]
    assert len(sections(house.carita)) == 6


def test_empty_lists_teach_the_next_step(app, house):
    with books(app) as session:
        other = house.other_organisation_id
        coach = cast.add_person(session, other, "Uusi Valmentaja", *Role)
    visitor = desk(app, coach)
    assert "No sites yet" in words(visitor.get("/office/sites"))
    assert "No work periods yet" in words(visitor.get("/office/periods"))
    assert "No proposals yet" in words(visitor.get("/office/proposals"))
    assert "No certificates yet" in words(visitor.get("/office/certificates"))
    page = words(visitor.get("/office/periods/new"))
    assert "Something is missing first" in page
    assert "Add a site" in page


def test_the_catalogue_tells_official_text_from_a_summary(app, house):
    with books(app) as session:
        starter = catalogue.import_starter(session, at=cast.AT).edition_id
    carita = desk(app, house.carita)
    page = words(carita.get("/office/catalogue"))
    assert "Official text" in page
    assert "Unofficial summary" in page
    page = words(carita.get(f"/office/catalogue/{starter}"))
    assert "These texts are our own summaries" in page
    page = words(carita.get(f"/office/catalogue/{house.edition_id}"))
    assert "These texts are our own summaries" not in page
    assert "tutkinnonosat_900001" in page
    page = words(carita.get(f"/office/catalogue/units/{house.unit_id}"))
    assert "Työn suunnittelu" in page
    assert "ammattitaitovaatimukset_1000" in page
    assert carita.get("/office/catalogue/99").status_code == 404
