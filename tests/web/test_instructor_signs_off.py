"""An instructor signs off on a phone, from the list of people to the receipt."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from issuer.domain.signoffs import Mark
from issuer.services import ledger
from tests import cast
from tests.web.conftest import Visitor
from tests.web.phone import checked, hidden, inputs, marks, words

GUIDED, ALONE = Mark.WITH_GUIDANCE, Mark.INDEPENDENTLY


@pytest.fixture
def period_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        return cast.open_period(session, house)


@pytest.fixture
def ilkka(visitor: Visitor, house: cast.House) -> Visitor:
    return visitor.sign_in(house.ilkka)


@pytest.fixture
def task(app: Flask, house: cast.House, period_id: int) -> ledger.SignableTask:
    return signable(app, house, period_id)[0]


@pytest.fixture
def page(task: ledger.SignableTask, period_id: int) -> str:
    return f"/work/{period_id}/tasks/{task.id}"


def signable(
    app: Flask, house: cast.House, period_id: int
) -> tuple[ledger.SignableTask, ...]:
    with app.extensions["issuer"].reading() as session:
        worklist = ledger.view_worklist(session, house.ilkka, period_id=period_id)
        return worklist.tasks


def recorded(app: Flask, house: cast.House) -> list[ledger.ToldSignOff]:
    with app.extensions["issuer"].reading() as session:
        return ledger.list_own_sign_offs(session, house.ilkka)


def sign_all(ilkka: Visitor, page: str, fields: dict[str, str]) -> Any:
    check = ilkka.post(f"{page}/check", fields)
    assert check.status_code == 200
    return ilkka.post(f"{page}/sign", hidden(check))


def test_from_the_people_to_the_receipt(
    app: Flask, house: cast.House, ilkka: Visitor, period_id: int, page: str, task: Any
):
    assert "Paula Osallistuja" in words(ilkka.get("/work"))
    assert f"/work/{period_id}" in ilkka.get("/work").text
    assert task.name in words(ilkka.get(f"/work/{period_id}"))
    first, second = (r.mapping_id for r in task.requirements[:2])
    fields = marks({first: GUIDED, second: ALONE})
    fields[f"remark-{first}"] = "Luki <ohjeen> ensin."
    check = ilkka.post(f"{page}/check", fields)
    assert recorded(app, house) == []
    for told in ("Paula Osallistuja", task.name, "Luki <ohjeen> ensin."):
        assert told in words(check)
    signed = ilkka.post(f"{page}/sign", hidden(check))
    assert signed.status_code == 303
    receipt = ilkka.get(signed.location)
    assert task.requirements[0].text.fi in words(receipt)
    told = {t.text: t.sign_off for t in recorded(app, house)}
    one, two = (told[r.text] for r in task.requirements[:2])
    assert (one.mark, one.remark) == (GUIDED, "Luki <ohjeen> ensin.")
    assert (two.mark, two.remark) == (ALONE, "")
    assert one.observed_on == two.observed_on == "2025-03-10"
    assert f"/work/mine/{one.id}/withdraw" in receipt.text


def test_no_mark_is_chosen_beforehand_and_the_three_stand_in_order(
    ilkka: Visitor, page: str, task: Any
):
    shown = ilkka.get(page)
    assert checked(shown) == {}
    values = [i["value"] for i in inputs(shown, "radio")]
    assert values == ["not_yet", "with_guidance", "independently"] * len(
        task.requirements
    )


def test_a_double_tap_stays_one_sign_off(
    app: Flask, house: cast.House, ilkka: Visitor, page: str, task: Any
):
    check = ilkka.post(
        f"{page}/check", marks({task.requirements[0].mapping_id: GUIDED})
    )
    once = ilkka.post(f"{page}/sign", hidden(check))
    again = ilkka.post(f"{page}/sign", hidden(check))
    assert again.location == once.location
    assert len(recorded(app, house)) == 1


def test_each_check_page_has_its_own_id_so_a_later_mark_is_a_new_sign_off(
    app: Flask, house: cast.House, ilkka: Visitor, page: str, task: Any
):
    first = task.requirements[0].mapping_id
    sign_all(ilkka, page, marks({first: GUIDED}))
    sign_all(ilkka, page, marks({first: ALONE}))
    assert [t.sign_off.mark for t in recorded(app, house)] == [ALONE, GUIDED]


@pytest.mark.parametrize("one_time_id", ["", "x", "A" * 32, "0" * 31])
def test_without_the_id_of_a_check_page_nothing_is_signed(
    app: Flask,
    house: cast.House,
    ilkka: Visitor,
    page: str,
    task: Any,
    one_time_id: str,
):
    fields = marks({task.requirements[0].mapping_id: GUIDED})
    shown = ilkka.post(f"{page}/sign", {**fields, "one_time_id": one_time_id})
    assert shown.status_code == 200
    assert len(hidden(shown)["one_time_id"]) == 32
    assert recorded(app, house) == []


def test_changing_a_row_comes_back_with_everything_as_it_was(
    ilkka: Visitor, page: str, task: Any
):
    first, second = (r.mapping_id for r in task.requirements[:2])
    fields = marks({first: GUIDED, second: ALONE}, "2025-03-09")
    fields[f"remark-{first}"] = "Rauhallinen ja tarkka."
    check = ilkka.post(f"{page}/check", fields)
    assert f'formaction="{page}#mark-{first}"' in check.text
    back = ilkka.post(page, hidden(check))
    assert back.status_code == 200
    assert checked(back) == {
        f"mark-{first}": "with_guidance",
        f"mark-{second}": "independently",
    }
    assert "Rauhallinen ja tarkka." in back.text
    assert inputs(back, "date")[0]["value"] == "2025-03-09"


def test_what_is_signed_sinks_below_and_can_be_marked_anew(
    ilkka: Visitor, page: str, task: Any
):
    first, second = task.requirements[:2]
    sign_all(ilkka, page, marks({first.mapping_id: GUIDED}))
    shown = ilkka.get(page).text
    assert shown.index(f'id="mark-{second.mapping_id}"') < shown.index(
        f'id="mark-{first.mapping_id}"'
    )
    assert "10.3.2025" in shown


def test_an_ended_period_offers_its_last_day(
    app: Flask, house: cast.House, ilkka: Visitor
):
    with app.extensions["issuer"].sessions() as session:
        ended = cast.open_period(session, house, ends_on=date(2025, 4, 30))
    tasks = signable(app, house, ended)
    day = inputs(ilkka.get(f"/work/{ended}/tasks/{tasks[0].id}"), "date")[0]
    assert (day["min"], day["value"], day["max"]) == (
        "2025-03-03",
        "2025-04-30",
        "2025-04-30",
    )


def test_an_address_that_only_takes_forms_leads_back(ilkka: Visitor, page: str):
    for deed in ("check", "sign"):
        assert ilkka.get(f"{page}/{deed}").location == page


def test_a_receipt_tells_only_what_it_is_asked_for(
    app: Flask, house: cast.House, ilkka: Visitor, period_id: int
):
    with app.extensions["issuer"].sessions() as session:
        first, second = cast.sign_off(session, house, period_id)
    shown = ilkka.get(f"/work/{period_id}/receipt?sign_off={first}")
    assert f"/work/mine/{first}/withdraw" in shown.text
    assert f"/work/mine/{second}/withdraw" not in shown.text
    assert ilkka.get(f"/work/{period_id}/receipt").status_code == 404
    assert ilkka.get(f"/work/{period_id}/receipt?sign_off=999").status_code == 404
