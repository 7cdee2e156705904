"""A coach may propose one target area of a unit, and may leave the site out."""

import pytest

from issuer.domain.signoffs import Mark
from issuer.records.catalogue_areas import list_areas_of_units
from issuer.records.catalogue_rows import RequirementRecord
from issuer.services import proposals
from issuer.services.policy import CertificatePolicy, set_policy
from tests import cast
from tests.web.office_fixtures import books, desk, number_in, words
from tests.web.phone import hidden


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


@pytest.fixture
def areas(app, house):
    """The ids of the two target areas of the first unit, in their order."""
    with books(app) as session:
        return [p.id for p in list_areas_of_units(session, [house.unit_id])]


@pytest.fixture
def period(app, house):
    """Two of two requirements of the first area, one of three of the second."""
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        marks = {2: Mark.INDEPENDENTLY}
        cast.sign_off(session, house, period_id, marks=marks, once="snow")
    return period_id


def first(period_id):
    return f"/office/periods/{period_id}/propose"


def second(period_id, house, area="", more=""):
    unit = house.unit_id
    return f"{first(period_id)}/check?unit={unit}&area-{unit}={area}{more}"


def view(app, house, proposal_id):
    with books(app) as session:
        return proposals.view_proposal(session, house.carita, proposal_id=proposal_id)


def lines(app, house):
    with books(app) as session:
        return proposals.list_proposals(session, house.carita)


def test_the_first_page_offers_the_whole_unit_and_each_area(
    house, carita, period, areas
):
    page = carita.get(first(period))
    assert f'name="area-{house.unit_id}" value="" checked' in page.text
    for area in areas:
        assert f'name="area-{house.unit_id}" value="{area}">' in page.text
    assert "The whole unit 3 / 5" in words(page)
    assert "Only the target area: Työn suunnittelu 2 / 2" in words(page)
    assert "Only the target area: Työn tekeminen 1 / 3" in words(page)


def test_an_area_with_nothing_identified_is_not_offered(app, house, carita, areas):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
    page = carita.get(first(period_id))
    assert f'value="{areas[0]}"' in page.text
    assert f'name="area-{house.unit_id}" value="{areas[1]}"' not in page.text
    answer = carita.get(second(period_id, house, areas[1]))
    assert answer.status_code == 409
    assert "Nothing has been identified" in words(answer)


def test_a_unit_of_one_area_is_offered_whole_only(app, house, carita, period, areas):
    with books(app) as session:
        for requirement_id in house.requirements:
            session.get(RequirementRecord, requirement_id).target_area_id = areas[0]
        session.commit()
    page = carita.get(first(period))
    assert f'name="unit" value="{house.unit_id}"' in page.text
    assert 'type="radio"' not in page.text


def test_the_second_page_says_just_what_will_be_said(house, carita, period, areas):
    page = words(carita.get(second(period, house, areas[0])))
    assert "2 of 2 requirements identified" in page
    assert "speaks of this one target area of the unit" in page
    assert "Työn tekeminen" not in page
    assert "Not identified in this period" not in page
    assert "The site is named, and its published report is linked to." in page
    whole = words(carita.get(second(period, house)))
    assert "3 of 5 requirements identified" in whole
    assert "one target area" not in whole


def test_going_back_keeps_what_was_chosen(house, carita, period, areas):
    page = carita.get(second(period, house, areas[1], "&hides_site=yes"))
    back = f"{first(period)}?unit={house.unit_id}&amp;area-{house.unit_id}={areas[1]}"
    assert f'href="{back}&amp;hides_site=yes&amp;second_language="' in page.text
    again = carita.get(
        f"{first(period)}?unit={house.unit_id}&area-{house.unit_id}={areas[1]}"
        "&hides_site=yes"
    )
    assert f'name="unit" value="{house.unit_id}" checked' in again.text
    assert f'value="{areas[1]}" checked' in again.text
    assert f'name="area-{house.unit_id}" value="" checked' not in again.text
    assert 'aria-describedby="hides_site-hint" checked' in again.text


def test_the_form_of_the_second_page_proposes_the_choice(
    app, house, carita, period, areas
):
    page = carita.get(second(period, house, areas[0], "&hides_site=yes"))
    assert "do not name it in the summary either" in words(page)
    fields = {k: v for k, v in hidden(page).items() if k != "csrf_token"}
    assert fields == {
        "unit": str(house.unit_id),
        f"area-{house.unit_id}": str(areas[0]),
        "hides_site": "yes",
        "second_language": "",
    }
    answer = carita.post(f"{first(period)}/check", fields | {"summary": "Hoiti."})
    proposal_id = number_in(r"/office/proposals/(\d+)$", answer)
    found = view(app, house, proposal_id)
    assert found.limited == {house.unit_id}
    assert found.hides_site
    assert [c.total for c in found.coverages] == [2]
    shown = words(carita.get(f"/office/proposals/{proposal_id}"))
    assert "Site Metsäpiha (left out of the certificate)" in shown
    assert "speaks of this one target area" in shown


def test_a_refused_proposal_keeps_the_choice(app, house, carita, period, areas):
    sent = {
        "unit": house.unit_id,
        f"area-{house.unit_id}": areas[0],
        "hides_site": "yes",
        "summary": "Hoiti pihaa.",
        "hours": "monta",
    }
    answer = carita.post(f"{first(period)}/check", sent)
    assert answer.status_code == 400
    assert "Hoiti pihaa.</textarea>" in answer.text
    assert hidden(answer)[f"area-{house.unit_id}"] == str(areas[0])
    assert hidden(answer)["hides_site"] == "yes"
    assert "2 of 2 requirements identified" in words(answer)
    assert lines(app, house) == []


