import pytest

KILLS = 50


@pytest.mark.faults
def test_fifty_kills_lose_double_and_half_issue_nothing(count_after_kills):
    assert count_after_kills("releasing", kills=KILLS, word="issued") > KILLS // 5
