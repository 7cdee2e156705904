from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.domain.coverage import UnitOutline, coverage_of
from issuer.domain.signoffs import Assurance, Mark, SignOff, standings_of
from issuer.domain.texts import LocalText
from issuer.domain.undo import StillUndoable, is_open, list_open, require_settled

RECEIVED = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEN = timedelta(minutes=10)
SIGNED = SignOff(
    id=1,
    sequence=1,
    requirement_id=7,
    instructor_id=1,
    instructor_name="",
    task_name="",
    site_name="",
    mark=Mark.NOT_YET,
    remark="",
    observed_on="2026-11-24",
    signed_at=RECEIVED - timedelta(days=3),
    received_at=RECEIVED,
    assurance=Assurance.S2,
    is_withdrawn=False,
)


def covered(*sign_offs):
    text = LocalText(fi="x")
    unit = UnitOutline(1, None, text, None, ((text, ((7, "k", None, text),)),))
    return [coverage_of(unit, standings_of(sign_offs, []))]


def test_the_window_runs_from_arrival_and_its_last_instant_is_outside():
    just = TEN - timedelta(microseconds=1)
    assert is_open(RECEIVED, undo=TEN, at=RECEIVED + just)
    assert not is_open(RECEIVED, undo=TEN, at=RECEIVED + TEN)
    assert not is_open(RECEIVED, undo=timedelta(0), at=RECEIVED)


def test_what_counts_is_settled_last_by_the_latest():
    later = replace(SIGNED, id=2, sequence=2, instructor_id=2)
    later = replace(later, received_at=RECEIVED + timedelta(minutes=4, seconds=1))
    found = list_open(covered(later, SIGNED), undo=TEN, at=RECEIVED)
    assert [each.sign_off.id for each in found] == [1, 2]
    with pytest.raises(StillUndoable) as refused:
        require_settled(covered(later, SIGNED), undo=TEN, at=RECEIVED)
    assert refused.value.facts["minutes"] == 15


def test_withdrawn_and_settled_marks_keep_nothing_open():
    withdrawn = replace(SIGNED, is_withdrawn=True)
    assert list_open(covered(withdrawn), undo=TEN, at=RECEIVED) == []
    require_settled(covered(SIGNED), undo=TEN, at=RECEIVED + TEN)
