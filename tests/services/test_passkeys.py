"""Passkeys in the books: a challenge is answered once, by the browser it was given to,
for what it was given for; a removed passkey opens nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from issuer.domain.entry import (
    Channel,
    LinkClosed,
    LinkKind,
    PasskeyExists,
    PasskeyRefused,
    PasskeyUnknown,
    Proof,
)
from issuer.domain.errors import NotFound
from issuer.records.entry_links import EntryLinkRecord
from issuer.records.passkeys import PasskeyRecord
from issuer.records.sessions import SessionRecord
from issuer.services import confirmation, enrolment, passkeys, sessions
from tests.cast import LATER
from tests.credentials.test_passkeys import PARTY, Authenticator
from tests.services.entry_fixtures import browser

DEVICE = Authenticator()
LINK = "e" * 32
FIRST, SECOND = b"1" * 32, b"2" * 32


@pytest.fixture
def registered(session, house):
    """Carita's passkey, registered in browser `a`."""
    begin(session, house.carita.person_id, FIRST)
    register(session, house.carita, DEVICE, FIRST)
    return DEVICE


def begin(session, person_id, challenge, *, caller=None, at=LATER):
    passkeys.begin_registration(
        session,
        PARTY,
        caller or browser(),
        person_id=person_id,
        challenge=challenge,
        at=at,
    )


def register(session, actor, device, challenge, *, caller=None, at=LATER):
    passkeys.register_own_passkey(
        session,
        PARTY,
        caller or browser(),
        actor,
        answer=replace(device, challenge=challenge).register(),
        name="työpuhelin",
        proof=Proof.CODE,
        at=at,
    )


def begin_sign_in(session, challenge, *, caller=None, actor=None):
    passkeys.begin_sign_in(
        session,
        PARTY,
        caller or browser(),
        challenge=challenge,
        at=LATER,
        actor=actor,
    )


def sign_in(session, device, challenge, *, caller=None, at=LATER):
    return passkeys.enter_with_passkey(
        session,
        PARTY,
        caller or browser(),
        answer=replace(device, challenge=challenge).use(),
        session_token="k" * 43,
        at=at,
    )


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def test_who_has_a_passkey_comes_in_with_it(session, house, registered):
    begin_sign_in(session, SECOND)
    assert sign_in(session, registered, SECOND) == house.carita
    found = sessions.find_signed_in(session, token="k" * 43, at=LATER)
    assert found.proof is Proof.PASSKEY
    [line] = passkeys.list_own_passkeys(session, house.carita)
    assert (line.name, line.used_at) == ("työpuhelin", LATER)


def test_an_answer_is_worth_something_once(session, registered):
    begin_sign_in(session, SECOND)
    sign_in(session, registered, SECOND)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND)
    assert count(session, SessionRecord) == 1


def test_a_refused_answer_uses_the_challenge_up_too(session, registered):
    begin_sign_in(session, SECOND)
    with pytest.raises(PasskeyRefused):
        sign_in(session, replace(registered, flags=0x01), SECOND)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND)


def test_another_browser_cannot_answer(session, registered):
    begin_sign_in(session, SECOND)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND, caller=browser("x"))


def test_a_challenge_of_ones_own_making_is_refused(session, registered):
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND)


def test_after_five_minutes_it_is_too_late(session, registered):
    begin_sign_in(session, SECOND)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND, at=LATER + timedelta(minutes=5))


def test_a_challenge_for_one_thing_answers_for_nothing_else(session, house, registered):
    begin_sign_in(session, SECOND, actor=house.carita)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, SECOND)
    begin(session, house.ilkka.person_id, b"3" * 32)
    with pytest.raises(PasskeyRefused):
        sign_in(session, registered, b"3" * 32)
    begin(session, house.ilkka.person_id, b"4" * 32)
    with pytest.raises(PasskeyRefused):  # begun for Ilkka, answered for Oona
        register(session, house.oona, Authenticator(credential_id=b"o"), b"4" * 32)


def test_an_unknown_or_removed_one_opens_nothing(session, house, registered):
    begin_sign_in(session, SECOND)
    with pytest.raises(PasskeyUnknown):
        sign_in(session, Authenticator(credential_id=b"x" * 16), SECOND)
    [line] = passkeys.list_own_passkeys(session, house.carita)
    with pytest.raises(NotFound):
        passkeys.remove_own_passkey(session, house.ilkka, passkey_id=line.id, at=LATER)
    passkeys.remove_own_passkey(session, house.carita, passkey_id=line.id, at=LATER)
    begin_sign_in(session, b"3" * 32)
    with pytest.raises(PasskeyUnknown):
        sign_in(session, registered, b"3" * 32)
    kept = session.scalar(select(PasskeyRecord))
    assert kept.public_key == registered.cose_key()  # for who checks what it signed


