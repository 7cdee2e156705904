"""The check page is signed by the instructor's device, or recorded without it."""

import json
from dataclasses import replace
from html import unescape
from secrets import token_urlsafe

import pytest

from issuer import clock
from issuer.credentials.passkey_statement import (
    challenge_of,
    mark_bytes,
    root_over,
    statement_bytes,
)
from issuer.domain.entry import Proof
from issuer.domain.signed_statements import (
    SignedMark,
    SignedStatement,
    hash_of_words,
)
from issuer.domain.signoffs import Mark
from issuer.services import ledger, passkeys, sessions
from issuer.services.keys import create_keys
from issuer.web.cookies import sign_in_cookie
from tests import cast
from tests.credentials.test_passkeys import Authenticator
from tests.services.entry_fixtures import browser
from tests.web.phone import hidden, marks, words

DEVICE = Authenticator(rp_id="localhost", origin="http://localhost")


@pytest.fixture
def wiring(app):
    return app.extensions["issuer"]


@pytest.fixture
def page(wiring, house):
    with wiring.sessions() as session:
        period_id = cast.open_period(session, house)
        worklist = ledger.view_worklist(session, house.ilkka, period_id=period_id)
    return f"/work/{period_id}/tasks/{worklist.tasks[0].id}", worklist.tasks[0]


@pytest.fixture
def ilkka(visitor, wiring, house):
    """Ilkka, come in with a PIN."""
    token = token_urlsafe(32)
    with wiring.sessions() as session:
        sessions.open_session(
            session,
            house.ilkka.person_id,
            token=token,
            proof=Proof.PIN,
            at=clock.now(),
        )
    visitor.client.set_cookie(sign_in_cookie(wiring.settings), token)
    return visitor


@pytest.fixture
def registered(wiring, house):
    create_keys(wiring.keys, did="did:web:hiisi.example", at=cast.AT)
    with wiring.sessions() as session:
        given = {"at": clock.now()}
        passkeys.begin_registration(
            session,
            wiring.party(),
            browser(),
            person_id=house.ilkka.person_id,
            challenge=DEVICE.challenge,
            **given,
        )
        passkeys.register_own_passkey(
            session,
            wiring.party(),
            browser(),
            house.ilkka,
            answer=DEVICE.register(),
            name="",
            proof=Proof.PIN,
            **given,
        )


def check(ilkka, page, *, remark=""):
    path, task = page
    first = task.requirements[0].mapping_id
    fields = marks({first: Mark.INDEPENDENTLY}) | {f"remark-{first}": remark}
    return ilkka.post(f"{path}/check", fields)


def signed_form(shown, page, *, lies=None):
    """Return the form of a check page as its module would send it."""
    fields = hidden(shown)
    offer = json.loads(unescape(shown.text.split('data-signing="')[1].split('"')[0]))
    requirement = page[1].requirements[0]
    leaf = {
        **offer["marks"][str(requirement.mapping_id)],
        "level": "independently",
        "observed_on": fields["observed_on"],
        "words_hash": hash_of_words(requirement.text.fi),
    }
    declared = shown.text.split("data-declaration>")[1].split("<")[0]
    said = {
        **offer["statement"],
        "n": 1,
        "root": root_over([mark_bytes(SignedMark.parse(leaf))]),
        "declaration": {
            **offer["statement"]["declaration"],
            "hash": hash_of_words(unescape(declared)),
        },
    }
    challenge = challenge_of(statement_bytes(SignedStatement.parse(said)))
    answer = replace(DEVICE, challenge=challenge, **(lies or {})).use()
    return {**fields, "answer": answer}


def recorded(wiring, house):
    with wiring.reading() as session:
        return [
            told.sign_off.assurance.value
            for told in ledger.list_own_sign_offs(session, house.ilkka)
        ]


def test_who_has_no_passkey_sees_nothing_of_it_before_the_receipt(
    wiring, house, ilkka, page
):
    shown = check(ilkka, page)
    assert "data-signing" not in shown.text
    assert "sign_off.js" not in shown.text
    receipt = ilkka.get(ilkka.post(f"{page[0]}/sign", hidden(shown)).location)
    assert "(S1)" in words(receipt)
    assert "/my/passkeys/new" in receipt.text
    assert recorded(wiring, house) == ["S1"]


def test_the_form_signed_is_recorded_and_the_receipt_says_how(
    wiring, house, registered, ilkka, page
):
    form = signed_form(check(ilkka, page), page)
    done = ilkka.post(f"{page[0]}/sign", form)
    assert done.status_code == 303
    receipt = ilkka.get(done.location)
    assert "(S3)" in words(receipt)
    assert "/my/passkeys/new" not in receipt.text
    assert ilkka.post(f"{page[0]}/sign", form).location == done.location
    assert recorded(wiring, house) == ["S3"]


def test_a_passkey_on_file_does_not_stop_who_signs_without_it(
    wiring, house, registered, ilkka, page
):
    assert ilkka.post(f"{page[0]}/sign", hidden(check(ilkka, page))).status_code == 303
    assert recorded(wiring, house) == ["S1"]


@pytest.mark.parametrize(
    "lie", [{"flags": 1}, {"origin": "http://evil.example"}, {"rp_id": "evil.example"}]
)
def test_a_refusal_leads_back_to_the_check_page_with_everything_on_it(
    wiring, house, registered, ilkka, page, lie
):
    form = signed_form(check(ilkka, page), page, lies=lie)
    again = ilkka.post(f"{page[0]}/sign", form)
    assert again.status_code == 409
    assert 'id="error-summary"' in again.text
    fresh = hidden(again)
    assert fresh["one_time_id"] != form["one_time_id"]
    assert fresh["answer"] == ""
    kept = [name for name in form if name.startswith(("mark-", "observed"))]
    assert [fresh[name] for name in kept] == [form[name] for name in kept]
    assert recorded(wiring, house) == []
    assert ilkka.post(f"{page[0]}/sign", signed_form(again, page)).status_code == 303
    assert recorded(wiring, house) == ["S3"]


@pytest.mark.parametrize("answer", ["x", "{}", "[" * 9000, '{"response": 1}'])
def test_a_hostile_answer_is_refused(wiring, house, registered, ilkka, page, answer):
    form = hidden(check(ilkka, page)) | {"answer": answer}
    assert ilkka.post(f"{page[0]}/sign", form).status_code == 409
    assert recorded(wiring, house) == []


def test_a_changed_form_is_refused(wiring, house, registered, ilkka, page):
    form = signed_form(check(ilkka, page), page)
    mark = next(name for name in form if name.startswith("mark-"))
    salt = next(name for name in form if name.startswith("salt-"))
    for name, value in (
        (mark, "with_guidance"),
        ("observed_on", "2025-03-09"),
        (mark.replace("mark", "remark"), "Lisätty."),
        (salt, "f" * 32),
    ):
        again = ilkka.post(f"{page[0]}/sign", {**form, name: value})
        assert again.status_code == 409, name
    assert recorded(wiring, house) == []


def test_another_visitors_browser_cannot_send_it(
    app, wiring, house, registered, ilkka, page
):
    form = signed_form(check(ilkka, page), page)
    kept = ilkka.client.get_cookie("browser")
    assert kept is not None
    ilkka.client.delete_cookie("browser")
    again = ilkka.post(f"{page[0]}/sign", form)
    assert again.status_code == 409
    assert recorded(wiring, house) == []
