"""A PIN opens the browser it was set on, five tries at a time."""

from datetime import timedelta

import pytest

from issuer.domain.entry import (
    PIN_LOCK,
    PinDiffers,
    PinLocked,
    PinMalformed,
    PinWrong,
    Proof,
    StaffNeedPasskey,
)
from issuer.domain.errors import NotFound
from issuer.records import devices as records
from issuer.records.devices import DeviceRecord
from issuer.services import code_requests, confirmation, devices, sessions, ways_in
from tests.cast import LATER
from tests.services.entry_fixtures import ask_code, browser, enter, invite_ilkka

PIN = "482913"


@pytest.fixture
def device_id(session, house):
    """Ilkka's phone `b`, opened by a code, with his PIN."""
    invite_ilkka(session, house)
    ask_code(session)
    enter(session)
    devices.set_pin(session, house.ilkka, token="b" * 43, pin=PIN, again=PIN, at=LATER)
    [line] = devices.list_own_devices(session, house.ilkka, token="b" * 43)
    return line.id


def type_pin(session, device_id, pin=PIN, *, caller=None, at=LATER, token="p" * 43):
    return devices.enter_with_pin(
        session,
        caller or browser("b"),
        device_id=device_id,
        pin=pin,
        session_token=token,
        at=at,
    )


def test_the_pin_lets_in_on_the_browser_it_was_set_on(session, house, device_id):
    assert type_pin(session, device_id) == house.ilkka
    found = sessions.find_signed_in(session, token="p" * 43, at=LATER)
    assert found.proof is Proof.PIN


def test_in_another_browser_the_right_pin_is_nothing_and_locks_nothing(
    session, device_id
):
    for _ in range(7):
        with pytest.raises(NotFound):
            type_pin(session, device_id, caller=browser("x"))
    assert type_pin(session, device_id)


def test_five_wrong_ones_lock_it_for_a_quarter_of_an_hour(session, device_id):
    for left in (4, 3, 2, 1):
        with pytest.raises(PinWrong) as refused:
            type_pin(session, device_id, "999999")
        assert refused.value.facts["left"] == left
    with pytest.raises(PinLocked):
        type_pin(session, device_id, "999999")
    with pytest.raises(PinLocked):
        type_pin(session, device_id)
    with pytest.raises(PinLocked):
        type_pin(session, device_id, at=LATER + PIN_LOCK - timedelta(seconds=1))
    assert type_pin(session, device_id, at=LATER + PIN_LOCK)


def test_the_fifth_try_may_still_be_the_right_one(session, device_id):
    for _ in range(4):
        with pytest.raises(PinWrong):
            type_pin(session, device_id, "999999")
    assert type_pin(session, device_id)
    assert type_pin(session, device_id, token="q" * 43)


def test_a_crash_right_after_the_last_try_leaves_it_locked_for_its_time(
    session, device_id
):
    for _ in range(5):
        assert records.take_pin_try(session, device_id, at=LATER) is not None
    session.commit()
    with pytest.raises(PinLocked):
        type_pin(session, device_id)
    assert type_pin(session, device_id, at=LATER + PIN_LOCK)


def test_after_a_lock_there_are_five_tries_again_and_not_more(session, device_id):
    for _ in range(5):
        with pytest.raises((PinWrong, PinLocked)):
            type_pin(session, device_id, "999999")
    later = LATER + PIN_LOCK
    for _ in range(4):
        with pytest.raises(PinWrong):
            type_pin(session, device_id, "999999", at=later)
    with pytest.raises(PinLocked):
        type_pin(session, device_id, "999999", at=later)


def test_the_right_one_gives_the_tries_back(session, device_id):
    for _ in range(3):
        with pytest.raises(PinWrong):
            type_pin(session, device_id, "999999")
    type_pin(session, device_id)
    with pytest.raises(PinWrong) as refused:
        type_pin(session, device_id, "999999", token="q" * 43)
    assert refused.value.facts["left"] == 4