def test_the_same_one_is_not_registered_twice(session, house, registered):
    begin(session, house.ilkka.person_id, SECOND)
    with pytest.raises(PasskeyExists):
        register(session, house.ilkka, registered, SECOND)
    assert passkeys.list_own_passkeys(session, house.ilkka) == []


def test_confirming_takes_ones_own_passkey_and_gives_a_new_id(
    session, house, registered
):
    for actor, challenge in ((house.ilkka, SECOND), (house.carita, b"3" * 32)):
        token = actor.name[0] * 43
        sessions.open_session(session, actor.person_id, token=token, at=LATER)
        begin_sign_in(session, challenge, actor=actor)
    given = {"at": LATER, "new_token": "n" * 43}
    with pytest.raises(PasskeyUnknown):
        confirmation.confirm_with_passkey(
            session,
            PARTY,
            browser(),
            house.ilkka,
            answer=replace(registered, challenge=SECOND).use(),
            token="I" * 43,
            **given,
        )
    session.rollback()
    confirmation.confirm_with_passkey(
        session,
        PARTY,
        browser(),
        house.carita,
        answer=replace(registered, challenge=b"3" * 32).use(),
        token="C" * 43,
        **given,
    )
    assert sessions.find_actor(session, token="C" * 43, at=LATER) is None
    found = sessions.find_signed_in(session, token="n" * 43, at=LATER)
    assert (found.actor, found.proof) == (house.carita, Proof.PASSKEY)


@pytest.fixture
def enrolling(session, house):
    enrolment.make_enrolment_link(
        session,
        person_id=house.kaarlo.person_id,
        channel=Channel.SCREEN,
        token=LINK,
        language="fi",
        at=LATER,
        by=house.anneli,
    )


def enrol(session, device, challenge, *, at=LATER, token="k" * 43):
    enrolment.begin_enrolment(
        session, PARTY, browser(), link=LINK, challenge=challenge, at=at
    )
    return enrolment.enrol(
        session,
        PARTY,
        browser(),
        link=LINK,
        answer=replace(device, challenge=challenge).register(),
        name="",
        session_token=token,
        at=at,
    )


def test_an_enrolment_link_registers_one_passkey(session, house, enrolling):
    assert enrol(session, DEVICE, FIRST) == house.kaarlo
    found = sessions.find_signed_in(session, token="k" * 43, at=LATER)
    assert found.proof is Proof.PASSKEY
    kept = session.scalar(select(PasskeyRecord))
    assert (kept.enrolled_by, kept.proof_at_enrolment) == (
        house.anneli.person_id,
        "none",
    )
    with pytest.raises(LinkClosed):
        enrol(session, Authenticator(credential_id=b"y" * 16), SECOND)


def test_of_two_who_began_with_one_link_one_gets_a_passkey(session, house, enrolling):
    other = Authenticator(credential_id=b"y" * 16)
    for challenge in (FIRST, SECOND):
        enrolment.begin_enrolment(
            session, PARTY, browser(), link=LINK, challenge=challenge, at=LATER
        )
    enrol(session, DEVICE, b"3" * 32)
    with pytest.raises(LinkClosed):
        enrolment.enrol(
            session,
            PARTY,
            browser(),
            link=LINK,
            answer=replace(other, challenge=SECOND).register(),
            name="",
            session_token="t" * 43,
            at=LATER,
        )
    assert count(session, PasskeyRecord) == 1


def test_a_link_that_was_used_meanwhile_leaves_no_passkey(
    session, house, enrolling, monkeypatch
):
    """Two answers at the same moment: both find the link open, one uses it."""
    real = enrolment.rows.use_link
    monkeypatch.setattr(enrolment.rows, "use_link", lambda *_, **__: False)
    with pytest.raises(LinkClosed):
        enrol(session, DEVICE, FIRST)
    monkeypatch.setattr(enrolment.rows, "use_link", real)
    assert count(session, PasskeyRecord) == 0
    assert count(session, SessionRecord) == 0
    assert enrol(session, DEVICE, SECOND) == house.kaarlo


def test_a_failed_registration_leaves_the_link_as_it_was(session, house, enrolling):
    with pytest.raises(PasskeyRefused):
        enrol(session, replace(DEVICE, flags=0x01), FIRST)
    assert enrol(session, DEVICE, SECOND) == house.kaarlo


def test_it_holds_for_a_day_and_a_newer_one_ends_it(session, house, enrolling):
    with pytest.raises(LinkClosed):
        enrol(session, DEVICE, FIRST, at=LATER + timedelta(hours=24))
    enrolment.make_enrolment_link(
        session,
        person_id=house.kaarlo.person_id,
        channel=Channel.SCREEN,
        token="f" * 32,
        language="fi",
        at=LATER,
        by=house.anneli,
    )
    with pytest.raises(LinkClosed):
        enrol(session, DEVICE, SECOND)
    links = session.scalars(select(EntryLinkRecord)).all()
    assert {link.kind for link in links} == {LinkKind.ENROLMENT.value}
