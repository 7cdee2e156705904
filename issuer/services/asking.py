"""Whom a participant may ask for a sign-off: the instructors that the coach named."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.entry import NobodyToInvite
from issuer.domain.people import Actor, Role
from issuer.records import mapping, periods
from issuer.services.authority import require_role_of
from issuer.services.entry_links import require_invitable


@dataclass(frozen=True, slots=True)
class AskableInstructor:
    """An instructor of one of the participant's own periods."""

    period_id: int
    instructor_id: int
    name: str
    site: str


def list_askable(session: Session, actor: Actor) -> list[AskableInstructor]:
    """Return the instructors whose phone a participant's screen may show a link to.

    Somebody who also works in the office signs in with a passkey and is left out.
    Raises NotAllowed.
    """
    require_role_of(actor, Role.PARTICIPANT)
    found = []
    scope = actor.organisation_id
    for period in periods.list_periods(
        session, organisation_id=scope, participant_id=actor.person_id
    ):
        site = mapping.get_site(session, period.site_id, organisation_id=scope).name
        for person in periods.list_instructors(session, period_id=period.id):
            try:
                require_invitable(session, person.id)
            except NobodyToInvite:
                continue
            found.append(AskableInstructor(period.id, person.id, person.name, site))
    return found
