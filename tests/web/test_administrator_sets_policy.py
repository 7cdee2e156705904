"""An administrator decides what certificates show and how long they are valid."""

import pytest

from issuer.services.policy import CertificatePolicy, set_policy, view_policy
from tests import cast
from tests.web.office_fixtures import books, desk, words

PATH = "/office/policy"
ALL = {
    "shows_levels": "yes",
    "hides_site": "yes",
    "names_instructors": "yes",
    "validity": "24",
}


@pytest.fixture
def anneli(app, house):
    return desk(app, house.anneli)


def policy(app, actor):
    with books(app) as session:
        return view_policy(session, actor)


def test_the_page_shows_what_is_in_force_and_explains_it(anneli):
    page = anneli.get(PATH)
    assert 'name="names_instructors" value="yes"' in page.text
    assert page.text.count(" checked") == 1
    assert "a mark is not a grade" in words(page)
    assert '<option value="">No last day</option>' in page.text
    assert "What has been proposed already keeps what its participant was" in words(
        page
    )
    assert "Counted from the day of release." in words(page)


def test_everything_is_saved_and_told(app, house, anneli):
    answer = anneli.post(PATH, ALL)
    assert answer.status_code == 303
    assert answer.headers["Location"] == PATH
    page = anneli.get(PATH)
    assert "Saved. It holds for what is proposed from now on." in words(page)
    assert page.text.count(" checked") == 3
    assert '<option value="24" selected>24 months</option>' in page.text
    assert policy(app, house.anneli) == CertificatePolicy(
        shows_levels=True, hides_site=True, names_instructors=True, valid_for_months=24
    )
    anneli.post(PATH, {})
    assert policy(app, house.anneli) == CertificatePolicy(
        names_instructors=False, valid_for_months=None
    )


def test_what_was_set_elsewhere_is_kept(app, house, anneli):
    with books(app) as session:
        other = CertificatePolicy(valid_for_months=7)
        set_policy(session, house.anneli, other, at=cast.AT)
    assert '<option value="7" selected>7 months</option>' in anneli.get(PATH).text
    assert anneli.post(PATH, {"validity": "7"}).status_code == 303
    assert policy(app, house.anneli).valid_for_months == 7


@pytest.mark.parametrize("validity", ["0", "601", "9" * 18])
def test_a_validity_out_of_range_is_refused_and_stays_typed(
    app, house, anneli, validity
):
    answer = anneli.post(PATH, ALL | {"validity": validity})
    assert answer.status_code == 409
    assert '<a href="#validity">A certificate is valid for at least 1 month' in (
        answer.text
    )
    assert "at most 600 months, or has no last day." in words(answer)
    assert f'<option value="{validity}" selected>' in answer.text
    assert answer.text.count(" checked") == 3, "what was ticked stays"
    assert policy(app, house.anneli) == CertificatePolicy()


@pytest.mark.parametrize("validity", ["-1", "x", "9" * 40, "1e2", "\u0661"])
def test_a_validity_that_is_no_number_is_refused(app, house, anneli, validity):
    answer = anneli.post(PATH, ALL | {"validity": validity})
    assert answer.status_code == 400
    assert '<a href="#validity">Choose “validity” from the page again.</a>' in (
        answer.text
    )
    assert answer.text.count(" checked") == 3, "what was ticked stays"
    assert policy(app, house.anneli) == CertificatePolicy()


@pytest.mark.parametrize("who", ["carita", "kaarlo", "sirpa", "ilkka", "paula"])
def test_nobody_else_does(app, house, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.get(PATH).status_code == 403
    assert visitor.post(PATH, ALL).status_code == 403
    assert policy(app, house.anneli) == CertificatePolicy()
    if who in {"carita", "kaarlo", "sirpa"}:
        assert f'href="{PATH}"' not in visitor.get("/office").text


def test_each_organisation_has_its_own(app, house):
    assert desk(app, house.vieno).post(PATH, ALL).status_code == 303
    assert policy(app, house.anneli) == CertificatePolicy()
    assert policy(app, house.vieno).shows_levels


def test_no_form_of_another_site_changes_it(app, house, anneli):
    assert anneli.client.post(PATH, data=ALL).status_code == 400
    assert policy(app, house.anneli) == CertificatePolicy()


def test_the_administrator_is_led_there(anneli):
    assert f'href="{PATH}"' in anneli.get("/office").text
