"""A checker reads the whole draft and puts it in force."""

import pytest

from issuer.services import reports
from tests import cast
from tests.web.office_fixtures import books, desk, words


@pytest.fixture
def path(house):
    return f"/office/environments/{house.environment_id}/publish"


@pytest.fixture
def kaarlo(app, house):
    return desk(app, house.kaarlo)


def versions(app, house):
    with books(app) as session:
        return reports.list_reports(
            session, house.kaarlo, environment_id=house.environment_id
        )


def change_draft(app, house):
    """Carita adds the plan to the winter task, drops the plants, begins one more."""
    with books(app) as session:
        wanted = (*house.requirements[:2], house.requirements[4])
        cast.map_task(
            session, house.carita, house.winter_task_id, house.unit_id, wanted
        )
        cast.map_task(session, house.carita, house.plants_task_id, house.unit_id, [])
        cast.add_task(session, house.carita, house.environment_id, "Koneet", "")


def test_the_page_shows_exactly_what_is_published(app, house, kaarlo, path):
    change_draft(app, house)
    page = words(kaarlo.get(path))
    assert "Publish version 2?" in page
    assert "laatii alueelle hoitosuunnitelman (metsäpihan hoito)" in page
    assert "ammattitaitovaatimukset_1004" in page
    assert f"{cast.WINTER[0]}: 1 requirement added" in page
    assert f"{cast.WINTER[0]}: taken away" in page
    assert f"Task taken away: {cast.PLANTS[0]}" in page
    assert f"nothing is mapped to it: {cast.PLANTS[0]}, Koneet." in page


def test_publishing_puts_the_next_version_in_force(app, house, kaarlo, path):
    change_draft(app, house)
    answer = kaarlo.post(path)
    assert answer.status_code == 303
    page = kaarlo.get(answer.headers["Location"])
    assert "Version 2 is published." in words(page)
    assert "The draft is the same as version 2." in words(page)
    newest = versions(app, house)[0]
    assert (newest.version, newest.checker) == (2, "Kaarlo Tarkastaja")
    assert len(newest.public_id) == 32
    assert f'href="/reports/{newest.public_id}"' in page.text
    assert kaarlo.get(f"/reports/{newest.public_id}").status_code == 200


def test_an_unchanged_draft_has_no_button_and_is_refused(app, house, kaarlo, path):
    page = kaarlo.get(path)
    assert "Nothing has changed" in words(page)
    assert "<form method" not in page.text.partition("<main")[2]
    answer = kaarlo.post(path)
    assert answer.status_code == 409
    assert "Nothing has changed since the version in force." in words(answer)
    assert len(versions(app, house)) == 1


def test_a_draft_without_requirements_cannot_be_published(app, house, kaarlo, path):
    with books(app) as session:
        for task in (house.winter_task_id, house.plants_task_id):
            cast.map_task(session, house.carita, task, house.unit_id, [])
    assert "Nothing to publish yet" in words(kaarlo.get(path))
    assert kaarlo.post(path).status_code == 409


@pytest.mark.parametrize("who", ["carita", "sirpa", "anneli"])
def test_nobody_but_a_checker_publishes(app, house, path, who):
    change_draft(app, house)
    other = desk(app, getattr(house, who))
    assert other.get(path).status_code == 403
    assert other.post(path).status_code == 403
    environment = other.get(path.removesuffix("/publish"))
    assert path not in environment.text
    assert len(versions(app, house)) == 1
