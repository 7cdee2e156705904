"""An instructor signs with a passkey on a phone: one, twelve, and what is refused.

In a real browser with an authenticator of its own, on a real server.
"""

import json
import secrets
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from issuer.clock import now
from issuer.domain.days import HELSINKI
from issuer.records.signatures import SignatureRecord
from issuer.records.signoffs import SignOffRecord
from issuer.services import catalogue, mapping, periods, reports
from tests.journeys.passkeys import PHONE, add_authenticator, refuse_verification
from tests.journeys.served import fi, serving
from tests.journeys.test_coming_in import come_in, invite, press

pytestmark = pytest.mark.browser

TASK = "Päivän työt työkohteessa"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served")) as served:
        with served.house.sessions() as session:
            open_period(session, served.cast)
        yield served


def open_period(session, cast):
    """Let Ilkka see every skill of a qualification in one task of Paula's."""
    (edition,) = catalogue.list_editions(session)
    site_id = mapping.add_site(
        session,
        cast.carita,
        name="Hiisijärven puistot",
        town="Hiisijärvi",
        pseudonym=uuid4(),
        at=now(),
    )
    environment_id = mapping.open_environment(
        session, cast.carita, site_id=site_id, edition_id=edition.id, at=now()
    )
    task_id = mapping.add_task(
        session,
        cast.carita,
        environment_id=environment_id,
        name=TASK,
        description="",
        pseudonym=uuid4(),
        at=now(),
    )
    for line in catalogue.view_edition(session, edition.id).units:
        unit = catalogue.view_unit(session, line.id).outline
        mapping.map_task(
            session,
            cast.carita,
            task_id=task_id,
            unit_id=unit.unit_id,
            requirement_ids=[id_ for _, area in unit.areas for id_, _, _, _ in area],
            at=now(),
        )
    reports.publish_report(
        session,
        cast.kaarlo,
        environment_id=environment_id,
        public_id=secrets.token_hex(16),
        at=now(),
    )
    periods.open_period(
        session,
        cast.carita,
        participant_id=cast.paula.person_id,
        site_id=site_id,
        instructor_ids=[cast.ilkka.person_id],
        starts_on=now().astimezone(HELSINKI).date(),
        ends_on=None,
        pseudonym=uuid4(),
        at=now(),
    )


@pytest.fixture
def opened(browser):
    """Open browsers, each its own, that read Finnish; tell what their pages broke."""
    contexts, troubles = [], []

    def open_one(size=PHONE, **more):
        context = browser.new_context(locale="fi-FI", viewport=size, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: note(said.text))
        return page

    def note(said):
        if "Content Security Policy" in said or "Trusted Type" in said:
            troubles.append(said)

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def phone(served, opened):
    """Ilkka's phone, come in by link and code."""
    invite(served, opened)
    phone = opened()
    come_in(served, phone)
    return phone


def add_passkey(served, phone, **more):
    control = add_authenticator(phone, **more)
    phone.goto(f"{served.url}/my/passkeys/new?next=/work")
    press(phone, fi("Add a passkey to this device"))
    expect(phone).to_have_url(f"{served.url}/work")
    return control


def open_task(served, phone):
    phone.goto(f"{served.url}/work")
    phone.locator("a", has_text="Paula Pihlaja").first.click()
    phone.locator("a", has_text=TASK).first.click()


def mark(phone, count):
    """Choose a mark for the first so many skills; return how many taps that took."""
    rows = phone.locator(".skills .marks-row")
    for place in range(count):
        rows.nth(place).locator("label").nth(2).click()
    return count


def check(phone):
    """Go to the check page; what one mark alone offers at once is left aside."""
    if phone.locator(".sheet").count():
        phone.locator("details.remark summary").first.click()
        phone.locator("details.remark textarea").first.fill("Hyvä.")
    phone.get_by_role("button", name=fi("Check and sign")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        fi("Check before you sign")
    )


def sign(phone):
    phone.locator(".actions .button.primary").click()


def signed(served):
    with served.house.reading() as session:
        return list(
            session.scalars(select(SignOffRecord.assurance).order_by(SignOffRecord.id))
        )


def signatures(served):
    with served.house.reading() as session:
        return list(session.scalars(select(SignatureRecord)))


def test_the_passkey_is_offered_after_the_first_sign_off_and_never_before(
    served, phone
):
    offer = phone.locator("main a[href*='/my/passkeys/new']")
    before = len(signed(served))
    for page in ("/work", "/my/pin"):
        phone.goto(f"{served.url}{page}")
        expect(offer).to_have_count(0)
    open_task(served, phone)
    expect(offer).to_have_count(0)
    mark(phone, 1)
    check(phone)
    expect(offer).to_have_count(0)
    expect(phone.locator("form[data-signing]")).to_have_count(0)
    sign(phone)
    expect(phone.locator(".receipt")).to_contain_text("(S1)")
    expect(offer).to_have_count(1)
    assert signed(served)[before:] == ["S1"]


