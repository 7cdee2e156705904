"""The code on the paper, read by a phone: a browser alone says whether it holds.

What it fetches is the same for everybody; neither the digits nor what they say are in
any request or in the address bar.
"""

import contextlib
import json
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error
from sqlalchemy import select

from issuer.clock import now
from issuer.credentials.bitstring_status import StatusBits
from issuer.credentials.compact_proof import build_digits, read_digits
from issuer.credentials.status_list import seal_status_list
from issuer.domain.days import HELSINKI
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.revocation import ReasonCode
from issuer.i18n import load_catalogue
from issuer.records.certificates import CertificateRecord
from issuer.records.proposals import ProposalRecord, ProposalUnitRecord
from issuer.services import proposals
from issuer.services.revocation import revoke_certificate, supersede_certificate
from issuer.services.status import publish_due_lists
from tests.journeys.served import Served, fi, serving
from tools.demo_walk import find_or_walk_certificate

HOLDER = "Paula Pihlaja"
PHONE = {"width": 360, "height": 740}
WHOLE_FILES = re.compile(
    r"/(q(/(worker|scan)\.js|/app\.webmanifest)?|issuers|static/[^?]+|org/hiisijarvi/(status/\d+|successors/\d+|units))"
)


@dataclass(frozen=True)
class Code:
    """A certificate as a reader has it in hand: its serial and the code's digits."""

    id: int
    serial: str
    digits: str
    statement: dict


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("scanned")) as served:
        yield served


@pytest.fixture(scope="module")
def codes(served):
    """A valid certificate, a revoked one and one that the valid one replaced."""
    house, cast = served.house, served.cast
    with house.sessions() as session:
        ids = [find_or_walk_certificate(session, house, cast, 1, told=_untold)]
        ids += [_another(session, served) for _ in range(2)]
        publishing = house.sealing.publishing
        supersede_certificate(
            session, cast.sirpa, publishing, old_id=ids[0], new_id=ids[2], at=now()
        )
        revoke_certificate(
            session,
            cast.sirpa,
            publishing,
            certificate_id=ids[1],
            reason=ReasonCode.ERROR,
            at=now(),
        )
        publish_due_lists(house.sessions, publishing, at=now())
        rows = [session.get(CertificateRecord, id_) for id_ in ids]
        found = [
            Code(
                row.id,
                row.serial,
                row.digits,
                json.loads(row.draft)["statement"],
            )
            for row in rows
        ]
    return dict(zip(("superseded", "revoked", "valid"), found, strict=True))


@contextmanager
def _untold(_what):
    yield


def _another(session, served: Served) -> int:
    """Release one more certificate of the same work and return its id."""
    cast = served.cast
    first = session.scalars(select(ProposalRecord)).first()
    unit = session.scalars(select(ProposalUnitRecord)).first()
    proposal_id = proposals.propose(
        session,
        cast.carita,
        period_id=first.period_id,
        unit_ids=[unit.unit_id],
        summary="Sama työ, uusi todistus.",
        hours=None,
        at=now(),
    )
    proposals.accept_proposal(
        session, cast.paula, proposal_id=proposal_id, shows_birth_date=False, at=now()
    )
    serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
    return served.house.release(
        session, cast.sirpa, proposal_id, serial=serial, at=now()
    )


class Reading:
    """A phone that reads codes, and every request that it made.

    Without `keeps` it keeps nothing for a place without a connection.
    """

    def __init__(
        self, browser, served: Served, language: str = "fi", *, keeps: bool = False
    ) -> None:
        self.context = browser.new_context(
            viewport=PHONE,
            locale=language,
            service_workers="allow" if keeps else "block",
        )
        self.page = self.context.new_page()
        self.served = served
        self.requests, self.errors = [], []
        self.context.on("request", self._see)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _see(self, request) -> None:
        self.requests.append(request)

    def _hear(self, message) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def read(self, digits: str) -> str:
        """Open the code's address as a camera does; return what the page then says."""
        self.page.goto(f"{self.served.url}/q#{digits}")
        return self.answer()

    def answer(self) -> str:
        self.page.wait_for_selector(".verdict.checking", state="hidden")
        return self.page.locator("main").inner_text()

    @property
    def verdict(self) -> str:
        shown = self.page.locator(".verdict:visible")
        assert shown.count() == 1
        return shown.get_attribute("class").partition(" ")[2]

    def replace(self, path: str, change) -> None:
        """Let the file at `path` arrive as `change` leaves its JSON."""

        def fulfil(route) -> None:
            answer = route.fetch()
            document = answer.json()
            change(document)
            route.fulfill(response=answer, json=document)

        self.page.route(f"**{path}", fulfil)


