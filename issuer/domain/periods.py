"""Work periods: what must hold of their people and days."""

from datetime import date

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.people import Role


class PeriodBackwards(IssuerError):
    """The period ends before it starts."""

    code = "period.backwards"
    sentence = sentence("The period cannot end before it starts.")


class WrongRole(IssuerError):
    """The chosen person does not have the role this place asks for."""

    code = "period.wrong_role"
    sentence = sentence("The chosen person does not have that role.")


class InstructorIsParticipant(IssuerError):
    """Nobody instructs themselves."""

    code = "period.own_instructor"
    sentence = sentence("A participant cannot be their own instructor.")


def require_forwards(starts_on: date, ends_on: date | None) -> None:
    """Raise PeriodBackwards if the period ends before it starts."""
    if ends_on is not None and ends_on < starts_on:
        raise PeriodBackwards


def require_role(roles: frozenset[Role], role: Role) -> None:
    """Raise WrongRole unless `roles` has `role`."""
    if role not in roles:
        raise WrongRole
