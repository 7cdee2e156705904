"""A PDF that is asked for too early appears on its page by itself, in a browser."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from issuer.domain.entry import Proof
from issuer.domain.identifiers import Serial
from issuer.records import certificates as rows
from issuer.services import sessions as sign_ins
from issuer.web.cookies import sign_in_cookie
from tests import cast
from tests.cli.conftest import app, built_house, house, settings
from tests.web.office_fixtures import books, make_keys

__all__ = ["app", "built_house", "house", "settings"]
pytestmark = pytest.mark.browser
SIZES = {"phone": (360, 740), "desk": (1280, 800)}


@pytest.fixture
def address(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def waiting(app, house) -> list[int]:
    """Two proposals that were accepted."""
    make_keys(app)
    with books(app) as session:
        found = []
        for number in range(2):
            period = cast.open_period(session, house)
            cast.sign_off(session, house, period, once=str(number))
            found.append(cast.propose_and_accept(session, house, period))
        return found


def draw(app, certificate_id: int) -> None:
    address = app.extensions["issuer"].blobs.put(b"%PDF-1.7 drawn elsewhere")
    with books(app) as session:
        rows.mark_page_stored(session, certificate_id, sha256=address)
        session.commit()


def visit(browser, app, address, actor, size, **options):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en", **options
    )
    wiring = app.extensions["issuer"]
    token = "t" * 40 + size
    with wiring.sessions() as session:
        sign_ins.open_session(
            session, actor.person_id, token=token, at=cast.LATER, proof=Proof.PASSKEY
        )
    context.add_cookies(
        [
            {"name": name, "value": value, "url": address}
            for name, value in (
                (sign_in_cookie(wiring.settings), token),
                ("language", "en"),
            )
        ]
    )
    return context.new_page()


@pytest.fixture
def certificate(app, house, waiting) -> int:
    with books(app) as session:
        return app.extensions["issuer"].release(
            session, house.sirpa, waiting[0], serial=Serial.from_bits(7), at=cast.LATER
        )


@pytest.mark.parametrize("size", SIZES)
def test_it_appears_and_is_told(
    browser, app, house, address, certificate, size, monkeypatch
):
    monkeypatch.setattr("issuer.clock.now", lambda: cast.LATER)
    page = visit(browser, app, address, house.paula, size)
    answer = page.goto(f"{address}/me/certificates/{certificate}/pdf")
    assert answer.status == 202
    said = page.get_by_role("status")
    assert "The PDF is being made." in said.inner_text()
    assert page.get_by_role("link", name="Download the PDF").count() == 0
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Download the file for machines (JSON)").focus()
    draw(app, certificate)
    link = page.get_by_role("link", name="Download the PDF")
    link.wait_for(timeout=10_000)
    assert said.inner_text() == "The PDF is ready."
    assert page.evaluate("window.same"), "the page was loaded anew"
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Download the file for machines (JSON)"
    assert page.locator("[data-awaits]").count() == 0
    with page.expect_download() as loading:
        link.click()
    assert loading.value.suggested_filename.endswith(".pdf")


def test_without_script_the_page_loads_itself_anew(
    browser, app, house, address, certificate, monkeypatch
):
    monkeypatch.setattr("issuer.clock.now", lambda: cast.LATER)
    page = visit(browser, app, address, house.paula, "phone", java_script_enabled=False)
    page.goto(f"{address}/me/certificates/{certificate}/pdf")
    draw(app, certificate)
    link = page.get_by_role("link", name="Download the PDF")
    link.wait_for(timeout=10_000)
    assert page.url == f"{address}/me/certificates/{certificate}"


@pytest.mark.parametrize("size", SIZES)
def test_several_are_released_and_counted_as_they_are_made(
    browser, app, house, address, waiting, size, monkeypatch
):
    monkeypatch.setattr("issuer.clock.now", lambda: cast.LATER)
    page = visit(browser, app, address, house.sirpa, size)
    faults: list[str] = []
    page.on("console", lambda told: faults.append(told.text))
    page.goto(f"{address}/office/release")
    button = page.locator("main form .actions button")
    assert button.inner_text() == "Release the ticked certificates"
    page.get_by_role("checkbox").first.check()
    assert button.inner_text() == "Release 1 certificate"
    page.get_by_role("checkbox").last.check()
    assert button.inner_text() == "Release 2 certificates"
    button.dblclick()
    page.wait_for_url("**/office/released?ids=*")
    said = page.get_by_role("status")
    assert said.inner_text() == "0 of 2 PDFs are ready."
    with books(app) as session:
        ids = [row.id for row in session.query(rows.CertificateRecord)]
    assert len(ids) == 2
    page.evaluate("window.same = true")
    draw(app, ids[0])
    page.get_by_text("1 of 2 PDFs are ready.").wait_for(timeout=10_000)
    draw(app, ids[1])
    page.get_by_text("All PDFs are ready.").wait_for(timeout=10_000)
    assert page.get_by_role("link", name="Download the PDF").count() == 2
    assert page.evaluate("window.same")
    assert faults == []
    wide = page.evaluate(
        "() => { const d = document.documentElement;"
        " return d.scrollWidth - d.clientWidth; }"
    )
    assert wide <= 0