def test_one_and_twelve_with_one_touch_each(served, phone):
    add_passkey(served, phone)
    before, kept = len(signed(served)), len(signatures(served))
    open_task(served, phone)
    actions = 0
    phone.locator(".marks-row label").nth(2).click()
    actions += 1
    expect(phone.locator(".sheet")).to_be_visible()
    phone.locator(".sheet .button.primary").click()
    actions += 1  # and the third is the touch
    expect(phone.locator(".receipt")).to_contain_text("(S2)")
    assert actions + 1 == 3
    expect(phone.locator("main a[href*='/my/passkeys/new']")).to_have_count(0)
    assert signed(served)[before:] == ["S2"]

    open_task(served, phone)
    taps = mark(phone, 12)
    assert taps == 12
    expect(phone.locator(".sheet")).to_be_hidden()
    phone.locator("details.remark summary").first.click()
    phone.locator("details.remark textarea").first.fill(
        "Teki “itse”.\n<Ääkköset> & 🌲\n\nhyvin"
    )
    phone.get_by_role("button", name=fi("Check and sign")).click()
    sign(phone)
    expect(phone.locator(".receipt")).to_contain_text("(S2)")
    assert signed(served)[before:] == ["S2"] * 13
    assert len(signatures(served)) == kept + 2
    assert json.loads(signatures(served)[-1].statement)["n"] == 12


def test_a_key_that_stays_on_its_device_is_s3_in_every_language(served, phone):
    add_passkey(served, phone, synced=False)
    for language in ("sv", "en"):
        phone.goto(f"{served.url}/work")
        phone.locator(f".languages a[lang={language}]").click()
        open_task(served, phone)
        phone.locator(".marks-row label").first.click()
        phone.locator(".sheet .button.primary").click()
        expect(phone.locator(".receipt")).to_contain_text("(S3)")
    said = [json.loads(each.statement) for each in signatures(served)[-2:]]
    assert [each["declaration"]["lang"] for each in said] == ["sv", "en"]


def test_without_user_verification_nothing_is_signed_and_it_says_what_to_do(
    served, phone
):
    control = add_passkey(served, phone)
    before, kept = len(signed(served)), len(signatures(served))
    open_task(served, phone)
    phone.locator(".marks-row label").first.click()
    check(phone)
    plain = phone.get_by_role("button", name=fi("Sign without the passkey"))
    expect(plain).to_be_hidden()
    refuse_verification(control)
    sign(phone)
    expect(phone.locator("[data-trouble=cancelled]")).to_be_visible()
    assert len(signed(served)) == before
    plain.click()
    expect(phone.locator(".receipt")).to_contain_text("(S1)")
    assert signed(served)[before:] == ["S1"]
    assert len(signatures(served)) == kept


def test_a_page_that_shows_other_than_what_is_sent_is_refused_and_keeps_all(
    served, phone
):
    """Somebody's script changes a mark on its way, behind what the page shows."""
    add_passkey(served, phone)
    before = len(signed(served))
    for change in (
        "document.querySelector('[data-words]').textContent = 'jotain muuta'",
        "document.querySelector('[data-declaration]').textContent = 'En nähnyt.'",
        """document.querySelector('form[data-signing]').submit = function () {
            this.querySelector("[name^='mark-']").value = 'not_yet';
            HTMLFormElement.prototype.submit.call(this); }""",
    ):
        open_task(served, phone)
        phone.locator(".marks-row label").nth(1).click()
        check(phone)
        phone.context.new_cdp_session(phone).send(
            "Runtime.evaluate",
            {"expression": change, "allowUnsafeEvalBlockedByCSP": True},
        )
        sign(phone)
        expect(phone.locator("#error-summary")).to_contain_text(
            fi(
                "The signature of your device does not fit what is on this page. "
                "Nothing was recorded. Read the page again and sign once more."
            )
        )
        assert len(signed(served)) == before
    sign(phone)  # the page was shown anew, with all that was marked
    expect(phone.locator(".receipt")).to_contain_text("(S2)")
    assert signed(served)[before:] == ["S2"]


def test_without_script_the_form_is_recorded_just_the_same(served, opened):
    invite(served, opened)
    phone = opened(java_script_enabled=False)
    come_in(served, phone)
    before = len(signed(served))
    open_task(served, phone)
    phone.locator(".marks-row label").first.click()
    check(phone)
    sign(phone)
    expect(phone.locator(".receipt")).to_contain_text("(S1)")
    assert signed(served)[before:] == ["S1"]