@pytest.fixture
def reading(browser, served):
    phones = []

    def open_phone(language: str = "fi") -> Reading:
        phones.append(Reading(browser, served, language))
        return phones[-1]

    yield open_phone
    for phone in phones:
        phone.context.close()
        assert phone.errors == []


def resealed(served: Served, code: Code, **changes) -> str:
    """Return the code with other claims, sealed with the issuer's own key."""
    signer = served.house.keys.signer_in_force(
        served.house.settings.host_did, purpose="compact"
    )
    claims, kid, _ = read_digits(code.digits, public_key_of=lambda _: None)
    return build_digits(replace(claims, **changes), kid=kid, sign=signer.sign)


@pytest.mark.browser
def test_a_valid_certificate_is_shown_with_whose_it_is(reading, codes):
    phone, code = reading(), codes["valid"]
    text = phone.read(code.digits)
    assert phone.verdict == "valid"
    unit = code.statement["units"][0]
    for expected in (
        fi("The certificate is genuine and valid"),
        HOLDER,
        code.serial,
        unit["name"],
        unit["code"],
        f"{unit['identified']} / {unit['total']}",
        "Hiisijärven kunta",
        "1234567-1",
        CLAUSE["fi"],
        _today(),
    ):
        assert expected in text, expected
    width = float(phone.page.locator(".units .fill").get_attribute("width")[:-1])
    assert width == pytest.approx(100 * unit["identified"] / unit["total"])
    assert phone.page.title() == fi("The certificate is genuine and valid")


@pytest.mark.browser
def test_nothing_of_the_certificate_leaves_the_phone(reading, served, codes):
    phone, code = reading(), codes["valid"]
    phone.read(code.digits)
    asked = [urlsplit(request.url) for request in phone.requests]
    assert len(asked) > 6
    assert {f"{url.scheme}://{url.netloc}" for url in asked} == {served.url}
    assert [url.path for url in asked if not WHOLE_FILES.fullmatch(url.path)] == []
    for request in phone.requests:
        sent = repr((request.url.partition("#")[0], request.all_headers()))
        for secret in (code.digits[:40], code.serial, HOLDER, HOLDER.split()[1]):
            assert secret not in sent
        assert request.post_data is None
        assert "referer" not in request.all_headers() or "#" not in sent
    assert phone.page.url == f"{served.url}/q"
    assert phone.page.evaluate("history.length") <= 2
    assert phone.page.evaluate("history.state") is None
    assert phone.context.cookies() == []
    stores = "[localStorage.length, sessionStorage.length]"
    assert phone.page.evaluate(stores) == [0, 0]
    log = served.log.read_text()
    assert '"GET /q HTTP' in log
    assert code.digits[:40] not in log
    phone.page.reload()
    assert fi("There is no code here") in phone.answer()


@pytest.mark.browser
@pytest.mark.parametrize("place", [3, 0.5, 0.9, -1])
def test_one_digit_altered_is_not_valid_and_shows_nobody(reading, codes, place):
    digits = codes["valid"].digits
    at = int(place * len(digits)) if isinstance(place, float) else place % len(digits)
    altered = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
    phone = reading()
    text = phone.read(altered)
    assert phone.verdict == "not_valid"
    assert fi("The certificate is not valid") in text
    assert HOLDER not in text


@pytest.mark.browser
def test_a_revoked_certificate_is_not_valid(reading, codes):
    phone = reading()
    text = phone.read(codes["revoked"].digits)
    assert phone.verdict == "not_valid"
    assert fi("The issuer has revoked the certificate: it is no longer in force.") in (
        text
    )
    assert HOLDER in text
    assert fi("Check by the number") not in text


@pytest.mark.browser
def test_a_superseded_certificate_leads_to_the_newer_one(reading, served, codes):
    phone = reading()
    text = phone.read(codes["superseded"].digits)
    newer = codes["valid"].serial
    assert phone.verdict == "not_valid"
    assert newer in text
    link = phone.page.get_by_role("link", name=newer)
    link.click()
    phone.page.wait_for_url(f"{served.url}/v/{newer}")
    assert fi("The certificate is genuine and valid") in phone.page.content()