def test_without_a_choice_it_is_the_whole_unit_and_the_site(app, house, carita, period):
    carita.post(f"{first(period)}/check", {"unit": house.unit_id, "summary": ""})
    (line,) = lines(app, house)
    found = view(app, house, line.id)
    assert found.limited == frozenset()
    assert not found.hides_site


@pytest.mark.parametrize("area", ["x", "-1", "0", "99999", "9" * 30, "1.0"])
def test_what_is_no_area_is_not_found(app, house, carita, period, area):
    assert carita.get(second(period, house, area)).status_code == 404
    sent = {"unit": house.unit_id, f"area-{house.unit_id}": area}
    assert carita.post(f"{first(period)}/check", sent).status_code == 404
    assert lines(app, house) == []


def test_an_area_of_another_unit_is_not_found(app, house, carita, areas):
    one, two = house.unit_id, house.second_unit_id
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        places = list_areas_of_units(session, [two])
        shown = places[0].requirement_ids
        cast.map_task(session, house.carita, house.winter_task_id, two, shown)
        cast.map_and_publish(session, house)
    check = f"{first(period_id)}/check?unit={one}&unit={two}"
    theirs = places[0].id
    for crossed in (
        f"&area-{one}={theirs}",
        f"&area-{two}={areas[0]}",
        f"&area-{one}={theirs}&area-{two}={areas[0]}",
    ):
        assert carita.get(f"{check}{crossed}").status_code == 404, crossed
    both = carita.get(f"{check}&area-{one}={areas[0]}&area-{two}={areas[1]}")
    assert both.status_code == 409
    assert "Choose one target area of a unit" in words(both)


def test_instructors_who_differ_about_one_area_leave_the_other_open(
    app, house, carita, areas
):
    with books(app) as session:
        period_id = cast.open_period(
            session, house, instructors=[house.ilkka, house.oona]
        )
        cast.sign_off(session, house, period_id)
        marks = {2: Mark.INDEPENDENTLY}
        cast.sign_off(session, house, period_id, marks=marks, once="snow")
        differ = {1: Mark.NOT_YET}
        cast.sign_off(
            session, house, period_id, by=house.oona, marks=differ, once="oona"
        )
    page = carita.get(first(period_id))
    assert "instructors differ" in words(page)
    assert "The whole unit" not in words(page)
    group = f'name="area-{house.unit_id}"'
    assert f'{group} value="{areas[0]}"' not in page.text
    assert f'{group} value="{areas[1]}" checked' in page.text
    assert carita.get(second(period_id, house)).status_code == 409
    assert carita.get(second(period_id, house, areas[0])).status_code == 409
    assert "1 of 3 requirements identified" in words(
        carita.get(second(period_id, house, areas[1]))
    )


def test_where_the_policy_leaves_the_site_out_nothing_is_asked(
    app, house, carita, period
):
    with books(app) as session:
        policy = CertificatePolicy(hides_site=True, shows_levels=True)
        set_policy(session, house.anneli, policy, at=cast.AT)
    page = carita.get(first(period))
    assert 'name="hides_site"' not in page.text
    assert "leaves the site out of every certificate" in words(page)
    check = words(carita.get(second(period, house)))
    assert "The site and its report are left out." in check
    assert "Identified, with guidance" in check


def test_the_participant_reads_exactly_that(app, house, carita, period, areas):
    sent = {
        "unit": house.unit_id,
        f"area-{house.unit_id}": areas[0],
        "hides_site": "yes",
    }
    answer = carita.post(f"{first(period)}/check", sent)
    proposal_id = number_in(r"/office/proposals/(\d+)$", answer)
    paula = desk(app, house.paula)
    page = words(paula.get(f"/me/proposals/{proposal_id}"))
    assert "Only the target area Työn suunnittelu of this unit." in page
    assert "It does not tell your workplace." in page
    assert "Workplace Metsäpiha" not in page
    assert "Työn tekeminen" not in page
    assert "Ilkka Ohjaaja" in page
    assert "It has no last day." in page
    assert "With guidance ·" not in page


def test_what_was_proposed_keeps_the_policy_it_was_proposed_under(
    app, house, carita, period
):
    paula = desk(app, house.paula)
    with books(app) as session:
        policy = CertificatePolicy(
            shows_levels=True, names_instructors=False, valid_for_months=12
        )
        set_policy(session, house.anneli, policy, at=cast.AT)
    answer = carita.post(f"{first(period)}/check", {"unit": house.unit_id})
    proposal_id = number_in(r"/office/proposals/(\d+)$", answer)
    for now in (None, CertificatePolicy(), CertificatePolicy(hides_site=True)):
        if now:
            with books(app) as session:
                set_policy(session, house.anneli, now, at=cast.AT)
        page = words(paula.get(f"/me/proposals/{proposal_id}"))
        assert "It tells whether you did each skill with guidance or independently" in (
            page
        )
        assert "With guidance ·" in page
        assert "It does not name the instructors" in page
        assert "Ilkka Ohjaaja" not in page
        assert "It is valid for 12 months from the day it is released." in page
        assert "Workplace Metsäpiha" in page
        assert "even if the organisation decides otherwise later" in page
        page = words(carita.get(f"/office/proposals/{proposal_id}"))
        assert "when this was proposed" in page
        assert "Identified, with guidance" in page
        assert "Instructors are not named" in page
        assert "It is valid for 12 months from its release." in page
        assert "The site is named" in page
