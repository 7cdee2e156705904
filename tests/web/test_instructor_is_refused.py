"""What an instructor's form is refused for; nothing typed is lost, nothing signed."""

from typing import Any

import pytest
from flask import Flask

from issuer.domain.signoffs import Mark
from issuer.services import ledger
from tests import cast
from tests.web.conftest import Visitor
from tests.web.phone import checked, inputs, marks

GUIDED = Mark.WITH_GUIDANCE


@pytest.fixture
def period_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        return cast.open_period(session, house)


@pytest.fixture
def ilkka(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.ilkka)


@pytest.fixture
def tasks(
    app: Flask, house: cast.House, period_id: int
) -> tuple[ledger.SignableTask, ...]:
    with app.extensions["issuer"].reading() as session:
        worklist = ledger.view_worklist(session, house.ilkka, period_id=period_id)
        return worklist.tasks


@pytest.fixture
def page(tasks: Any, period_id: int) -> str:
    return f"/work/{period_id}/tasks/{tasks[0].id}"


def count_signed(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].reading() as session:
        return len(ledger.list_own_sign_offs(session, house.ilkka))


def test_no_mark_at_all_leads_to_the_first_skill(ilkka: Visitor, page: str, tasks: Any):
    refused = ilkka.post(f"{page}/check", marks({}, "2025-03-09"))
    assert refused.status_code == 409
    first = tasks[0].requirements[0].mapping_id
    assert f'<a href="#mark-{first}">' in refused.text
    assert inputs(refused, "date")[0]["value"] == "2025-03-09"


@pytest.mark.parametrize(
    ("remark", "status"),
    [
        ("x" * 501, 400),
        ("Hetu on 131052-308T.", 400),
        ("Ansaitsi arvosanan 5.", 400),
        ("hyvä\x07", 400),
    ],
)
def test_a_refused_remark_stays_on_the_page_with_every_mark(
    app: Flask,
    house: cast.House,
    ilkka: Visitor,
    page: str,
    tasks: Any,
    remark: str,
    status: int,
):
    first, second = (r.mapping_id for r in tasks[0].requirements[:2])
    fields = marks({first: GUIDED, second: Mark.NOT_YET})
    refused = ilkka.post(f"{page}/check", {**fields, f"remark-{second}": remark})
    assert refused.status_code == status
    assert checked(refused) == {
        f"mark-{first}": "with_guidance",
        f"mark-{second}": "not_yet",
    }
    assert remark in refused.text
    assert '<a href="#remark">' in refused.text
    assert f'id="remark" name="remark-{second}"' in refused.text
    assert count_signed(app, house) == 0


def test_a_remark_without_a_mark_is_not_dropped_in_silence(
    ilkka: Visitor, page: str, tasks: Any
):
    first, second = (r.mapping_id for r in tasks[0].requirements[:2])
    fields = {**marks({first: GUIDED}), f"remark-{second}": "Hoiti itse."}
    refused = ilkka.post(f"{page}/check", fields)
    assert refused.status_code == 400
    assert f'<a href="#mark-{second}">' in refused.text
    assert "Hoiti itse." in refused.text


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("", 400),
        ("31.2.2025", 400),
        ("2025-03-02", 409),
        ("2999-01-01", 409),
    ],
)
@pytest.mark.parametrize("step", ["check", "sign"])
def test_a_day_outside_the_period_is_refused(
    app: Flask,
    house: cast.House,
    ilkka: Visitor,
    page: str,
    tasks: Any,
    day: str,
    status: int,
    step: str,
):
    fields = marks({tasks[0].requirements[0].mapping_id: GUIDED}, day)
    refused = ilkka.post(f"{page}/{step}", {**fields, "one_time_id": "0" * 32})
    assert refused.status_code == status
    assert '<a href="#observed_on">' in refused.text
    assert list(checked(refused).values()) == ["with_guidance"]
    assert count_signed(app, house) == 0


def test_a_mark_that_does_not_exist_is_refused(ilkka: Visitor, page: str, tasks: Any):
    name = f"mark-{tasks[0].requirements[0].mapping_id}"
    refused = ilkka.post(f"{page}/check", {**marks({}), name: "excellent"})
    assert refused.status_code == 409


@pytest.mark.parametrize("foreign", ["999999", "9" * 18])
def test_a_mapping_that_is_not_of_this_task_is_refused(
    app: Flask, house: cast.House, ilkka: Visitor, page: str, tasks: Any, foreign: str
):
    fields = marks({tasks[0].requirements[0].mapping_id: GUIDED})
    fields[f"mark-{foreign}"] = "independently"
    refused = ilkka.post(f"{page}/sign", {**fields, "one_time_id": "0" * 32})
    assert refused.status_code == 409
    assert count_signed(app, house) == 0


def test_another_instructor_meets_nothing(
    app: Flask, house: cast.House, page: str, period_id: int, tasks: Any
):
    oona = Visitor(app, app.test_client()).sign_in(house.oona)
    fields = marks({tasks[0].requirements[0].mapping_id: GUIDED})
    assert oona.get(f"/work/{period_id}").status_code == 404
    assert oona.get(page).status_code == 404
    assert oona.get(f"/work/{period_id}/receipt?sign_off=1").status_code == 404
    for step in ("", "/check", "/sign"):
        sent = oona.post(page + step, {**fields, "one_time_id": "0" * 32})
        assert sent.status_code == 404
    assert "Paula" not in oona.get("/work").text


def test_a_number_no_database_holds_is_not_found(ilkka: Visitor):
    huge = "9" * 30
    for path in (
        f"/work/{huge}",
        f"/work/{huge}/tasks/1",
        f"/work/1/tasks/{huge}",
        f"/work/mine/{huge}/withdraw",
    ):
        assert ilkka.get(path).status_code == 404


def test_a_form_without_its_token_signs_nothing(
    app: Flask, house: cast.House, ilkka: Visitor, page: str, tasks: Any
):
    fields = marks({tasks[0].requirements[0].mapping_id: GUIDED})
    sent = ilkka.client.post(f"{page}/sign", data={**fields, "one_time_id": "0" * 32})
    assert sent.status_code == 400
    assert count_signed(app, house) == 0


@pytest.mark.parametrize("name", ["paula", "carita", "sirpa"])
def test_other_roles_stay_out(app: Flask, house: cast.House, name: str):
    other = Visitor(app, app.test_client()).sign_in(getattr(house, name))
    assert other.get("/work").status_code == 403
    assert other.get("/work/mine").status_code == 403
