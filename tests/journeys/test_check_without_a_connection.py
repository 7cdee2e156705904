"""The verifier in flight mode: a phone that was there once checks with what it kept."""

import re
import time

import pytest
from playwright.sync_api import expect

from issuer.clock import now
from issuer.domain.revocation import ReasonCode
from issuer.services.revocation import revoke_certificate
from issuer.services.status import publish_due_lists
from tests.journeys.served import fi, serving
from tests.journeys.test_scan_the_code import (  # noqa: F401
    HOLDER,
    WHOLE_FILES,
    Reading,
    _today,
    codes,
)

KEPT = fi(
    "This device has kept the page, the keys and the lists: it can check a code "
    "without a connection too."
)
CACHED = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const asked of await (await caches.open(name)).keys())
            found.push(asked.url);
    return found;
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("flight")) as served:
        yield served


@pytest.mark.browser
def test_with_the_server_gone_it_says_of_when_it_knows(browser, served, codes):  # noqa: F811
    phone = Reading(browser, served, keeps=True)
    code = codes["valid"]
    phone.read(code.digits)
    assert phone.verdict == "valid"
    expect(phone.page.get_by_text(KEPT)).to_be_visible()
    kept = phone.page.evaluate(CACHED)
    assert {url.removeprefix(served.url).partition("?")[0] for url in kept} >= {
        "/q",
        "/issuers",
        "/org/hiisijarvi/units",
        "/org/hiisijarvi/status/1",
        "/org/hiisijarvi/successors/1",
    }
    assert not any("#" in url or re.search("[0-9]{50}", url) for url in kept)

    log = served.log.read_text()
    served.stop()
    text = phone.read(code.digits)
    assert phone.verdict == "unknown"
    headline = phone.page.locator("h1:visible").inner_text()
    assert headline == fi("The seal holds, the status is known as of %(day)s") % {
        "day": _today()
    }
    assert HOLDER in text
    assert code.statement["units"][0]["name"] in text
    for ended in ("revoked", "superseded"):
        phone.read(codes[ended].digits)
        assert phone.verdict == "not_valid"
    assert codes["valid"].serial in phone.answer()
    altered = code.digits[:-1] + str((int(code.digits[-1]) + 1) % 10)
    phone.read(altered)
    assert phone.verdict == "not_valid"
    assert HOLDER not in phone.answer()
    assert not any(re.search("[0-9]{50}", url) for url in phone.page.evaluate(CACHED))

    phone.page.clock.install(time=time.time() + 9 * 86_400)
    text = phone.read(code.digits)
    assert phone.verdict == "unknown"
    long_ago = fi(
        "That is long ago: the list was to be used until %(date)s. "
        "Check again with a connection."
    )
    assert long_ago.partition(":")[0] in text

    phone.context.close()
    assert phone.errors == []
    asked = re.findall(r'"(?:GET|POST) (\S+) HTTP[^"]*" \d+ \S+ "([^"]*)"', log)
    assert len(asked) > 20
    for address, referrer in asked:
        path = address.partition("?")[0]
        assert WHOLE_FILES.fullmatch(path) or path in {"/about", "/q/files"}, address
        assert "#" not in referrer


@pytest.mark.browser
def test_back_in_the_network_a_new_revocation_is_seen(browser, served, codes):  # noqa: F811
    phone = Reading(browser, served, keeps=True)
    served.start()
    code, house = codes["valid"], served.house
    phone.read(code.digits)
    expect(phone.page.locator("#kept")).to_be_visible()
    served.stop()
    phone.read(code.digits)
    assert phone.verdict == "unknown"
    with house.sessions() as session:
        revoke_certificate(
            session,
            served.cast.sirpa,
            house.sealing.publishing,
            certificate_id=code.id,
            reason=ReasonCode.ERROR,
            at=now(),
        )
    publish_due_lists(house.sessions, house.sealing.publishing, at=now())
    served.start()
    phone.page.get_by_role("button", name=fi("Check again")).click()
    expect(
        phone.page.get_by_role("heading", name=fi("The certificate is not valid"))
    ).to_be_visible()
    phone.context.close()


@pytest.mark.browser
def test_a_phone_that_never_was_there_finds_no_page(browser, served, codes):  # noqa: F811
    """The copy is the device's own: nothing here works by a cache of the server's."""
    phone = Reading(browser, served, keeps=True)
    phone.page.goto(f"{served.url}/about")
    served.stop()
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        phone.page.goto(f"{served.url}/q#{codes['valid'].digits}")
    served.start()
    phone.context.close()
