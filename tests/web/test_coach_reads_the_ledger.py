"""A coach reads who saw what, withdraws a sign-off, records which mark stands."""

import pytest

from issuer.domain.signoffs import Mark
from issuer.services import ledger
from tests import cast
from tests.web.office_fixtures import books, desk, words


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


@pytest.fixture
def period(app, house):
    """Ilkka saw two requirements; Oona differs about the second."""
    with books(app) as session:
        period_id = cast.open_period(
            session, house, instructors=[house.ilkka, house.oona]
        )
        cast.sign_off(session, house, period_id, remark="Teki itse alusta loppuun.")
        cast.sign_off(
            session,
            house,
            period_id,
            by=house.oona,
            marks={1: Mark.NOT_YET},
            once="oona",
        )
    return period_id


def found(app, house, period_id):
    with books(app) as session:
        return ledger.view_ledger(session, house.carita, period_id=period_id)


def test_the_ledger_says_what_by_whom_when_and_in_which_task(carita, period):
    page = words(carita.get(f"/office/periods/{period}"))
    assert "1 of 5 requirements identified" in page
    assert f"Independently 10 March 2025 · Ilkka Ohjaaja · {cast.WINTER[0]}" in (
        page.replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "Teki itse alusta loppuun." in page
    assert page.count("Not seen in this period") == 3


def test_differing_marks_ask_for_a_record(house, carita, period):
    page = carita.get(f"/office/periods/{period}")
    path = f"/office/periods/{period}/requirements/{house.requirements[1]}/resolve"
    assert path in page.text
    assert "Instructors differ" in words(page)
    question = words(carita.get(path))
    assert "Which mark stands?" in question
    assert "With guidance Ilkka Ohjaaja" in question
    assert "Not yet Oona Ohjaaja" in question


def test_recording_which_stands_needs_a_reason(app, house, carita, period):
    path = f"/office/periods/{period}/requirements/{house.requirements[1]}/resolve"
    first = found(app, house, period).coverages[0].requirements[1].standing.counting[0]
    answer = carita.post(path, {"stands": first.id, "why": ""})
    assert answer.status_code == 400
    assert f'value="{first.id}" checked' in answer.text
    answer = carita.post(path, {"stands": first.id, "why": "Oona näki alkupäivät."})
    assert answer.headers["Location"] == f"/office/periods/{period}"
    page = words(carita.get(f"/office/periods/{period}"))
    assert "2 of 5 requirements identified" in page
    assert "Recorded why it stands: Oona näki alkupäivät." in page
    assert "Instructors differ" not in page
    assert found(app, house, period).coverages[0].identified == 2


def test_there_is_nothing_to_record_where_instructors_agree(house, carita, period):
    path = f"/office/periods/{period}/requirements/{house.requirements[0]}/resolve"
    assert carita.get(path).status_code == 404
    assert carita.post(path, {"stands": 1, "why": "Siksi."}).status_code == 404


def test_a_withdrawn_sign_off_stays_struck_through(app, house, carita, period):
    first = found(app, house, period).coverages[0].requirements[0].standing.counting[0]
    path = f"/office/periods/{period}/sign-offs/{first.id}/withdraw"
    assert "Withdraw this sign-off?" in words(carita.get(path))
    answer = carita.post(path, {"reason": "väärä henkilö 131052-308T"})
    assert answer.status_code == 400
    assert "väärä henkilö 131052-308T</textarea>" in answer.text
    answer = carita.post(path, {"reason": "Merkitty väärälle henkilölle."})
    assert answer.headers["Location"] == f"/office/periods/{period}"
    page = carita.get(f"/office/periods/{period}")
    assert "<s>Independently</s> <b>withdrawn</b>" in page.text
    assert path not in page.text
    assert "0 of 5 requirements identified" in words(page)
    again = carita.post(path, {"reason": ""})
    assert again.status_code == 409
    assert "already been withdrawn" in words(again)


def test_a_sign_off_is_withdrawn_only_in_its_own_period(app, house, carita, period):
    with books(app) as session:
        other = cast.open_period(session, house)
    assert (
        carita.get(f"/office/periods/{other}/sign-offs/1/withdraw").status_code == 404
    )
    assert carita.post(f"/office/periods/{other}/sign-offs/1/withdraw").status_code == (
        404
    )


@pytest.mark.parametrize("who", ["sirpa", "anneli"])
def test_others_read_and_change_nothing(app, house, period, who):
    visitor = desk(app, getattr(house, who))
    page = visitor.get(f"/office/periods/{period}").text
    assert "/withdraw" not in page
    assert "/resolve" not in page
    assert "/propose" not in page
    one = f"/office/periods/{period}/sign-offs/1/withdraw"
    assert visitor.get(one).status_code == 403
    assert visitor.post(one).status_code == 403
    differing = f"/office/periods/{period}/requirements/{house.requirements[1]}/resolve"
    assert visitor.post(differing, {"stands": 1, "why": "x"}).status_code == 403
