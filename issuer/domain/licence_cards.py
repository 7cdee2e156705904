"""Licence cards (työelämän kortit): credentials of others that a coach has seen.

We state that a card was seen, by whom and when, and what stood on it. Whether it is
genuine and still in force is for its own issuer to say. No card number is kept, as one
may hold a personal identity code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError, sentence

# What stands on the commonest cards; any other name can be written.
KNOWN_CARDS: Mapping[str, tuple[str, ...]] = {
    "fi": (
        "Hygieniapassi",
        "Työturvallisuuskortti",
        "Tulityökortti",
        "Tieturva 1",
        "Tieturva 2",
        "Ensiapukortti EA 1",
        "Ensiapukortti EA 2",
        "Hätäensiapukortti",
        "Trukkikortti",
        "Trukinkuljettajan ajolupa",
        "Henkilönostinkortti",
        "Vesityökortti",
        "Anniskelupassi",
    ),
    "sv": (
        "Hygienpass",
        "Arbetarskyddskort",
        "Kort för heta arbeten",
        "Vägskydd 1",
        "Vägskydd 2",
        "Första hjälpen 1",
        "Första hjälpen 2",
        "Truckkort",
        "Serveringspass",
    ),
}


class LicenceCardDatesDisagree(IssuerError):
    """A card was seen before it was issued, or on a day that has not come."""

    code = "licence_card.dates_disagree"
    sentence = sentence(
        "The days do not agree: a card is issued first, then seen, and seen at the "
        "latest today. It can be valid until a later day only."
    )


class LicenceCardExpired(IssuerError):
    """A card's last day has passed."""

    code = "licence_card.expired"
    sentence = sentence(
        "The card “%(card)s” is no longer valid, so it is not listed. "
        "See the renewed card and record it."
    )


@dataclass(frozen=True, slots=True)
class LicenceCard:
    """A card as a coach saw it; `seen_by` is the coach's name."""

    id: int
    name: str
    issuer: str
    issued_on: date
    valid_until: date | None
    seen_on: date
    seen_by: str

    def is_expired(self, on: date) -> bool:
        """Tell whether the card's last day is before `on`."""
        return is_expired(self.valid_until, on=on)


def require_card_dates(
    *, issued_on: date, valid_until: date | None, seen_on: date, today: date
) -> None:
    """Raise LicenceCardDatesDisagree unless the days of a card can be true."""
    if not issued_on <= seen_on <= today:
        raise LicenceCardDatesDisagree(field="seen_on")
    if valid_until is not None and valid_until < issued_on:
        raise LicenceCardDatesDisagree(field="valid_until")


def is_expired(valid_until: date | None, *, on: date) -> bool:
    """Tell whether the card's last day is before `on`."""
    return valid_until is not None and valid_until < on


def was_expired(valid_until: str | None, *, issued_at: str) -> bool:
    """Tell whether a card's last day was past when a certificate was issued.

    Both as statements hold them: an ISO 8601 day, and an instant in UTC.
    """
    last = date.fromisoformat(valid_until) if valid_until else None
    return is_expired(last, on=day_in_finland(datetime.fromisoformat(issued_at)))


def require_valid(card: str, valid_until: date | None, *, on: date) -> None:
    """Raise LicenceCardExpired if the card's last day is before `on`."""
    if is_expired(valid_until, on=on):
        raise LicenceCardExpired(card=card, field="valid_until")
