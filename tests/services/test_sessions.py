"""Sessions are rows: they end by time, by their person, and at every step up."""

from datetime import timedelta

import pytest

from issuer.domain.entry import PHONE_LIMITS, STAFF_LIMITS, Proof, ProofNeeded
from issuer.domain.errors import NotFound
from issuer.domain.people import Role
from issuer.records.people import PersonRoleRecord
from issuer.records.sessions import SessionRecord
from issuer.services import sessions
from tests.cast import LATER

SECOND = timedelta(seconds=1)


def open_for(session, actor, token, *, proof=Proof.PASSKEY, at=LATER):
    sessions.open_session(session, actor.person_id, token=token, at=at, proof=proof)
    found = sessions.find_signed_in(session, token=token, at=at)
    assert found
    return found


@pytest.mark.parametrize(
    ("who", "limits"), [("carita", STAFF_LIMITS), ("ilkka", PHONE_LIMITS)]
)
def test_a_session_ends_without_use_and_at_last_in_any_case(
    session, house, who, limits
):
    actor = getattr(house, who)
    found = open_for(session, actor, "t")
    ends = LATER + limits.idle
    assert sessions.find_actor(session, token="t", at=ends - SECOND) == actor
    assert sessions.find_actor(session, token="t", at=ends) is None
    at = LATER
    while at < LATER + limits.absolute:
        sessions.mark_seen(session, found.session_id, at=at)
        assert sessions.find_actor(session, token="t", at=at)
        at += limits.idle / 2
    assert sessions.find_actor(session, token="t", at=LATER + limits.absolute) is None


def test_the_office_is_signed_out_sooner():
    assert STAFF_LIMITS.idle == timedelta(minutes=30)
    assert STAFF_LIMITS.absolute < PHONE_LIMITS.absolute


def test_who_gets_a_place_in_the_office_comes_in_anew_by_passkey(session, house):
    open_for(session, house.ilkka, "by code", proof=Proof.CODE)
    session.add(
        PersonRoleRecord(
            person_id=house.ilkka.person_id, role=Role.COACH.value, given_at=LATER
        )
    )
    session.commit()
    assert sessions.find_signed_in(session, token="by code", at=LATER) is None
    assert open_for(session, house.ilkka, "by passkey")


def test_use_is_written_down_once_a_minute(session, house):
    found = open_for(session, house.ilkka, "t")
    assert not sessions.needs_marking(found, at=LATER + timedelta(seconds=59))
    assert sessions.needs_marking(found, at=LATER + timedelta(seconds=60))


def test_a_person_sees_and_ends_their_own_alone(session, house):
    here = open_for(session, house.ilkka, "here")
    open_for(session, house.ilkka, "there")
    other = open_for(session, house.oona, "oona")
    lines = sessions.list_own_sessions(session, here, at=LATER)
    assert sorted(line.is_this for line in lines) == [False, True]
    with pytest.raises(NotFound):
        sessions.close_own_session(
            session, house.ilkka, session_id=other.session_id, at=LATER
        )
    [there] = [line for line in lines if not line.is_this]
    sessions.close_own_session(session, house.ilkka, session_id=there.id, at=LATER)
    assert sessions.find_actor(session, token="there", at=LATER) is None
    assert sessions.find_actor(session, token="here", at=LATER)
    assert sessions.find_actor(session, token="oona", at=LATER)


def test_signing_out_everywhere_leaves_others_alone(session, house):
    for token in ("one", "two"):
        open_for(session, house.ilkka, token)
    open_for(session, house.oona, "oona")
    sessions.close_every_session(session, house.ilkka, at=LATER)
    assert sessions.find_actor(session, token="one", at=LATER) is None
    assert sessions.find_actor(session, token="two", at=LATER) is None
    assert sessions.find_actor(session, token="oona", at=LATER)


def test_a_proof_is_fresh_for_ten_minutes(session, house):
    found = open_for(session, house.ilkka, "t", proof=Proof.CODE)
    sessions.require_fresh(found, at=LATER + timedelta(minutes=10))
    with pytest.raises(ProofNeeded):
        sessions.require_fresh(found, at=LATER + timedelta(minutes=10) + SECOND)


def test_a_step_up_of_nobodys_session_is_refused(session, house):
    with pytest.raises(NotFound):
        sessions.step_up(
            session, token="none", new_token="new", proof=Proof.PIN, at=LATER
        )


def test_only_a_hash_of_the_token_is_kept_and_old_rows_go(session, house):
    open_for(session, house.ilkka, "t" * 43)
    assert session.query(SessionRecord).one().token_sha256 != "t" * 43
    later = LATER + PHONE_LIMITS.absolute + SECOND
    open_for(session, house.oona, "oona", at=later)
    assert session.query(SessionRecord).count() == 1
