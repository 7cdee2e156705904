"""The office is for the office, and each organisation's desk is its own."""

import pytest

from tests import cast
from tests.web.office_fixtures import books, desk, issue, make_keys

GUARDED_FOR_EVERYBODY = (
    "/office",
    "/office/catalogue",
    "/office/sites",
    "/office/people",
    "/office/periods",
)


@pytest.fixture
def theirs(app, house):
    """The addresses of Hiisijärvi's things, with a period, a sign-off, a proposal."""
    with books(app) as session:
        period = cast.open_period(session, house)
        sign_off = cast.sign_off(session, house, period)[0]
        proposal = cast.propose_and_accept(session, house, period)
    make_keys(app)
    certificate = issue(app, house)
    task, unit = house.winter_task_id, house.unit_id
    requirement = house.requirements[1]
    return (
        f"/office/sites/{house.site_id}",
        f"/office/sites/{house.site_id}/environments/new",
        f"/office/environments/{house.environment_id}",
        f"/office/environments/{house.environment_id}/tasks/new",
        f"/office/environments/{house.environment_id}/publish",
        f"/office/tasks/{task}",
        f"/office/tasks/{task}/units/{unit}",
        f"/office/tasks/{task}/remove",
        f"/office/periods/{period}",
        f"/office/periods/{period}/instructors/new",
        f"/office/periods/{period}/sign-offs/{sign_off}/withdraw",
        f"/office/periods/{period}/requirements/{requirement}/resolve",
        f"/office/periods/{period}/propose",
        f"/office/periods/{period}/propose/check",
        f"/office/proposals/{proposal}",
        f"/office/proposals/{proposal}/release",
        f"/office/certificates/{certificate}",
        f"/office/certificates/{certificate}/revoke",
        f"/office/certificates/{certificate}/credential",
        f"/office/certificates/{certificate}/jwt",
        f"/office/certificates/{certificate}/badge",
    )


FORMS = {
    "name": "Nimi",
    "description": "",
    "town": "Hiisijärvi",
    "reason": "x",
    "why": "x",
    "summary": "x",
    "hours": "1",
}


def test_a_stranger_finds_none_of_their_pages(app, house, theirs):
    vieno = desk(app, house.vieno)
    for path in theirs:
        assert vieno.get(path).status_code == 404, path


def test_a_stranger_changes_none_of_their_things(app, house, theirs):
    vieno = desk(app, house.vieno)
    filled = FORMS | {
        "qualification": house.edition_id,
        "unit": house.unit_id,
        "requirement": house.requirements[0],
        "instructor": house.ilkka.person_id,
        "stands": 1,
    }
    for path in theirs:
        assert vieno.post(path, filled).status_code in {404, 405}, path


def test_an_unknown_certificate_is_not_found(app, house):
    for path in ("", "/credential", "/page", "/jwt", "/badge", "/revoke"):
        answer = desk(app, house.sirpa).get(f"/office/certificates/99{path}")
        assert answer.status_code == 404


@pytest.mark.parametrize("who", ["paula", "ilkka", "oona"])
def test_who_has_no_desk_is_shown_out(app, house, theirs, who):
    visitor = desk(app, getattr(house, who))
    others = ("/office/certificates", "/office/policy")
    for path in (*GUARDED_FOR_EVERYBODY, *theirs, *others):
        assert visitor.get(path).status_code == 403, path
        assert visitor.post(path, FORMS).status_code in {403, 405}, path


def test_who_is_not_signed_in_is_sent_to_the_door(visitor, theirs):
    for path in (*GUARDED_FOR_EVERYBODY, *theirs):
        answer = visitor.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/entry"), path


def test_no_form_is_taken_without_its_token(app, house):
    carita = desk(app, house.carita)
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("office.") and "POST" in rule.methods
    ]
    assert len(rules) >= 10
    for rule in rules:
        path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)[1]
        assert carita.client.post(path, data=FORMS).status_code == 400, path
