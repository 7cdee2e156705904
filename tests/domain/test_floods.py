from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.domain.floods import list_floods
from issuer.domain.signoffs import Assurance, Mark, SignOff

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def given(count, *, apart=60.0, first=1, after=0.0, by=1, mark=Mark.INDEPENDENTLY):
    """Return `count` marks, `apart` seconds from each other."""
    return [
        SignOff(
            id=first + i,
            sequence=first + i,
            requirement_id=first + i,
            instructor_id=by,
            instructor_name=f"instructor {by}",
            task_name="",
            site_name="",
            mark=mark,
            remark="",
            observed_on="2026-11-24",
            signed_at=START + timedelta(seconds=after + apart * i),
            received_at=START + timedelta(days=9),
            assurance=Assurance.S2,
            is_withdrawn=False,
        )
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "apart", "floods"),
    [(9, 0, []), (10, 0, [10]), (10, 66.6, [10]), (10, 67, []), (25, 60, [25])],
)
def test_ten_within_ten_minutes_are_a_flood(count, apart, floods):
    found = list_floods(given(count, apart=apart)[::-1])
    assert [flood.count for flood in found] == floods


def test_other_marks_instructors_and_withdrawn_ones_are_not_added_up():
    five = given(5, apart=1)
    assert not list_floods(five + given(5, first=6, apart=1, mark=Mark.NOT_YET))
    assert not list_floods(five + given(5, first=6, apart=1, by=2))
    ten = five + given(5, first=6, apart=1)
    assert list_floods(ten)
    assert not list_floods([*ten[1:], replace(ten[0], is_withdrawn=True)])


def test_two_floods_are_told_apart_the_newest_first():
    later = given(10, first=11, apart=0, after=5 * 3600)
    found = list_floods(given(10, apart=20) + later)
    assert [flood.first for flood in found] == [later[0].signed_at, START]
    assert [flood.minutes for flood in found] == [1, 3]
