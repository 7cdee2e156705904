"""A coach returns a sign-off with a reason; its instructor reads it and signs anew."""

import pytest

from issuer.domain.errors import NotAllowed
from issuer.domain.signoffs import AlreadyWithdrawn
from issuer.services import ledger, signoffs
from tests import cast
from tests.cast import LATER
from tests.web.office_fixtures import books, desk, words

WHY = "Tee <tämä> vielä kerran yhdessä."


@pytest.fixture
def period(app, house):
    with books(app) as session:
        return cast.open_period(session, house)


@pytest.fixture
def signed(app, house, period):
    with books(app) as session:
        return cast.sign_off(session, house, period)


def page_of(period, signed):
    return f"/office/periods/{period}/sign-offs/{signed[0]}/return"


def identified(app, house, period):
    with books(app) as session:
        view = ledger.view_ledger(session, house.carita, period_id=period)
        return view.coverages[0].identified


def returned(app, house, period):
    with books(app) as session:
        found = ledger.view_worklist(session, house.ilkka, period_id=period).returned
        return [each.returned.return_reason for _, each in found if each.returned]


def test_a_returned_one_does_not_count_until_it_is_signed_anew(
    app, house, period, signed
):
    carita, ilkka = desk(app, house.carita), desk(app, house.ilkka)
    assert page_of(period, signed) in carita.get(f"/office/periods/{period}").text
    assert "Paula Osallistuja" in words(carita.get(page_of(period, signed)))
    assert identified(app, house, period) == 2
    answer = carita.post(page_of(period, signed), {"reason": WHY})
    assert answer.status_code == 303
    assert identified(app, house, period) == 1
    told = words(carita.get(f"/office/periods/{period}"))
    assert "returned to the instructor" in told
    assert WHY in told
    seen = ilkka.get(f"/work/{period}")
    assert f"Returned by the coach: {WHY}" in words(seen)
    task = seen.text.partition("Returned by")[2].partition('href="')[2]
    page = words(ilkka.get(task.partition('"')[0]))
    assert f"Returned by the coach: {WHY}" in page
    assert WHY in words(ilkka.get("/work/mine"))
    with books(app) as session:
        cast.sign_off(session, house, period, once="again")
    assert returned(app, house, period) == []
    assert identified(app, house, period) == 2
    assert "Returned by" not in words(ilkka.get(f"/work/{period}"))


def test_an_older_mark_counts_again_and_the_return_is_still_told(
    app, house, period, signed
):
    with books(app) as session:
        newer = cast.sign_off(session, house, period, once="again")
        signoffs.return_sign_off(
            session, house.carita, sign_off_id=newer[0], reason=WHY, at=LATER
        )
    assert identified(app, house, period) == 2
    assert returned(app, house, period) == [WHY]


def test_a_return_needs_a_reason_and_keeps_the_page(app, house, period, signed):
    carita = desk(app, house.carita)
    answer = carita.post(page_of(period, signed), {"reason": " "})
    assert answer.status_code == 400
    assert '<a href="#reason">' in answer.text
    assert identified(app, house, period) == 2
    assert carita.post(page_of(period, signed), {"reason": WHY}).status_code == 303
    again = carita.post(page_of(period, signed), {"reason": "toinen"})
    assert again.status_code == 409
    assert "already been withdrawn" in words(again)
    assert returned(app, house, period) == [WHY]


def test_only_a_coach_of_the_house_returns(app, house, period, signed):
    with books(app) as session:
        for other in (house.ilkka, house.sirpa, house.paula):
            with pytest.raises(NotAllowed):
                signoffs.return_sign_off(
                    session, other, sign_off_id=signed[0], reason=WHY, at=LATER
                )
        signoffs.withdraw_sign_off(
            session, house.ilkka, sign_off_id=signed[1], reason="", at=LATER
        )
        with pytest.raises(AlreadyWithdrawn):
            signoffs.return_sign_off(
                session, house.carita, sign_off_id=signed[1], reason=WHY, at=LATER
            )
    assert returned(app, house, period) == []
