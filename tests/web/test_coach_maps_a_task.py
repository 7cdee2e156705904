"""A coach writes down a task and chooses what can be seen in it."""

import pytest

from issuer.services import catalogue, mapping
from tests import cast
from tests.web.office_fixtures import books, desk, number_in, words


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


def tasks(app, house):
    with books(app) as session:
        view = mapping.view_environment(
            session, house.carita, environment_id=house.environment_id
        )
        return {line.task.name: line for line in view.tasks}


def chosen(app, house, name):
    return {r.requirement_id for r in tasks(app, house)[name].task.requirements}


def test_a_new_task_leads_to_the_choice_of_units(app, house, carita):
    path = f"/office/environments/{house.environment_id}/tasks/new"
    told = {"name": "Lannoitus", "description": "Keväällä ja syksyllä."}
    answer = carita.post(path, told)
    assert answer.status_code == 303
    task_id = number_in(r"/office/tasks/(\d+)$", answer)
    page = words(carita.get(f"/office/tasks/{task_id}"))
    assert "Lannoitus" in page
    assert "The task was added." in page
    assert "Metsäpihan hoito" in page
    assert tasks(app, house)["Lannoitus"].task.description == told["description"]


def test_a_refused_task_keeps_what_was_typed_and_names_the_field(app, house, carita):
    path = f"/office/environments/{house.environment_id}/tasks/new"
    answer = carita.post(path, {"name": " ", "description": "Keväällä"})
    assert answer.status_code == 400
    assert 'href="#name"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Keväällä</textarea>" in answer.text
    assert set(tasks(app, house)) == {cast.WINTER[0], cast.PLANTS[0]}


def test_requirements_stand_word_for_word_with_code_and_what_is_ticked(house, carita):
    page = carita.get(f"/office/tasks/{house.winter_task_id}/units/{house.unit_id}")
    assert page.status_code == 200
    assert "Työn suunnittelu" in page.text
    assert "ammattitaitovaatimukset_1000" in page.text
    assert "laatii alueelle hoitosuunnitelman (metsäpihan hoito)" in page.text
    ticked = page.text.count(" checked>")
    assert ticked == 3


def test_saving_makes_the_task_map_to_exactly_what_is_ticked(app, house, carita):
    first, _, _, fourth, _ = house.requirements
    path = f"/office/tasks/{house.winter_task_id}/units/{house.unit_id}"
    answer = carita.post(path, {"requirement": [str(first), str(fourth)]})
    assert answer.headers["Location"] == f"/office/tasks/{house.winter_task_id}"
    assert chosen(app, house, cast.WINTER[0]) == {first, fourth}
    page = words(carita.get(answer.headers["Location"]))
    assert "Saved: 2 requirements of this unit." in page
    assert "2 of 5" in page


def test_what_is_ticked_in_another_unit_stays(app, house, carita):
    with books(app) as session:
        outline = catalogue.view_unit(session, house.second_unit_id).outline
    other = outline.areas[0][1][0][0]
    path = f"/office/tasks/{house.winter_task_id}/units/"
    carita.post(f"{path}{house.second_unit_id}", {"requirement": [str(other)]})
    page = words(carita.get(f"{path}{house.unit_id}"))
    assert "1 requirement of another unit stays as it is." in page
    carita.post(f"{path}{house.unit_id}", {})
    assert chosen(app, house, cast.WINTER[0]) == {other}


def test_a_changed_draft_says_which_version_it_differs_from(house, carita):
    environment = f"/office/environments/{house.environment_id}"
    assert "The draft is the same as version 1." in words(carita.get(environment))
    carita.post(f"/office/tasks/{house.winter_task_id}/units/{house.unit_id}", {})
    assert "The draft differs from version 1." in words(carita.get(environment))


def test_a_task_goes_off_the_draft_only_after_a_question(app, house, carita):
    path = f"/office/tasks/{house.plants_task_id}/remove"
    page = words(carita.get(path))
    assert f"Remove “{cast.PLANTS[0]}”?" in page
    assert "Published versions and sign-offs already given stay as they are." in page
    assert cast.PLANTS[0] in tasks(app, house)
    answer = carita.post(path)
    assert answer.headers["Location"].endswith(f"/environments/{house.environment_id}")
    assert cast.PLANTS[0] not in tasks(app, house)


def test_a_unit_of_another_qualification_is_not_offered(app, house, carita):
    with books(app) as session:
        other = catalogue.import_starter(session, at=cast.AT).edition_id
        unit = catalogue.view_edition(session, other).units[0].id
    path = f"/office/tasks/{house.winter_task_id}/units/{unit}"
    assert carita.get(path).status_code == 404
    assert carita.post(path, {"requirement": []}).status_code == 404
    assert len(chosen(app, house, cast.WINTER[0])) == 3


def test_a_checker_maps_nothing(app, house):
    kaarlo = desk(app, house.kaarlo)
    task = f"/office/tasks/{house.winter_task_id}"
    unit = f"{task}/units/{house.unit_id}"
    for page in (task, unit, f"{task}/remove"):
        assert kaarlo.get(page).status_code == 403
    assert kaarlo.post(unit, {}).status_code == 403
    assert kaarlo.post(f"{task}/remove").status_code == 403
    assert len(chosen(app, house, cast.WINTER[0])) == 3
