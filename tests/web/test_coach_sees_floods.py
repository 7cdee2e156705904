"""Many identical marks at once are shown to the coach, and nothing is stopped."""

import pytest

from issuer.domain.signoffs import Mark
from tests import cast
from tests.web.office_fixtures import books, desk, words

TOLD = "Ilkka Ohjaaja gave the mark independently 10 times within 1 minute"


def sign(app, house, period, times):
    with books(app) as session:
        for number in range(times):
            marks = {0: Mark.INDEPENDENTLY}
            cast.sign_off(session, house, period, marks=marks, once=str(number))


@pytest.fixture
def period(app, house):
    with books(app) as session:
        return cast.open_period(session, house)


def test_nine_are_none(app, house, period):
    sign(app, house, period, 9)
    page = desk(app, house.carita).get(f"/office/periods/{period}")
    assert "identical marks" not in words(page)


def test_ten_are_told_and_can_still_be_proposed(app, house, period):
    sign(app, house, period, 10)
    carita = desk(app, house.carita)
    assert TOLD in words(carita.get(f"/office/periods/{period}"))
    assert TOLD not in words(desk(app, house.sirpa).get(f"/office/periods/{period}"))
    check = f"/office/periods/{period}/propose/check"
    assert TOLD in words(carita.get(f"{check}?unit={house.unit_id}"))
    sent = {"unit": house.unit_id, "summary": "", "hours": ""}
    assert carita.post(check, sent).status_code == 303
