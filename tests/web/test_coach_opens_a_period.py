"""A coach adds a site, opens an environment and a work period, names instructors."""

import pytest

from issuer.services import mapping, periods
from tests import cast
from tests.web.office_fixtures import books, desk, number_in, words


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


@pytest.fixture
def told(house):
    return {
        "participant": house.paula.person_id,
        "site": house.site_id,
        "instructor": [house.ilkka.person_id],
        "start": "3.3.2025",
        "end": "",
    }


def all_periods(app, house):
    with books(app) as session:
        return periods.list_periods(session, house.carita)


def test_a_site_is_added_and_opened_for_a_qualification(app, house, carita):
    answer = carita.post("/office/sites/new", {"name": "Kirpputori", "town": "Juuka"})
    site_id = number_in(r"/office/sites/(\d+)$", answer)
    page = words(carita.get(f"/office/sites/{site_id}"))
    assert "Not mapped yet" in page
    path = f"/office/sites/{site_id}/environments/new"
    assert "Metsäpiha-alan perustutkinto" in words(carita.get(path))
    answer = carita.post(path, {"qualification": house.edition_id})
    number_in(r"/office/environments/(\d+)$", answer)
    assert "No tasks yet" in words(carita.get(answer.headers["Location"]))
    answer = carita.post(path, {"qualification": house.edition_id})
    assert answer.status_code == 409
    assert "already mapped against that qualification" in words(answer)
    with books(app) as session:
        site = mapping.view_site(session, house.carita, site_id=site_id)
        assert len(site.environments) == 1


def test_a_refused_site_keeps_what_was_typed(carita):
    answer = carita.post("/office/sites/new", {"name": "Kirpputori", "town": ""})
    assert answer.status_code == 400
    assert 'value="Kirpputori"' in answer.text
    assert '<a href="#town">' in answer.text


def test_a_period_opens_with_its_people(app, house, carita, told):
    answer = carita.post("/office/periods/new", told)
    period_id = number_in(r"/office/periods/(\d+)$", answer)
    (line,) = all_periods(app, house)
    assert (line.id, line.participant) == (period_id, "Paula Osallistuja")
    assert line.instructors == ("Ilkka Ohjaaja",)
    assert (line.starts_on.isoformat(), line.ends_on) == ("2025-03-03", None)
    page = words(carita.get(f"/office/periods/{period_id}"))
    assert "The work period is open." in page
    assert "0 of 5 requirements identified" in page
    assert "Not seen in this period" in page


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"start": "kesällä"}, 400, "start"),
        ({"participant": ""}, 400, "participant"),
        ({"end": "2.3.2025"}, 409, None),
    ],
)
def test_a_refused_period_keeps_what_was_typed(
    app, house, carita, told, change, status, field
):
    answer = carita.post("/office/periods/new", told | {"end": "1.6.2025"} | change)
    assert answer.status_code == status
    assert f'<option value="{house.site_id}" selected>' in answer.text
    assert f'value="{house.ilkka.person_id}" checked' in answer.text
    assert f'value="{change.get("end", "1.6.2025")}"' in answer.text
    assert field is None or f'<a href="#{field}">' in answer.text
    assert all_periods(app, house) == []


def test_people_and_sites_of_another_organisation_are_not_found(
    app, house, carita, told
):
    foreign = told | {"participant": house.vieno.person_id}
    assert carita.post("/office/periods/new", foreign).status_code == 404
    foreign = told | {"instructor": [house.vieno.person_id]}
    assert carita.post("/office/periods/new", foreign).status_code == 404
    assert all_periods(app, house) == []


def test_somebody_without_the_role_is_refused(app, house, carita, told):
    answer = carita.post(
        "/office/periods/new", told | {"participant": house.ilkka.person_id}
    )
    assert answer.status_code == 409
    assert "does not have that role" in words(answer)


def test_another_instructor_is_named(app, house, carita):
    with books(app) as session:
        period_id = cast.open_period(session, house)
    path = f"/office/periods/{period_id}/instructors/new"
    page = carita.get(path)
    assert "Oona Ohjaaja" in words(page)
    assert f'value="{house.ilkka.person_id}"' not in page.text
    assert carita.post(path, {}).status_code == 400
    answer = carita.post(path, {"instructor": house.oona.person_id})
    assert answer.headers["Location"] == f"/office/periods/{period_id}"
    assert set(all_periods(app, house)[0].instructors) == {
        "Ilkka Ohjaaja",
        "Oona Ohjaaja",
    }


@pytest.mark.parametrize("who", ["kaarlo", "sirpa", "anneli"])
def test_only_a_coach_opens_periods(app, house, told, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.get("/office/periods/new").status_code == 403
    assert visitor.post("/office/periods/new", told).status_code == 403
