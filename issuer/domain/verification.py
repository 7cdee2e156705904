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


class Reason(StrEnum):
    """Why a check did not pass, in one word for programs; its meaning never changes."""

    UNREADABLE = "unreadable"
    FOREIGN_FORM = "foreign_form"
    NOT_REACHED = "not_reached"
    ISSUER_UNKNOWN = "issuer_unknown"
    KEY_NOT_THEIRS = "key_not_theirs"
    KEY_NOT_YET = "key_not_yet"
    KEY_RETIRED = "key_retired"
    KEY_REVOKED = "key_revoked"
    ALTERED = "altered"
    INCONSISTENT = "inconsistent"
    ADDRESS_NOT_OURS = "address_not_ours"
    AHEAD = "ahead"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    LIST_ABSENT = "list_absent"
    LIST_MISSING = "list_missing"
    LIST_UNREADABLE = "list_unreadable"
    LIST_FOREIGN = "list_foreign"
    LIST_UNSEALED = "list_unsealed"
    LIST_OLD = "list_old"
    NOT_IN_BOOKS = "not_in_books"
    PAGE_UNKNOWN = "page_unknown"
    SEAL_ABSENT = "seal_absent"
    SEAL_TOO_LARGE = "seal_too_large"
    SEAL_UNKNOWN = "seal_unknown"
    SEAL_EXPIRED = "seal_expired"
    SEAL_REVOKED = "seal_revoked"
    SEAL_UNLOCKED = "seal_unlocked"


# The certificate was good once and has ended; nothing in it was changed.
ENDS = (Reason.SUPERSEDED, Reason.REVOKED, Reason.EXPIRED)


@dataclass(frozen=True, slots=True)
class Check:
    """One question, what was found, and a sentence a teacher understands.

    `text` is an English sentence that edges translate; `facts` fill its places.
    `reason` tells programs why it did not pass; a passed check has none. Raises
    ValueError for one that has, and for any other without.
    """

    name: str
    outcome: Outcome
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    reason: Reason | None = None

    def __post_init__(self) -> None:
        if (self.reason is None) != (self.outcome is Outcome.PASSED):
            raise ValueError(f"the check {self.name}: a reason is for what fails")


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one certificate at one instant.

    `replaces` are the serials of earlier certificates that it has superseded.
    """

    serial: str
    verdict: Verdict
    at: datetime
    checks: tuple[Check, ...]
    replaces: tuple[str, ...] = ()

    @property
    def end(self) -> Reason | None:
        """What ended the certificate, where nothing else is wrong with it; or None."""
        reasons = {c.reason for c in self.checks if c.outcome is not Outcome.PASSED}
        if not reasons <= set(ENDS):
            return None
        return next((end for end in ENDS if end in reasons), None)


def conclude(
    serial: str,
    checks: Iterable[Check],
    *,
    at: datetime,
    replaces: Iterable[str] = (),
) -> Report:
    """Draw the verdict: any failure fails, any unknown leaves it open, none is open."""
    found = tuple(checks)
    outcomes = {check.outcome for check in found}
    if Outcome.FAILED in outcomes:
        verdict = Verdict.NOT_VALID
    elif outcomes == {Outcome.PASSED}:
        verdict = Verdict.VALID
    else:
        verdict = Verdict.UNKNOWN
    return Report(serial, verdict, at, found, tuple(replaces))


def unknown_serial(*, at: datetime) -> Report:
    """Report on a serial that is malformed or was never issued: one and the same."""
    check = Check(
        "issued",
        Outcome.UNKNOWN,
        sentence(
            "This service knows no certificate with this number. "
            "Check the number against the paper."
        ),
        reason=Reason.NOT_IN_BOOKS,
    )
    return conclude("", [check], at=at)
