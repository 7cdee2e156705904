"""Typing the number: a slip is caught before it is sent; only the number is sent."""

import re

import pytest

from issuer.domain.identifiers import ALPHABET, Serial, SerialMalformed
from tests.journeys.served import fi
from tests.journeys.test_scan_the_code import (  # noqa: F401
    HOLDER,
    codes,
    reading,
    served,
)

SLIP = fi(
    "A character in this number is wrong or missing. Check each one against the "
    "paper; nothing was sent yet."
)


@pytest.mark.browser
@pytest.mark.parametrize("page", ["/", "/v"])
def test_a_slip_is_told_and_nothing_is_sent(reading, served, codes, page):  # noqa: F811
    phone, serial = reading(), codes["valid"].serial
    phone.page.goto(served.url + page)
    field = phone.page.locator("#serial")
    letters = serial.replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(letters[4]) + 1) % 32]
    for typed in (
        letters[:4] + wrong + letters[5:],
        letters[:-1],
        letters + "0",
        "abc",
    ):
        field.fill(typed)
        assert not phone.page.locator(".slip").is_visible()
        field.press("Enter")
        assert SLIP in phone.page.locator("main").inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == typed
    phone.page.wait_for_timeout(200)
    sent = [r.url for r in phone.requests if "/static/" not in r.url]
    assert sent == [served.url + page]


@pytest.mark.browser
def test_the_right_number_is_sent_and_nothing_else(reading, served, codes):  # noqa: F811
    phone, code = reading(), codes["revoked"]
    phone.page.goto(f"{served.url}/v")
    before = len(phone.requests)
    phone.page.locator("#serial").fill(f" {code.serial.lower().replace('-', ' ')} ")
    phone.page.locator("#serial").press("Enter")
    phone.page.wait_for_url("**/v/*")
    text = phone.page.locator("main").inner_text()
    assert fi("The certificate has been revoked") in text
    assert code.serial in text
    assert HOLDER not in phone.page.content()
    sent = [r for r in phone.requests[before:] if "/static/" not in r.url]
    typed = code.serial.replace("-", "").lower()
    for request in sent:
        own = re.sub(r"[+ ]|%20", "", request.url.removeprefix(served.url)).lower()
        assert own in {f"/v?serial={typed}", f"/v/{typed}"}
        assert request.post_data is None


@pytest.mark.browser
def test_every_serial_is_whole_to_the_script_as_to_the_service(reading, served):  # noqa: F811
    phone = reading()
    phone.page.goto(f"{served.url}/v")
    address = phone.page.locator("script[src]").get_attribute("src")
    serials = [str(Serial.from_bits(n**7 % (1 << 80))) for n in range(3000, 3200)]
    swapped = [s[:2] + s[3] + s[2] + s[4:] for s in serials if s[2] != s[3]]
    judge = (
        "async ([address, all]) => { const { isWhole } = await import(address);"
        " return all.map(isWhole); }"
    )
    assert all(phone.page.evaluate(judge, [address, serials]))
    caught = phone.page.evaluate(judge, [address, swapped])
    for serial, is_whole in zip(swapped, caught, strict=True):
        try:
            Serial.parse(serial)
        except SerialMalformed:
            assert not is_whole
        else:
            assert is_whole
    assert caught.count(False) > len(caught) * 0.9
