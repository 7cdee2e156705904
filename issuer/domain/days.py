"""Which day it is in Finland: sign-offs, cards and certificates are dated by it."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

HELSINKI: Final = ZoneInfo("Europe/Helsinki")


def day_in_finland(instant: datetime) -> date:
    """Return the day that an aware instant falls on in Finland."""
    return instant.astimezone(HELSINKI).date()
