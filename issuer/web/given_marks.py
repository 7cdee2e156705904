"""What an instructor marked on the page of a task, read from the form and checked.

The same fields travel from the page of the task to the check page and on to signing,
or back to be changed; nothing is kept in between. Nothing here signs anything.
"""

import re
from dataclasses import dataclass
from datetime import date

from flask import request

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.signoffs import (
    DateOutsidePeriod,
    Mark,
    MarkMissing,
    RequirementNotMapped,
)
from issuer.domain.texts import clean_paragraphs
from issuer.services.ledger import SignableRequirement, SignableTask
from issuer.services.periods import PeriodLine
from issuer.services.signoffs import GivenMark
from issuer.web import forms

LONGEST_REMARK = 500
_MARK_FIELD = re.compile(r"mark-(\d{1,18})", re.ASCII)


class RemarkWithoutMark(IssuerError):
    """A remark was written about a skill that got no mark."""

    code = "form.remark_without_mark"
    sentence = sentence(
        "You wrote a remark about a skill but chose no mark for it. "
        "Choose a mark, or clear the remark."
    )


@dataclass(frozen=True, slots=True)
class SignableDays:
    """The days a sign-off may speak of, as of today; none where `last` < `first`."""

    first: date
    last: date

    @property
    def is_open(self) -> bool:
        return self.first <= self.last


@dataclass(frozen=True, slots=True)
class ChosenMark:
    """One row of the check page: exactly what will be recorded."""

    requirement: SignableRequirement
    mark: Mark
    remark: str


@dataclass(frozen=True, slots=True)
class Observation:
    """All that one press of the button will sign."""

    observed_on: date
    chosen: tuple[ChosenMark, ...]

    def as_marks(self) -> dict[int, GivenMark]:
        return {
            line.requirement.mapping_id: GivenMark(line.mark, line.remark)
            for line in self.chosen
        }


def signable_days(period: PeriodLine, *, today: date) -> SignableDays:
    last = min(today, period.ends_on) if period.ends_on else today
    return SignableDays(period.starts_on, last)


def read_observation(task: SignableTask, days: SignableDays) -> Observation:
    """Read the form; errors carry the field to go to in their facts.

    Raises MarkMissing, RequirementNotMapped, RemarkWithoutMark, DateMalformed,
    DateOutsidePeriod and the errors of texts.
    """
    _require_own_fields(task)
    chosen = tuple(
        line for requirement in task.requirements if (line := _find_choice(requirement))
    )
    if not chosen:
        raise MarkMissing(field=f"mark-{task.requirements[0].mapping_id}")
    observed_on = forms.day("observed_on")
    if not days.first <= observed_on <= days.last:
        raise DateOutsidePeriod(field="observed_on")
    return Observation(observed_on, chosen)


def _require_own_fields(task: SignableTask) -> None:
    """Refuse marks of a mapping that is not, or no longer, part of this task."""
    known = {str(requirement.mapping_id) for requirement in task.requirements}
    sent = {found[1] for name in request.form if (found := _MARK_FIELD.fullmatch(name))}
    if sent - known or not known:
        raise RequirementNotMapped


def _find_choice(requirement: SignableRequirement) -> ChosenMark | None:
    field = f"mark-{requirement.mapping_id}"
    remark = _read_remark(requirement.mapping_id)
    given = forms.text(field)
    if not given:
        if remark:
            raise RemarkWithoutMark(field=field)
        return None
    try:
        return ChosenMark(requirement, Mark(given), remark)
    except ValueError:
        raise MarkMissing(field=field) from None


def _read_remark(mapping_id: int) -> str:
    typed = forms.text(f"remark-{mapping_id}")
    try:
        return clean_paragraphs(typed, field="remark", limit=LONGEST_REMARK)
    except IssuerError as error:
        # The page gives the refused remark the id "remark", so that its link works.
        error.facts.update(field="remark", mapping=mapping_id)
        raise
