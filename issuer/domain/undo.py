"""The undo window: for a while after signing, what was signed is not yet settled.

Until it closes its instructor undoes with one tap, by a new record, and no proposal
or certificate rests on it. The window runs from when the server received the sign-off:
a device's own clock decides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.domain.coverage import Coverage, CoveredRequirement
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.signoffs import SignOff


class UndoClosed(IssuerError):
    """The window has closed, or what is to be undone does not count any more."""

    code = "sign_off.undo_closed"
    sentence = sentence(
        "The time to undo is over. You can still take the sign-off back "
        "on the page of your sign-offs."
    )


class StillUndoable(IssuerError):
    """A proposal or certificate would rest on what can still be undone."""

    code = "sign_off.still_undoable"
    sentence = sentence(
        "The instructor can still undo some of these sign-offs. "
        "They are settled in %(minutes)s min; try again then."
    )


@dataclass(frozen=True, slots=True)
class OpenSignOff:
    """A sign-off that counts for a requirement and can still be undone."""

    requirement: CoveredRequirement
    sign_off: SignOff
    until: datetime


def is_open(received_at: datetime, *, undo: timedelta, at: datetime) -> bool:
    """Tell whether what was received then can still be undone."""
    return received_at + undo > at


def list_open(
    coverages: Iterable[Coverage], *, undo: timedelta, at: datetime
) -> list[OpenSignOff]:
    """Return what counts in these units and can still be undone, by when it settles."""
    found = [
        OpenSignOff(requirement, sign_off, sign_off.received_at + undo)
        for coverage in coverages
        for requirement in coverage.requirements
        for sign_off in (requirement.standing.counting if requirement.standing else ())
        if is_open(sign_off.received_at, undo=undo, at=at)
    ]
    return sorted(found, key=lambda each: each.until)


def require_settled(
    coverages: Iterable[Coverage], *, undo: timedelta, at: datetime
) -> None:
    """Raise StillUndoable while anything that counts in these units can be undone."""
    if found := list_open(coverages, undo=undo, at=at):
        seconds = (found[-1].until - at).total_seconds()
        raise StillUndoable(minutes=int(-(-seconds // 60)))
