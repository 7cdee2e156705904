"""A coach adds participants and instructors; an administrator adds anyone."""

import pytest

from issuer.domain.people import Role
from issuer.records import people as rows
from issuer.services import people
from tests.web.office_fixtures import books, desk, words

PATH = "/office/people/new"


def everyone(app, house):
    with books(app) as session:
        found = people.list_people(session, house.anneli)
        return {line.name: line for line in found}


def test_a_coach_adds_a_participant_with_a_birth_date(app, house):
    carita = desk(app, house.carita)
    told = {"name": "Mikko Metsälä", "role": "participant", "birthday": "2.4.1988"}
    answer = carita.post(PATH, told)
    assert answer.headers["Location"] == "/office/people"
    assert "The person was added." in words(carita.get("/office/people"))
    line = everyone(app, house)["Mikko Metsälä"]
    assert line.roles == {Role.PARTICIPANT}
    with books(app) as session:
        row = rows.get_person(session, line.id, organisation_id=house.organisation_id)
        assert row.birth_date.isoformat() == "1988-04-02"


def test_a_birth_date_is_kept_for_a_participant_only(app, house):
    told = {"name": "Iida Ohjaaja", "role": "instructor", "birthday": "2.4.1988"}
    desk(app, house.carita).post(PATH, told)
    line = everyone(app, house)["Iida Ohjaaja"]
    with books(app) as session:
        row = rows.get_person(session, line.id, organisation_id=house.organisation_id)
        assert row.birth_date is None


def test_a_personal_identity_code_is_refused_and_what_was_typed_stays(app, house):
    told = {
        "name": "Mikko Metsälä 131052-308T",
        "role": "participant",
        "title": "puutarhuri",
        "birthday": "13.10.1952",
    }
    answer = desk(app, house.carita).post(PATH, told)
    assert answer.status_code == 400
    assert "holds a personal identity code" in words(answer)
    for typed in ("Mikko Metsälä 131052-308T", "puutarhuri", "13.10.1952"):
        assert f'value="{typed}"' in answer.text
    assert 'value="participant" checked' in answer.text
    assert not [name for name in everyone(app, house) if name.startswith("Mikko")]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "Mikko"}, "role"),
        ({"name": "", "role": "participant"}, "name"),
        (
            {"name": "Mikko", "role": "participant", "birthday": "31.2.1990"},
            "birthday",
        ),
    ],
)
def test_a_refusal_names_the_field(app, house, told, field):
    answer = desk(app, house.carita).post(PATH, told)
    assert answer.status_code == 400
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text


def test_a_coach_is_offered_two_roles_and_gets_no_further(app, house):
    carita = desk(app, house.carita)
    page = carita.get(PATH).text
    assert 'value="instructor"' in page
    assert 'value="signatory"' not in page
    answer = carita.post(PATH, {"name": "Veikko", "role": ["coach", "participant"]})
    assert answer.status_code == 403
    assert "Veikko" not in everyone(app, house)


def test_an_administrator_adds_anyone(app, house):
    anneli = desk(app, house.anneli)
    told = {"name": "Veikko", "role": ["signatory", "checker"], "title": "esihenkilö"}
    assert anneli.post(PATH, told).status_code == 303
    line = everyone(app, house)["Veikko"]
    assert line.roles == {Role.SIGNATORY, Role.CHECKER}
    assert line.title == "esihenkilö"
    page = words(anneli.get("/office/people?role=checker"))
    assert "Veikko" in page
    assert "Paula" not in page


@pytest.mark.parametrize("who", ["kaarlo", "sirpa"])
def test_a_checker_and_a_signatory_add_nobody(app, house, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.get(PATH).status_code == 403
    assert visitor.post(PATH, {"name": "X", "role": "participant"}).status_code == 403
    assert PATH not in visitor.get("/office/people").text