@pytest.mark.browser
def test_dates_are_judged_in_the_browser(reading, served, codes):
    code, day = codes["valid"], 86_400
    today = int(now().timestamp())
    phone = reading()
    text = phone.read(resealed(served, code, valid_until=today - 2 * day))
    assert phone.verdict == "not_valid"
    assert fi("Valid until") in text
    phone.read(resealed(served, code, issued=today + 2 * day))
    assert phone.verdict == "not_valid"
    phone.read(resealed(served, code, valid_until=today + 2 * day))
    assert phone.verdict == "valid"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"revoked": "2020-01-01T00:00:00Z"},
            "The issuer had revoked the key before the seal was made.",
        ),
        (
            {"retired": "2020-01-01T00:00:00Z"},
            "The issuer had retired the key before the seal was made.",
        ),
        (
            {"activated": "2090-01-01T00:00:00Z"},
            "The seal is dated before the issuer took its key into use.",
        ),
    ],
)
def test_a_key_counts_for_its_own_time_only(reading, codes, change, sentence):
    phone = reading()
    phone.replace("/issuers", lambda file: _keys(file, "compact")[0].update(change))
    text = phone.read(codes["valid"].digits)
    assert phone.verdict == "not_valid"
    assert fi(sentence) in text
    assert HOLDER not in text


@pytest.mark.browser
def test_an_unknown_key_is_neither_forged_nor_valid(reading, codes):
    phone = reading()
    phone.replace("/issuers", lambda file: file.update(issuers=[]))
    text = phone.read(codes["valid"].digits)
    assert phone.verdict == "unknown"
    assert fi("The certificate could not be confirmed") in text
    assert HOLDER not in text


SEAL_ONLY = "The seal holds, the status is not known"


@pytest.mark.browser
def test_without_a_connection_the_seal_alone_is_told(reading, codes):
    phone = reading()
    page = phone.page
    page.route("**/org/**", lambda route: route.abort())
    text = phone.read(codes["revoked"].digits)
    assert phone.verdict == "unknown"
    assert fi(SEAL_ONLY) in text
    assert HOLDER in text
    page.unroute("**/org/**")
    page.get_by_role("button", name=fi("Check again")).click()
    assert fi("The certificate is not valid") in phone.answer()


@pytest.mark.browser
def test_an_old_copy_of_the_list_says_of_when_it_is(reading, codes):
    phone = reading()
    phone.read(codes["valid"].digits)
    phone.page.evaluate(
        """() => {
            const ask = window.fetch;
            window.fetch = (path, asked) => asked.cache === "only-if-cached"
                ? ask(path, asked) : Promise.reject(new TypeError("offline"));
        }"""
    )
    phone.page.evaluate("digits => { location.hash = digits; }", codes["valid"].digits)
    phone.page.locator("[data-when=as_of]").wait_for()
    assert phone.verdict == "unknown"
    assert _today() in phone.page.locator(".verdict:visible").inner_text()
    assert phone.page.url.endswith("/q")


@pytest.mark.browser
@pytest.mark.parametrize(
    "change",
    [
        {"encodedList": "uH4sIAAAAAAAA_2NgGAWjYBSMglEwCkbBKBgFo2AUjAIA"},
        {"ttl": 1},
    ],
)
def test_a_list_that_its_issuer_did_not_seal_proves_nothing(reading, codes, change):
    phone = reading()
    phone.replace(
        "/org/*/status/*", lambda file: file["credentialSubject"].update(change)
    )
    phone.read(codes["valid"].digits)
    assert phone.verdict == "unknown"
    phone.read(codes["revoked"].digits)
    assert phone.verdict == "unknown"


@pytest.mark.browser
@pytest.mark.parametrize(
    "change",
    [
        {"revoked": "2090-01-01T00:00:00Z"},
        {"retired": "2020-01-01T00:00:00Z"},
        {"activated": "2090-01-01T00:00:00Z"},
        {"purpose": "compact"},
        {"publicKey": "A" * 43},
    ],
)
def test_a_list_is_believed_under_a_key_that_counts_only(reading, codes, change):
    phone = reading()
    phone.replace("/issuers", lambda file: _keys(file, "credential")[0].update(change))
    phone.read(codes["valid"].digits)
    assert phone.verdict == "unknown"
    assert fi(SEAL_ONLY) in phone.answer()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("place", "did", "days"),
    [
        ("status/2", "", 0),
        ("status/1", "did:web:other.example", 0),
        ("status/1", "", 1),
    ],
)
def test_another_list_is_not_the_list(reading, served, codes, place, did, days):
    """Even with the issuer's seal, and with nothing revoked in it."""
    house, phone = served.house, reading()
    own = house.settings.host_did
    other = seal_status_list(
        StatusBits.empty(),
        url=f"{served.url}/org/hiisijarvi/{place}",
        issuer_did=did or own,
        at=now() + timedelta(days=days),
        signer=house.keys.signer_in_force(own),
        contexts=house.sealing.contexts,
    )
    phone.page.route("**/org/*/status/*", lambda route: route.fulfill(body=other))
    phone.read(codes["revoked"].digits)
    assert phone.verdict == "unknown"


