import pytest

KILLS = 15


@pytest.mark.faults
def test_after_any_kill_one_is_given_up_or_not_and_none_is_double(count_after_kills):
    assert count_after_kills("giving_up", kills=KILLS, word="anew") >= KILLS // 5
