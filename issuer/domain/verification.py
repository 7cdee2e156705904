"""The answer to "does this certificate hold?": checks, outcomes and a verdict.

Passed, failed and unknown are three things. What could not be checked is never shown
as valid, nor as forged (architecture.md, rule 3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from issuer.domain.errors import sentence


class Outcome(StrEnum):
    """What one check found."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What all checks together say."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One question, what was found, and a sentence a teacher understands.

    `text` is an English sentence that edges translate; `facts` fill its places.
    """

    name: str
    outcome: Outcome
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one certificate at one instant."""

    serial: str
    verdict: Verdict
    at: datetime
    checks: tuple[Check, ...]


def conclude(serial: str, checks: Iterable[Check], *, at: datetime) -> Report:
    """Draw the verdict: any failure fails, any unknown leaves it open, none is open."""
    found = tuple(checks)
    outcomes = {check.outcome for check in found}
    if Outcome.FAILED in outcomes:
        verdict = Verdict.NOT_VALID
    elif outcomes == {Outcome.PASSED}:
        verdict = Verdict.VALID
    else:
        verdict = Verdict.UNKNOWN
    return Report(serial, verdict, at, found)


def unknown_serial(*, at: datetime) -> Report:
    """Report on a serial that is malformed or was never issued: one and the same."""
    check = Check(
        "issued",
        Outcome.UNKNOWN,
        sentence(
            "This service knows no certificate with this number. "
            "Check the number against the paper."
        ),
    )
    return conclude("", [check], at=at)