@pytest.mark.browser
def test_a_code_is_not_sealed_with_a_key_for_other_things(reading, codes):
    phone = reading()
    phone.replace(
        "/issuers", lambda file: _keys(file, "compact")[0].update(purpose="credential")
    )
    phone.read(codes["valid"].digits)
    assert phone.verdict == "unknown"
    phone.page.unroute_all()


@pytest.mark.browser
def test_a_list_past_its_end_does_not_say_in_force(reading, codes):
    for key, verdict in (("valid", "unknown"), ("revoked", "not_valid")):
        phone = reading()
        phone.page.clock.install(time=now() + timedelta(days=8))
        phone.read(codes[key].digits)
        assert phone.verdict == verdict


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["", "123", "hello", "0" * 99, "1x" * 200])
def test_no_code_asks_for_the_number(reading, fragment):
    phone = reading()
    text = phone.read(fragment)
    assert fi("There is no code here") in text
    assert phone.page.locator("input#serial").is_visible()
    assert phone.page.url.endswith("/q")


@pytest.mark.browser
def test_another_language_keeps_the_code_and_tells_no_server(reading, codes):
    phone, code = reading(), codes["valid"]
    phone.read(code.digits)
    for language, words in (("sv", _sv), ("en", str)):
        with phone.page.expect_navigation():
            phone.page.get_by_role("navigation").locator(f"[lang={language}]").click()
        text = phone.answer()
        assert words("The certificate is genuine and valid") in text
        assert HOLDER in text
        assert phone.page.url.endswith("/q")
    assert not any(
        code.digits[:40] in request.url.partition("#")[0] for request in phone.requests
    )


@pytest.mark.browser
def test_the_skip_link_keeps_the_answer(reading, codes):
    phone = reading()
    phone.read(codes["valid"].digits)
    phone.page.get_by_role("link", name=fi("Skip to the content")).focus()
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_url("**/q#main")
    assert HOLDER in phone.answer()


@pytest.mark.browser
def test_of_two_codes_the_later_one_is_answered(reading, codes):
    phone, held = reading(), []

    def hold_the_first(route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    phone.page.route("**/org/*/status/*", hold_the_first)
    phone.page.goto(f"{phone.served.url}/q#{codes['valid'].digits}")
    phone.page.get_by_text(fi("Checking the code …")).wait_for()
    while not held:
        phone.page.wait_for_timeout(20)
    phone.page.evaluate("digits => location.hash = digits", codes["revoked"].digits)
    phone.page.get_by_text(codes["revoked"].serial).wait_for()
    with contextlib.suppress(Error):  # the browser may have given it up already
        held[0].continue_()
    phone.page.wait_for_timeout(300)
    assert phone.verdict == "not_valid"
    assert codes["valid"].serial not in phone.answer()


@pytest.mark.browser
def test_a_browser_without_ed25519_says_so(reading, codes):
    phone = reading()
    phone.page.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject("
        "new DOMException('Algorithm: Unrecognized name', 'NotSupportedError'));"
    )
    text = phone.read(codes["valid"].digits)
    assert fi("This browser cannot check the code") in text
    assert phone.page.locator("input#serial").is_visible()
    assert HOLDER not in text


@pytest.mark.browser
def test_without_scripts_the_number_is_asked_for(browser, served, codes):
    context = browser.new_context(java_script_enabled=False, locale="fi")
    page = context.new_page()
    page.goto(f"{served.url}/q#{codes['valid'].digits}")
    text = page.locator("main").inner_text()
    assert fi("This page checks the code by a script") in text
    assert fi("Checking the code …") not in text
    assert page.locator("input#serial").is_visible()
    context.close()


@pytest.mark.browser
def test_on_a_narrow_phone_nothing_hangs_over_the_edge(reading, served, codes):
    phone = reading()
    long = resealed(served, codes["valid"], name="Wolfeschlegelsteinhausen" * 3)
    for digits in (long, codes["revoked"].digits, codes["superseded"].digits, ""):
        phone.read(digits)
        over = phone.page.evaluate(
            "() => { const d = document.documentElement;"
            " return d.scrollWidth - d.clientWidth; }"
        )
        assert over <= 0
        phone.page.goto("about:blank")


def _keys(file, purpose: str) -> list[dict]:
    keys = file["issuers"][0]["keys"]
    return [key for key in keys if key["purpose"] == purpose]


def _today() -> str:
    day = now().astimezone(HELSINKI)
    return f"{day.day}.{day.month}.{day.year}"


def _sv(words: str) -> str:
    return load_catalogue("sv").gettext(words)
