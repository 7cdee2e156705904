"""The only reader of the wall clock. Everything below takes `at` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC, in whole microseconds."""
    return datetime.now(UTC)
