import pytest

KILLS = 25


@pytest.mark.faults
def test_after_any_kill_the_books_and_the_list_agree(count_after_kills):
    assert count_after_kills("revoking", kills=KILLS, word="revoked,") > KILLS // 2
