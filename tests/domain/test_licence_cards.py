"""The days on a card agree with the day it was seen, and an expired one is refused."""

from datetime import date, timedelta

import pytest

from issuer.domain.forbidden_claims import find_forbidden_claim
from issuer.domain.licence_cards import (
    KNOWN_CARDS,
    LicenceCard,
    LicenceCardDatesDisagree,
    LicenceCardExpired,
    require_card_dates,
    require_valid,
    was_expired,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def dates(**changes):
    days = {"issued_on": TODAY - 9 * DAY, "valid_until": None, "seen_on": TODAY - DAY}
    require_card_dates(**{**days, **changes}, today=TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seen_on": TODAY, "issued_on": TODAY, "valid_until": TODAY},
        {"valid_until": TODAY + 400 * DAY},
    ],
)
def test_days_that_can_be_true_are_taken(changes):
    dates(**changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seen_on": TODAY + DAY}, "seen_on"),
        ({"issued_on": TODAY, "seen_on": TODAY - DAY}, "seen_on"),
        ({"valid_until": TODAY - 10 * DAY}, "valid_until"),
    ],
)
def test_days_that_cannot_be_true_are_refused(changes, field):
    with pytest.raises(LicenceCardDatesDisagree) as refused:
        dates(**changes)
    assert refused.value.facts["field"] == field


def test_a_card_is_in_force_on_its_last_day_and_no_longer_the_day_after():
    card = LicenceCard(1, "Tulityökortti", "SPEK", TODAY, TODAY, TODAY, "Carita")
    assert not card.is_expired(TODAY)
    assert card.is_expired(TODAY + DAY)
    require_valid(card.name, card.valid_until, on=TODAY)
    with pytest.raises(LicenceCardExpired, match="“Tulityökortti”"):
        require_valid(card.name, card.valid_until, on=TODAY + DAY)


def test_a_card_without_a_last_day_does_not_expire():
    require_valid("Hygieniapassi", None, on=date.max)


def test_the_names_we_offer_are_names_that_we_take():
    names = [name for names in KNOWN_CARDS.values() for name in names]
    assert not [name for name in names if find_forbidden_claim(name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("valid_until", "issued_at", "expected"),
    [
        (None, "2026-11-24T12:00:00Z", False),
        ("2026-11-24", "2026-11-24T12:00:00Z", False),
        ("2026-11-24", "2026-11-24T21:59:59Z", False),
        (
            "2026-11-24",
            "2026-11-24T22:00:00Z",
            True,
        ),  # the next day has come in Finland
        ("2026-07-01", "2026-07-01T21:00:00Z", True),
    ],
)
def test_a_card_ends_with_its_last_day_in_finland(valid_until, issued_at, expected):
    assert was_expired(valid_until, issued_at=issued_at) is expected
