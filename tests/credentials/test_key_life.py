from datetime import UTC, datetime, timedelta

import pytest

from issuer.credentials.key_life import (
    KNOWN_BEFORE_USE,
    KeyPast,
    NextKeyTooNew,
    RevocationAhead,
    RevocationLater,
    activated,
    retired,
    revoked,
    state_of,
)
from issuer.credentials.key_ring import KeyRing
from tests.credentials.test_key_ring import JUNE, public_key

SECOND = timedelta(seconds=1)
HALF_A_SECOND = timedelta(milliseconds=500)


def test_each_key_has_one_state() -> None:
    keys = {
        "replaced": public_key(1),
        "in force": public_key(2),
        "next": public_key(3, activated=None),
        "retired": public_key(4, retired=JUNE),
        "revoked": public_key(5, retired=JUNE, revoked_from=JUNE),
    }
    ring = KeyRing.of(keys.values())

    assert {state_of(key, ring=ring): key for key in keys.values()} == keys


def test_the_next_key_is_taken_into_use_once_it_is_known() -> None:
    key = public_key(activated=None, created=JUNE)
    old = public_key(2)
    ready = JUNE + KNOWN_BEFORE_USE

    assert activated(key, at=ready + HALF_A_SECOND, in_force=old).activated == JUNE
    with pytest.raises(NextKeyTooNew, match=r"2026-06-01T00:00:00Z.*T00:05:00Z"):
        activated(key, at=ready - SECOND, in_force=old)
    for at in (JUNE, ready):
        assert activated(key, at=at, in_force=None).activated == JUNE


def test_a_seal_that_was_begun_just_before_a_rotation_is_not_dated_too_early() -> None:
    """Its clock was read first and its key afterwards, when the new one was there."""
    key = public_key(activated=None)

    assert activated(key, at=JUNE, in_force=public_key(2)).activated == (
        JUNE - KNOWN_BEFORE_USE
    )


def test_the_key_taken_into_use_is_newer_than_the_one_it_replaces() -> None:
    """Even if both were made in one second: between the two files it is in force."""
    old = public_key(1, created=JUNE)
    key = public_key(2, created=JUNE, activated=None)

    new = activated(key, at=JUNE + KNOWN_BEFORE_USE, in_force=old)

    assert new.activated == JUNE + SECOND
    ring = KeyRing.of([old, new])
    assert ring.find_in_force(new.controller, purpose=new.purpose) == new


def test_a_retired_key_leaves_time_for_what_was_begun() -> None:
    done = retired(public_key(), at=JUNE + HALF_A_SECOND)

    assert done.retired == JUNE + KNOWN_BEFORE_USE
    assert not done.may_sign
    for past in (done, public_key(2, revoked_from=JUNE)):
        with pytest.raises(KeyPast, match=past.kid):
            retired(past, at=JUNE)


def test_a_revocation_moves_backwards_only() -> None:
    done = revoked(public_key(retired=JUNE), instant=JUNE, at=JUNE)

    assert (done.revoked_from, done.retired) == (JUNE, JUNE)
    assert revoked(done, instant=JUNE, at=JUNE) == done
    earlier = datetime(2026, 3, 1, tzinfo=UTC)
    assert revoked(done, instant=earlier, at=JUNE).revoked_from == earlier
    with pytest.raises(RevocationLater, match="from 2026-06-01T00:00:00Z already"):
        revoked(done, instant=JUNE + SECOND, at=JUNE + SECOND)
    with pytest.raises(RevocationAhead, match="2026-06-01T00:00:01Z has not come"):
        revoked(public_key(), instant=JUNE + SECOND, at=JUNE)
