"""What is too weak to be issued on is told to the coach before anything is written."""

import pytest

from issuer.domain.signoffs import Assurance
from issuer.services.policy import CertificatePolicy, set_policy, view_policy
from tests import cast
from tests.web.office_fixtures import books, desk, words

PATH = "/office/policy"


@pytest.fixture
def period_id(app, house):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id)
        return period_id


def ask_for(app, house, lowest):
    with books(app) as session:
        policy = CertificatePolicy(lowest_assurance=lowest)
        set_policy(session, house.anneli, policy, at=cast.AT)


def test_the_administrator_chooses_it(app, house):
    anneli = desk(app, house.anneli)
    assert anneli.post(PATH, {"assurance": "S2"}).status_code == 303
    assert '<option value="S2" selected>' in anneli.get(PATH).text
    with books(app) as session:
        assert view_policy(session, house.anneli).lowest_assurance is Assurance.S2
    assert anneli.post(PATH, {"assurance": "S9"}).status_code == 400
    anneli.post(PATH, {"assurance": ""})
    with books(app) as session:
        assert view_policy(session, house.anneli).lowest_assurance is Assurance.NONE


def test_the_coach_is_told_which_fall_short(app, house, period_id):
    carita = desk(app, house.carita)
    page = f"/office/periods/{period_id}/propose/check"
    given = {"unit": str(house.unit_id), "summary": "Hyvin.", "hours": "10"}
    assert carita.get(page, query_string=given).status_code == 200
    ask_for(app, house, Assurance.S1)
    told = carita.get(page, query_string=given)
    assert told.status_code == 409
    assert "S1 or stronger" in words(told)
    assert words(told).count("(Ilkka Ohjaaja, –)") == 2
    refused = carita.post(page, given)
    assert refused.status_code == 409
    assert "Hyvin." in refused.text
    ask_for(app, house, Assurance.NONE)
    assert carita.post(page, given).status_code == 303
