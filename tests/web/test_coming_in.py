"""The pages by which people come in: their states, statuses, cookies and walls."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from issuer import clock
from issuer.domain.entry import Channel
from issuer.records.entry_codes import EntryCodeRecord
from issuer.records.entry_links import EntryLinkRecord
from issuer.records.messages import MessageRecord
from issuer.services import enrolment, invitations, person_addresses
from tests.web.conftest import Visitor
from tests.web.office_fixtures import desk, words

LINK = "l" * 32
ENROLMENT = "e" * 32


@pytest.fixture
def books(app):
    with app.extensions["issuer"].sessions() as session:
        yield session


@pytest.fixture
def invited(books, house):
    """Ilkka has a link in his mail."""
    person_addresses.set_addresses(
        books,
        house.carita,
        person_id=house.ilkka.person_id,
        mail="ilkka@example.fi",
        phone="",
        at=clock.now(),
    )
    invitations.invite(
        books,
        house.carita,
        person_id=house.ilkka.person_id,
        channel=Channel.MAIL,
        token=LINK,
        language="fi",
        at=clock.now(),
    )


@pytest.fixture
def phone(app):
    visitor = Visitor(app, app.test_client())
    visitor.client.set_cookie("language", "en")
    return visitor


def code_in(books):
    """Return the newest code; the session holds no lock when that is done."""
    code = books.scalar(
        select(MessageRecord.secret)
        .where(MessageRecord.kind == "code")
        .order_by(MessageRecord.id.desc())
    )
    books.rollback()
    return code


def test_a_new_code_is_one_tap_away_and_the_old_one_opens_nothing(
    invited, books, phone
):
    phone.post(f"/i/{LINK}")
    code = code_in(books)
    books.execute(text("UPDATE entry_code SET made_at = '2026-01-01 00:00:00.000000'"))
    books.commit()
    answer = phone.post("/entry/code/again", {"next": "/work?unit=1"})
    assert (answer.status_code, answer.location) == (
        303,
        "/entry/code?next=/work?unit%3D1",
    )
    assert "A new code is on its way" in words(phone.get(answer.location))
    assert phone.post("/entry/code", {"code": code}).status_code == 400
    assert phone.post("/entry/code", {"code": code_in(books)}).location == "/work"
    assert phone.get("/entry/code").location == "/work"


def test_a_browser_that_asked_for_nothing_gets_no_new_code(phone):
    answer = phone.post("/entry/code/again")
    assert answer.status_code == 403
    assert "No code was asked for in this browser" in words(answer)


def test_three_looks_and_a_code_then_the_work(invited, books, phone):
    for _ in range(3):
        answer = phone.get(f"/i/{LINK}")
        assert answer.status_code == 200
    assert "Ilkka O." in words(answer)
    assert "i•••@example.fi" in words(answer)
    assert phone.post(f"/i/{LINK}").location == "/entry/code"
    code = code_in(books)
    answer = phone.post("/entry/code", {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer.location) == (303, "/work")
    assert "Ilkka Ohjaaja" in phone.get("/work").text
    assert phone.get(f"/i/{LINK}").location == "/work"


def test_head_and_get_write_nothing(invited, books, phone):
    before = "\n".join(books.connection().connection.iterdump())
    books.rollback()
    for path in (f"/i/{LINK}", f"/i/{LINK}/not-me", "/entry/code", "/entry"):
        phone.get(path)
        phone.client.head(path)
    assert "\n".join(books.connection().connection.iterdump()) == before


def test_a_scanner_that_posts_every_form_spends_nothing(invited, books, phone, app):
    scanner = Visitor(app, app.test_client())
    scanner.get(f"/i/{LINK}")
    scanner.post(f"/i/{LINK}")
    scanner.post(f"/i/{LINK}/not-me")
    scanner.post(f"/i/{LINK}/renew")
    scanner.post("/entry/code")
    scanner.post("/entry/code", {"code": "000000"})
    phone.post(f"/i/{LINK}")
    answer = phone.post("/entry/code", {"code": code_in(books)})
    assert answer.location == "/work"


def test_without_the_tokens_of_our_own_page_nothing_is_done(invited, books, app):
    client = app.test_client()
    for path in (f"/i/{LINK}", f"/i/{LINK}/not-me", "/entry/code", "/entry/link"):
        assert client.post(path, data={"sure": "yes"}).status_code == 400
    assert books.scalar(select(func.count()).select_from(EntryCodeRecord)) == 0
    foreign = {"Origin": "https://evil.example"}
    assert client.post(f"/i/{LINK}", headers=foreign).status_code == 403


def test_another_browser_is_told_so_with_403(invited, books, phone, app):
    phone.post(f"/i/{LINK}")
    other = Visitor(app, app.test_client())
    other.client.set_cookie("language", "en")
    assert other.get("/entry/code").status_code == 403
    answer = other.post("/entry/code", {"code": code_in(books)})
    assert answer.status_code == 403
    assert "No code was asked for in this browser" in words(answer)


def test_a_replay_and_a_sixth_try_are_gone(invited, books, phone):
    phone.post(f"/i/{LINK}")
    code = code_in(books)
    token = phone.client.get_cookie("browser").value
    assert phone.post("/entry/code", {"code": code}).status_code == 303
    phone.client.set_cookie("browser", token)
    assert phone.post("/entry/code", {"code": code}).status_code == 410
    phone.client.delete_cookie("signed-in")
    phone.post(f"/i/{LINK}")
    code = code_in(books)
    for left in (4, 3, 2, 1):
        answer = phone.post("/entry/code", {"code": "x"})
        assert answer.status_code == 400
        assert f"Tries left: {left}." in words(answer)
        assert 'value="x"' not in answer.text
    assert phone.post("/entry/code", {"code": "x"}).status_code == 410
    answer = phone.post("/entry/code", {"code": code})
    assert answer.status_code == 410
    assert "This code is of no more use" in words(answer)


def test_the_browsers_token_changes_when_a_code_opens_it(invited, books, phone):
    phone.client.set_cookie("browser", "planted-by-another")
    phone.post(f"/i/{LINK}")
    first = phone.client.get_cookie("browser").value
    assert first != "planted-by-another"
    phone.post("/entry/code", {"code": "000000"})
    assert phone.client.get_cookie("browser").value == first
    phone.post("/entry/code", {"code": code_in(books)})
    assert phone.client.get_cookie("browser").value != first


def test_over_https_cookies_are_of_this_host_alone(https_app):
    client = https_app.test_client()
    answer = client.get("/entry", base_url="https://todistus.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)[1]
    answer = client.post(
        "/entry/passkey/options",
        data={"csrf_token": token},
        base_url="https://todistus.example",
    )
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "browser" in c]
    assert cookie.startswith("__Host-browser=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert answer.get_json()["rpId"] == "todistus.example"


def test_an_expired_link_sends_a_new_one_in_one_tap(invited, books, phone):
    books.execute(
        text("UPDATE entry_link SET expires_at = :then"),
        {"then": clock.now() - timedelta(minutes=1)},
    )
    books.commit()
    answer = phone.get(f"/i/{LINK}")
    assert answer.status_code == 410
    assert "older than 14 days" in words(answer)
    assert phone.post(f"/i/{LINK}/renew").status_code == 303
    assert "A newer link is on its way" in words(phone.get(f"/i/{LINK}"))
    books.rollback()
    assert books.scalar(select(func.count()).select_from(EntryLinkRecord)) == 2


def test_not_me_needs_the_tick_and_then_ends_it(invited, phone):
    assert phone.post(f"/i/{LINK}/not-me").status_code == 400
    assert phone.get(f"/i/{LINK}").status_code == 200
    phone.post(f"/i/{LINK}/not-me", {"sure": "yes"})
    answer = phone.get(f"/i/{LINK}")
    assert answer.status_code == 410
    assert "Thank you for telling us" in words(answer)
    assert "Ilkka" not in answer.text
    assert phone.post(f"/i/{LINK}").status_code == 410


def test_unknown_links_are_not_found_and_say_nothing(phone):
    for path in ("/i/unknown", "/enrol/unknown", "/i/unknown/not-me"):
        seen = phone.get(path)
        assert seen.status_code == 404
        assert "We do not know this link" in words(seen)
        assert phone.post(path).status_code == 404


def test_asking_for_a_link_answers_the_same_for_everybody(invited, phone):
    answers = [
        words(phone.post("/entry/link", {"mail": mail}))
        for mail in ("ilkka@example.fi", "nobody@example.fi")
    ]
    assert answers[0] == answers[1]
    assert phone.post("/entry/link", {"mail": "nonsense"}).status_code == 400


def test_the_fourth_link_of_an_hour_waits(phone):
    for _ in range(3):
        assert phone.post("/entry/link", {"mail": "a@example.fi"}).status_code == 200
    assert phone.post("/entry/link", {"mail": "A@example.fi"}).status_code == 429


@pytest.fixture
def enrolling(books, house):
    enrolment.make_enrolment_link(
        books,
        person_id=house.kaarlo.person_id,
        channel=Channel.SCREEN,
        token=ENROLMENT,
        language="fi",
        at=clock.now(),
        by=house.anneli,
    )


def test_an_enrolment_link_is_looked_at_without_using_it(enrolling, phone):
    for _ in range(3):
        assert phone.get(f"/enrol/{ENROLMENT}").status_code == 200
    options = phone.post(f"/enrol/{ENROLMENT}/options").get_json()
    assert options["user"]["name"] == "Kaarlo Tarkastaja"
    answer = phone.post(f"/enrol/{ENROLMENT}", {"answer": "{}"})
    assert answer.status_code == 409
    assert "passkey was not accepted" in words(answer)
    assert phone.get(f"/enrol/{ENROLMENT}").status_code == 200


def test_after_a_day_it_opens_nothing(enrolling, books, phone):
    books.execute(
        text("UPDATE entry_link SET expires_at = :then"), {"then": clock.now()}
    )
    books.commit()
    assert phone.get(f"/enrol/{ENROLMENT}").status_code == 410
    assert phone.post(f"/enrol/{ENROLMENT}/options").status_code == 410
    assert phone.post(f"/enrol/{ENROLMENT}", {"answer": "{}"}).status_code == 410


def test_a_coach_invites_and_only_an_administrator_enrols(app, house):
    coach, administrator = desk(app, house.carita), desk(app, house.anneli)
    page = f"/office/people/{house.kaarlo.person_id}"
    assert "for an administrator to manage" in words(coach.get(page))
    assert coach.post(f"{page}/link", {"way": "screen"}).status_code == 403
    assert coach.post(f"{page}/close").status_code == 403
    assert coach.post(f"{page}/addresses", {"mail": "x@example.fi"}).status_code == 403
    answer = administrator.post(f"{page}/link", {"way": "screen"})
    assert "/enrol/" in words(answer)
    own = f"/office/people/{house.ilkka.person_id}"
    assert "/i/" in words(coach.post(f"{own}/link", {"way": "screen"}))


def test_the_page_of_codes_stops_looking_when_the_last_code_is_over(app, house):
    """Or an open page would keep an empty desk signed in all day."""
    visitor = desk(app, house.carita)
    assert "looks=1" in visitor.get("/office/codes").text
    assert "looks=120" in visitor.get("/office/codes?looks=119").text
    for over in ("120", "-1", "99999"):
        seen = visitor.get(f"/office/codes?looks={over}")
        assert "http-equiv" not in seen.text
        assert "Look for codes again" in words(seen)


@pytest.mark.parametrize("who", ["kaarlo", "sirpa", "paula", "ilkka"])
def test_others_manage_nobodys_ways_in(app, house, invited, who):
    visitor = desk(app, getattr(house, who))
    page = f"/office/people/{house.ilkka.person_id}"
    seen = visitor.get(page)
    assert seen.status_code == (200 if who == "sirpa" else 403)
    assert "ilkka@example.fi" not in seen.text
    assert f"{page}/link" not in seen.text
    assert visitor.post(f"{page}/link", {"way": "screen"}).status_code == 403
    assert visitor.get("/office/codes").status_code == 403


def test_another_organisation_is_out_of_reach(app, house, invited, books):
    stranger = desk(app, house.vieno)
    page = f"/office/people/{house.ilkka.person_id}"
    link_id = books.scalar(select(EntryLinkRecord.id))
    books.rollback()
    assert stranger.get(page).status_code == 404
    for path in (
        f"{page}/link",
        f"{page}/close",
        f"{page}/addresses",
        f"/office/links/{link_id}/withdraw",
        f"/office/links/{link_id}/settle",
        "/office/messages/1/settle",
        "/office/messages/1/retry",
    ):
        assert stranger.post(path, {"way": "screen"}).status_code == 404, path
    assert books.scalar(select(EntryLinkRecord.ended_as)) is None


def test_a_link_cannot_be_sent_where_no_address_is_known(app, house):
    page = f"/office/people/{house.ilkka.person_id}"
    answer = desk(app, house.carita).post(f"{page}/link", {"way": "mail"})
    assert answer.status_code == 409
    assert "Add an e-mail address" in words(answer)


def test_what_was_typed_wrong_stays_to_be_mended(app, house):
    page = f"/office/people/{house.ilkka.person_id}"
    answer = desk(app, house.carita).post(
        f"{page}/addresses", {"mail": "ilkka@", "phone": "040 1234567"}
    )
    assert answer.status_code == 400
    assert 'value="ilkka@"' in answer.text
    assert 'value="040 1234567"' in answer.text


def test_ones_own_devices_are_ones_own(app, house):
    mine, other = desk(app, house.ilkka), desk(app, house.oona)
    page = mine.get("/my/devices")
    assert page.status_code == 200
    assert "this one" in words(page)
    session_id = 1
    assert other.post(f"/my/sessions/{session_id}/close").status_code in {303, 404}
    assert mine.get("/work").status_code == 200
    mine.post("/my/sign-out-everywhere")
    assert mine.get("/work").location.startswith("/entry")
    assert other.get("/work").status_code == 200


def test_a_person_asks_for_a_sign_off_from_their_own_screen(app, house, books):
    from tests import cast  # noqa: PLC0415

    cast.open_period(books, house)
    visitor = desk(app, house.paula)
    page = visitor.get("/me/ask")
    assert "Ilkka Ohjaaja" in words(page)
    period_id = re.search(r'name="period" value="(\d+)"', page.text)[1]
    answer = visitor.post(
        "/me/ask/picture",
        {"period": period_id, "instructor": house.ilkka.person_id},
    )
    assert "<svg" in answer.text
    assert "/i/" in words(answer)
    for stranger in (house.oona, house.carita):
        refused = visitor.post(
            "/me/ask/picture", {"period": period_id, "instructor": stranger.person_id}
        )
        assert refused.status_code == 404


def test_the_last_use_is_written_after_the_answer(app, house, books):
    visitor = desk(app, house.ilkka)
    then = clock.now() - timedelta(minutes=5)
    books.execute(text("UPDATE session SET seen_at = :then"), {"then": then})
    books.commit()
    with visitor.get("/work") as answer:
        assert answer.status_code == 200
    books.rollback()
    assert books.scalar(text("SELECT seen_at FROM session")) > str(then)
