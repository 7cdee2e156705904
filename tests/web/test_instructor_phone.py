"""The whole sign-off on a small phone without JavaScript, in a real browser."""

from collections.abc import Iterator
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from issuer.domain.people import Actor
from issuer.services import ledger
from tests import cast
from tests.web.conftest import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 48
OVERFLOW = """() => document.documentElement.scrollWidth - innerWidth"""
TARGETS = """() => [...document.querySelectorAll(
    "main a, main button:not(.unseen), main summary, main label:has(input[type=radio])"
  )].filter(e => e.getClientRects().length && !e.closest("p.soft"))
    .map(e => [e.textContent.trim(), Math.round(e.getBoundingClientRect().height)])"""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def period_id(app: Flask, house: cast.House) -> int:
    with app.extensions["issuer"].sessions() as session:
        return cast.open_period(session, house)


def phone(  # a page signed in as `actor`, 320 px wide
    browser: "Browser", app: Flask, address: str, actor: Actor, *, scripts: bool = False
) -> "Page":
    visitor = Visitor(app, app.test_client()).sign_in(actor)
    cookie = visitor.client.get_cookie("signed-in")
    assert cookie is not None
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        java_script_enabled=scripts,
        locale="fi-FI",
    )
    context.add_cookies([{"name": "signed-in", "value": cookie.value, "url": address}])
    return context.new_page()


def test_two_skills_are_signed_without_javascript(
    browser: "Browser", app: Flask, address: str, house: cast.House, period_id: int
):
    page = phone(browser, app, address, house.ilkka)
    page.goto(f"{address}/work")
    page.locator(".rows a").first.click()
    page.locator(".rows a").first.click()
    skills = page.locator(".skills fieldset")
    skills.nth(0).locator("label:has(input)").nth(1).click()
    skills.nth(1).locator("label:has(input)").nth(2).click()
    skills.nth(1).locator("summary").click()
    skills.nth(1).locator("textarea").fill("Katsoi ensin ympärilleen.")
    page.locator(".actions button").click()
    page.locator(".checked .as-link").nth(0).click()
    skills.nth(0).locator("label:has(input)").nth(2).click()
    page.locator(".actions button").click()
    page.locator(".actions button").dblclick()
    page.wait_for_url("**/receipt**")
    assert page.locator(".checked > li").count() == 2
    page.context.close()
    with app.extensions["issuer"].reading() as session:
        signed = [t.sign_off for t in ledger.list_own_sign_offs(session, house.ilkka)]
    assert [s.mark for s in signed] == ["independently", "independently"]
    assert [s.remark for s in signed] == ["Katsoi ensin ympärilleen.", ""]
    assert period_id


@pytest.mark.parametrize("zoom", [1, 2])
def test_every_page_fits_and_every_target_is_large_enough(
    browser: "Browser",
    app: Flask,
    address: str,
    house: cast.House,
    period_id: int,
    zoom: int,
):
    with app.extensions["issuer"].sessions() as session:
        signed = cast.sign_off(session, house, period_id)
        proposal_id = cast.propose(session, house, period_id)
        worklist = ledger.view_worklist(session, house.ilkka, period_id=period_id)
    pages = {
        house.ilkka: (
            "/work",
            f"/work/{period_id}",
            f"/work/{period_id}/tasks/{worklist.tasks[0].id}",
            f"/work/{period_id}/receipt?sign_off={signed[0]}&sign_off={signed[1]}",
            "/work/mine",
            f"/work/mine/{signed[0]}/withdraw",
        ),
        house.paula: ("/me", f"/me/proposals/{proposal_id}"),
    }
    for actor, paths in pages.items():
        page = phone(browser, app, address, actor, scripts=True)
        page.set_viewport_size({"width": 320 if zoom == 1 else 360, "height": 640})
        for path in paths:
            page.goto(address + path)
            page.evaluate(f"document.documentElement.style.fontSize='{zoom * 106.25}%'")
            assert page.evaluate(OVERFLOW) <= 0, path
            small = [t for t in page.evaluate(TARGETS) if t[1] < SMALLEST_TARGET]
            assert small == [], path
        page.context.close()