def test_a_new_code_opens_a_locked_browser(session, house, device_id):
    for _ in range(5):
        with pytest.raises((PinWrong, PinLocked)):
            type_pin(session, device_id, "999999")
    code_requests.request_code_on_device(
        session, browser("b"), device_id=device_id, code="555555", at=LATER
    )
    entered = enter(
        session,
        "555555",
        caller=browser("b"),
        new_browser="c" * 43,
        session_token="t" * 43,
    )
    assert not entered.is_first_visit
    devices.set_pin(
        session, house.ilkka, token="c" * 43, pin="731905", again="731905", at=LATER
    )
    assert type_pin(session, device_id, "731905", caller=browser("c"))
    with pytest.raises(NotFound):  # the token from before the code is dead
        type_pin(session, device_id, "731905", caller=browser("b"))


@pytest.mark.parametrize(
    "pin",
    [
        "-",
        "12345",
        "1234567",
        "123456",
        "654321",
        "000000",
        "12345a",
        "١٢٣٤٥٧",
        "48-913",
    ],
)
def test_a_pin_that_anybody_would_try_first_is_refused(session, house, device_id, pin):
    with pytest.raises(PinMalformed):
        devices.set_pin(
            session, house.ilkka, token="b" * 43, pin=pin, again=pin, at=LATER
        )


def test_a_pin_typed_in_two_ways_is_refused(session, house, device_id):
    with pytest.raises(PinDiffers):
        devices.set_pin(
            session, house.ilkka, token="b" * 43, pin=PIN, again="482914", at=LATER
        )


def test_a_pin_is_set_only_where_a_code_came_first(session, house):
    with pytest.raises(NotFound):
        devices.set_pin(
            session, house.ilkka, token="z" * 43, pin=PIN, again=PIN, at=LATER
        )
    with pytest.raises(StaffNeedPasskey):
        devices.set_pin(
            session, house.carita, token="z" * 43, pin=PIN, again=PIN, at=LATER
        )


def test_it_is_kept_as_argon2id(session, device_id):
    kept = session.get(DeviceRecord, device_id).pin_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PIN not in kept


def test_a_forgotten_browser_needs_a_code(session, house, device_id):
    devices.remove_own_device(session, house.ilkka, device_id=device_id, at=LATER)
    with pytest.raises(NotFound):
        type_pin(session, device_id)
    assert devices.list_known_people(session, token="b" * 43, at=LATER) == []
    assert session.get(DeviceRecord, device_id).pin_hash is None


def test_nobody_forgets_or_confirms_with_somebody_elses(session, house, device_id):
    with pytest.raises(NotFound):
        devices.remove_own_device(session, house.oona, device_id=device_id, at=LATER)
    sessions.open_session(session, house.oona.person_id, token="o" * 43, at=LATER)
    with pytest.raises(NotFound):
        confirmation.confirm_with_pin(
            session,
            browser("b"),
            house.oona,
            device_id=device_id,
            pin=PIN,
            token="o" * 43,
            new_token="n" * 43,
            at=LATER,
        )
    found = sessions.find_signed_in(session, token="o" * 43, at=LATER)
    assert found.proof is Proof.NONE


def test_confirming_goes_on_under_a_new_id(session, house, device_id):
    later = LATER + timedelta(hours=1)
    confirmation.confirm_with_pin(
        session,
        browser("b"),
        house.ilkka,
        device_id=device_id,
        pin=PIN,
        token="s" * 43,
        new_token="n" * 43,
        at=later,
    )
    assert sessions.find_signed_in(session, token="s" * 43, at=later) is None
    found = sessions.find_signed_in(session, token="n" * 43, at=later)
    assert (found.proof, found.proved_at) == (Proof.PIN, later)


def test_the_office_closes_every_way_in_at_once(session, house, device_id):
    ways_in.close_ways_in(
        session, house.carita, person_id=house.ilkka.person_id, at=LATER
    )
    assert ways_in.view_ways_in(
        session, house.carita, person_id=house.ilkka.person_id, at=LATER
    ).is_empty
    assert sessions.find_actor(session, token="s" * 43, at=LATER) is None
    with pytest.raises(NotFound):
        type_pin(session, device_id)
