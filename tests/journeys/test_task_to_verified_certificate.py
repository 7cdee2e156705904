"""The main job, walked in a real browser, in Finnish, on a phone and on a desk.

Task, mapping, publication, sign-off, acceptance, release, download, QR, verification:
every step is done on the screens, by the person whose step it is.
"""

import re
from datetime import timedelta

import pytest

from issuer.clock import now
from issuer.domain.days import HELSINKI
from tests.journeys.served import Served, fi, serving
from tools.printed_page import read_qr

SIZES = {"phone": (360, 740), "desk": (1280, 800)}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


class Walk:
    """One browser in which the people of the cast take turns."""

    def __init__(self, page, served: Served) -> None:
        self.page = page
        self.served = served

    def become(self, actor) -> None:
        self.page.context.clear_cookies()
        self.open("/entry")
        self.page.get_by_role("button", name=re.compile(actor.name)).click()
        assert self.page.locator("html").get_attribute("lang") == "fi"

    def open(self, path: str) -> None:
        self.page.goto(path if "://" in path else self.served.url + path)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=fi(words), exact=True).last.click()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=fi(words), exact=True).first.click()

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"[name='{name}']").fill(text)

    def sees(self, *words: str) -> None:
        text = self.page.locator("main").inner_text()
        for expected in words:
            assert expected in text, f"{expected!r} is not on the page:\n{text}"

    def fits(self) -> None:
        """Nothing hangs over the right edge."""
        self.page.wait_for_load_state()  # a page just asked for may have no element yet
        wide = self.page.evaluate(
            "() => { const d = document.documentElement;"
            " return d.scrollWidth - d.clientWidth; }"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_from_a_task_to_a_verified_certificate(browser, served, tmp_path, size):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="fi-FI"
    )
    walk = Walk(context.new_page(), served)
    site = f"Hiisijärven puistot ({size})"
    map_and_publish(walk, site)
    open_period(walk, site)
    sign_off(walk, site)
    propose(walk, site)
    accept(walk)
    release(walk)
    pdf = download(walk, tmp_path)
    address = read_qr(pdf.read_bytes())
    assert address.startswith(f"{served.url}/q#")
    stranger = browser.new_context(
        viewport={"width": width, "height": height}, locale="fi-FI"
    )
    verify(Walk(stranger.new_page(), served), address)
    stranger.close()
    context.close()


def map_and_publish(walk: Walk, site: str) -> None:
    walk.become(walk.served.cast.carita)
    walk.open("/office/sites/new")
    walk.fill("name", site)
    walk.fill("town", "Hiisijärvi")
    walk.press("Add the site")
    walk.page.goto(f"{walk.page.url}/environments/new")
    walk.page.locator("[name='qualification']").first.check()
    walk.press("Open the environment")
    environment = walk.page.url
    walk.open(f"{environment}/tasks/new")
    walk.fill("name", "Nurmikoiden hoito")
    walk.fill("description", "Leikkuu, reunat ja haravointi.")
    walk.press("Add the task")
    walk.page.get_by_role("link", name="Viheralueiden kunnossapito").first.click()
    ticks = walk.page.locator("[name='requirement']")
    for place in range(4):
        ticks.nth(place).check()
    walk.fits()
    walk.press("Save the choice")
    walk.become(walk.served.cast.kaarlo)
    walk.open(f"{environment}/publish")
    walk.sees("Nurmikoiden hoito")
    walk.page.locator("form .button.primary").click()
    walk.fits()


def open_period(walk: Walk, site: str) -> None:
    walk.become(walk.served.cast.carita)
    walk.open("/office/periods/new")
    walk.page.locator("[name='participant']").select_option(
        label=walk.served.cast.paula.name
    )
    walk.page.locator("[name='site']").select_option(label=site)
    walk.page.get_by_label(re.compile(walk.served.cast.ilkka.name)).check()
    start = now().astimezone(HELSINKI).date() - timedelta(days=30)
    walk.fill("start", f"{start.day}.{start.month}.{start.year}")
    walk.press("Open the work period")
    walk.fits()


def sign_off(walk: Walk, site: str) -> None:
    walk.become(walk.served.cast.ilkka)
    walk.page.locator(f"main a:near(:text('{site}'))").first.click()
    walk.page.get_by_role("link", name=re.compile("Nurmikoiden hoito")).first.click()
    walk.fits()
    rows = walk.page.locator("fieldset.marks")
    assert walk.page.locator("input[type=radio]:checked").count() == 0
    for place, mark in enumerate(["Independently", "With guidance", "Not yet"]):
        rows.nth(place).get_by_label(fi(mark), exact=True).check()
    walk.page.locator(".button.primary").last.click()
    walk.fits()
    walk.page.locator(".button.primary").last.click()
    walk.sees("Nurmikoiden hoito")
    walk.fits()


def propose(walk: Walk, site: str) -> None:
    walk.become(walk.served.cast.carita)
    walk.open("/office/periods")
    row = walk.page.locator("main tr, main li").filter(has_text=site).first
    row.get_by_role("link").first.click()
    walk.sees("Viheralueiden kunnossapito", "2 / ")
    walk.fits()
    walk.open(f"{walk.page.url}/propose")
    walk.press("See what will be said")
    walk.fill("summary", "Paula hoiti nurmikoita huolellisesti.")
    walk.fill("hours", "120")
    walk.fits()
    walk.press("Propose to the participant")


def accept(walk: Walk) -> None:
    walk.become(walk.served.cast.paula)
    walk.page.locator("main a[href*='/me/proposals/']").first.click()
    walk.sees("Viheralueiden kunnossapito", "Paula hoiti nurmikoita huolellisesti.")
    walk.fits()
    walk.press("I accept this proposal")


def release(walk: Walk) -> None:
    walk.become(walk.served.cast.sirpa)
    walk.page.locator("main a[href*='/office/proposals/']").first.click()
    if not walk.page.url.endswith("/release"):
        walk.open(f"{walk.page.url}/release")
    walk.sees("Paula", "Viheralueiden kunnossapito")
    walk.fits()
    walk.press("Release the competence certificate")
    walk.fits()


def download(walk: Walk, folder):
    walk.become(walk.served.cast.paula)
    walk.page.locator("main a[href*='/me/certificates/']").first.click()
    link = walk.page.locator("a[href$='/pdf']")
    link.wait_for(timeout=60_000)  # the page appears by itself when it is drawn
    walk.fits()
    with walk.page.expect_download() as waiting:
        link.first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name.startswith("osaamistodistus-")
    assert file.suffix == ".pdf"
    return file


def verify(walk: Walk, address: str) -> None:
    """A stranger scans the code, then types the number that stands beside it."""
    walk.open(address)
    walk.page.locator("#scan.spoken h1:visible").first.wait_for()
    walk.page.get_by_text("Paula").first.wait_for()
    assert "#" not in walk.page.url
    walk.fits()
    serial = re.search(
        r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]", walk.page.locator("main").inner_text()
    ).group(0)
    walk.open(f"{walk.served.url}/v/{serial}")
    walk.sees(serial, fi("The certificate is genuine and valid"))
    text = walk.page.locator("main").inner_text()
    assert fi("The contents are just as the issuer sealed them.") in text
    assert "Paula" not in walk.page.content()
    walk.fits()
    walk.open(f"{walk.served.url}/v/{serial[:-1]}{'0' if serial[-1] != '0' else '1'}")
    walk.sees(
        fi(
            "This service knows no certificate with this number. "
            "Check the number against the paper."
        )
    )
