"""Real people come in: an instructor by link, code, PIN and passkey; the first
administrator by the command line and a passkey. In a real browser, on a real server."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.journeys.passkeys import (
    DESK,
    PHONE,
    add_authenticator,
    newest_code,
    newest_link,
    read_mailbox,
    refuse_verification,
)
from tests.journeys.served import fi, serving
from tools.toolchain import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def opened(browser):
    """Open browsers, each its own, that read Finnish; tell what their pages broke."""
    contexts, troubles = [], []

    def open_one(size=PHONE, **more):
        context = browser.new_context(locale="fi-FI", viewport=size, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and note(said))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        return page

    def note(said):
        if "Failed to load resource" not in said.text:  # a refusal's status, as meant
            troubles.append(said.text)

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def invite(served, opened, name="Ilkka Ikonen", mail="ilkka@example.fi"):
    """As the coach, give a person an address and send the link."""
    desk = opened(DESK)
    desk.goto(f"{served.url}/entry")
    desk.get_by_role("button", name="Carita Kallio").click()
    desk.goto(f"{served.url}/office/people")
    desk.get_by_role("link", name=name).click()
    desk.locator("#mail").fill(mail)
    press(desk, fi("Save the addresses"))
    expect(desk.get_by_role("status")).to_have_text(fi("The addresses were saved."))
    press(desk, fi("Send by e-mail"))
    expect(desk.get_by_role("status")).to_have_text(fi("The link is on its way."))
    return desk


def ask_for_code(page, link):
    page.goto(link)
    press(page, fi("Continue"))
    expect(page.locator("#code")).to_be_visible()


def type_code(page, code):
    page.locator("#code").fill(code)
    press(page, fi("Continue"))


def come_in(served, phone):
    """Come in with the newest link and its code; the page is then the work list."""
    ask_for_code(phone, newest_link(phone.context, served))
    type_code(phone, newest_code(phone.context, served))


def test_an_instructor_comes_in_by_code_then_by_pin_then_by_passkey(served, opened):
    invite(served, opened)
    phone = opened()
    come_in(served, phone)
    expect(phone).to_have_url(f"{served.url}/work")

    phone.goto(f"{served.url}/my/pin")
    phone.locator("#pin").fill("482913")
    phone.locator("#again").fill("482913")
    press(phone, fi("Set the PIN"))
    expect(phone).to_have_url(f"{served.url}/work")
    press(phone, fi("Sign out"))
    phone.goto(f"{served.url}/work")
    phone.get_by_role("link", name="Ilkka I.").click()
    phone.locator("#pin").fill("482913")
    press(phone, fi("Continue"))
    expect(phone).to_have_url(f"{served.url}/work")

    add_authenticator(phone)
    phone.goto(f"{served.url}/my/passkeys/new?next=/work")
    press(phone, fi("Add a passkey to this device"))
    expect(phone).to_have_url(f"{served.url}/work")
    before = phone.context.cookies()
    press(phone, fi("Sign out"))
    phone.goto(f"{served.url}/entry")
    press(phone, fi("Use a fingerprint, face or screen lock"))
    expect(phone).to_have_url(f"{served.url}/work")
    assert _token(before) != _token(phone.context.cookies())


def _token(cookies):
    return next(each["value"] for each in cookies if each["name"] == "signed-in")


def test_without_script_an_instructor_comes_in_just_the_same(served, opened):
    invite(served, opened, "Oona Oksanen", "oona@example.fi")
    phone = opened(java_script_enabled=False)
    come_in(served, phone)
    expect(phone).to_have_url(f"{served.url}/work")
    phone.goto(f"{served.url}/my/passkeys/new")
    expect(phone.locator("[data-without-passkey]")).to_be_visible()
    expect(phone.locator("form[data-passkey]")).to_be_hidden()


def test_the_code_is_of_no_use_in_another_browser(served, opened):
    invite(served, opened, "Paula Pihlaja", "paula@example.fi")
    mine, other = opened(), opened()
    ask_for_code(mine, newest_link(mine.context, served))
    code = newest_code(mine.context, served)
    answer = other.goto(f"{served.url}/entry/code")
    assert answer.status == 403
    expect(other.get_by_role("heading", level=1)).to_have_text(
        fi("No code was asked for here")
    )
    type_code(mine, code)
    expect(mine).to_have_url(f"{served.url}/me")
    mine.go_back()
    mine.goto(f"{served.url}/entry/code")
    expect(mine.locator("#code")).to_have_count(0)


def test_a_link_says_what_state_it_is_in(served, opened):
    desk = invite(served, opened, "Petri Petäjä", "petri@example.fi")
    phone = opened()
    link = newest_link(phone.context, served)
    phone.goto(link)
    phone.get_by_role("link", name="En ole Petri P.").click()
    press(phone, fi("End this link"))  # without the tick: nothing happens yet
    expect(phone.locator("#error-summary")).to_be_visible()
    phone.get_by_role("checkbox").check()
    press(phone, fi("End this link"))
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        fi("Thank you for telling us")
    )
    assert phone.goto(link).status == 410
    desk.goto(f"{served.url}/office")
    told = desk.locator("section", has_text=fi("Links that reached somebody else"))
    expect(told).to_contain_text("Petri Petäjä")
    press_settled = told.get_by_role("button", name=fi("Settled"))
    press_settled.click()
    expect(told).to_have_count(0)


def test_in_person_the_coach_shows_the_link_and_reads_the_digits(served, opened):
    desk = opened(DESK)
    desk.goto(f"{served.url}/entry")
    desk.get_by_role("button", name="Carita Kallio").click()
    desk.goto(f"{served.url}/office/people")
    desk.get_by_role("link", name="Petri Petäjä").click()
    press(desk, fi("Show on this screen"))
    link = desk.locator(".address").inner_text()
    phone = opened()
    ask_for_code(phone, link)
    desk.get_by_role("link", name=fi("Show the digits")).click()
    digits = desk.locator(".told-code").inner_text().replace(" ", "")
    assert digits not in read_mailbox(phone.context, served)
    type_code(phone, digits)
    expect(phone).to_have_url(f"{served.url}/me")
    desk.reload()
    expect(desk.locator(".told-code")).to_have_count(0)


def run_flask(served, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env={**os.environ, **served.environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_first_administrator_enrols_a_passkey_and_adds_a_coach(served, opened):
    said = run_flask(
        served,
        "people",
        "add-administrator",
        "Ensi Ylläpitäjä",
        "--organisation",
        "hiisijarvi",
    )
    link = re.search(r"http://\S+/enrol/\S+", said)[0]
    desk = opened(DESK)
    desk.goto(link)
    control = add_authenticator(desk, synced=False)
    refuse_verification(control)
    press(desk, fi("Register this device"))
    expect(desk.locator("[data-trouble=cancelled]")).to_be_visible()
    control.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": control.authenticator_id, "isUserVerified": True},
    )
    press(desk, fi("Register this device"))
    expect(desk).to_have_url(f"{served.url}/office")
    expect(desk.get_by_text("Ensi Ylläpitäjä")).to_be_visible()

    again = opened(DESK)
    assert again.goto(link).status == 410
    expect(again.get_by_role("heading", level=1)).to_have_text(
        fi("This link has been used")
    )

    press(desk, fi("Sign out"))
    desk.goto(f"{served.url}/office/people")
    press(desk, fi("Use a fingerprint, face or screen lock"))
    expect(desk).to_have_url(f"{served.url}/office/people")
    desk.get_by_role("link", name="Sirpa Salmela").click()
    press(desk, fi("Show on this screen"))
    assert "/enrol/" in desk.locator(".address").inner_text()


def test_a_session_is_ended_from_another_browser(served, opened):
    invite(served, opened)
    lost, mine = opened(), opened()
    come_in(served, lost)
    expect(lost).to_have_url(re.compile("/work|/my/pin"))
    come_in(served, mine)
    mine.goto(f"{served.url}/my/devices")
    press(mine, fi("Sign out everywhere"))
    lost.goto(f"{served.url}/work")
    expect(lost).to_have_url(re.compile("/entry"))


def test_who_changes_the_ways_in_shows_first_who_they_are(served, opened):
    """A passkey from the last ten minutes will do; an old proof leads to confirming."""
    invite(served, opened, "Oona Oksanen", "oona@example.fi")
    phone = opened()
    come_in(served, phone)
    add_authenticator(phone)
    phone.goto(f"{served.url}/my/passkeys/new?next=/work")
    press(phone, fi("Add a passkey to this device"))
    expect(phone).to_have_url(f"{served.url}/work")
    _make_old(served, "Oona Oksanen")
    phone.goto(f"{served.url}/my/passkeys/new")
    expect(phone).to_have_url(re.compile(r"/my/confirm\?"))
    old = _token(phone.context.cookies())
    press(phone, fi("Use a fingerprint, face or screen lock"))
    expect(phone).to_have_url(f"{served.url}/my/passkeys/new")
    new = _token(phone.context.cookies())
    assert new != old
    thief = opened()
    thief.context.add_cookies([{"name": "signed-in", "value": old, "url": served.url}])
    thief.goto(f"{served.url}/work")
    expect(thief).to_have_url(re.compile("/entry"))


def _make_old(served, name):
    from sqlalchemy import text  # noqa: PLC0415

    with served.house.sessions() as session:
        session.execute(
            text(
                "UPDATE session SET proved_at = '2020-01-01 00:00:00' WHERE person_id ="
                " (SELECT id FROM person WHERE name = :name)"
            ),
            {"name": name},
        )
        session.commit()


def test_a_second_tap_on_a_slow_line_sends_nothing_and_loses_nothing(served, opened):
    """The browser would drop the first answer, and with it what the code opened."""
    invite(served, opened)
    phone = opened()
    phone.goto(newest_link(phone.context, served))
    line = phone.context.new_cdp_session(phone)
    slow = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    line.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    sent = []
    phone.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url))
    button = phone.get_by_role("button", name=fi("Continue"), exact=True)

    def tap_twice():
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        for _ in range(2):  # as a thumb does it, waiting for no page
            phone.mouse.click(box["x"] + 20, box["y"] + 20)
            phone.wait_for_timeout(150)

    tap_twice()
    expect(phone.locator("#code")).to_be_visible()
    phone.locator("#code").fill(newest_code(phone.context, served))
    tap_twice()
    expect(phone.get_by_role("button", name=fi("Sign out"))).to_be_visible()
    assert len(sent) == 2
