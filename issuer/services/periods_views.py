"""Where each work period is, and who else could instruct in one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState
from issuer.domain.signoffs import standings_of
from issuer.records import periods as rows
from issuer.records import signoffs
from issuer.services.authority import require_role_of
from issuer.services.people import PersonLine, list_people
from issuer.services.periods import PeriodLine, line_of
from issuer.services.proposals import ProposalLine, list_proposals


@dataclass(frozen=True, slots=True)
class PeriodState:
    """A period with what was seen in it and its newest proposal, if any."""

    line: PeriodLine
    identified: int
    disputed: int
    proposal: ProposalLine | None

    @property
    def is_ready(self) -> bool:
        """Tell whether a coach could propose a certificate now, and has not yet."""
        return (
            self.identified > 0
            and self.disputed == 0
            and (self.proposal is None or self.proposal.state is ProposalState.DISPUTED)
        )


def list_period_states(session: Session, actor: Actor) -> list[PeriodState]:
    """Return the organisation's periods, the newest first; raises NotAllowed.

    A checker, who has no part in proposals, sees none.
    """
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    newest: dict[int, ProposalLine] = {}
    if actor.has(Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR):
        for proposal in list_proposals(session, actor):
            newest.setdefault(proposal.period_id, proposal)
    found = rows.list_periods(session, organisation_id=actor.organisation_id)
    return [_state(session, row, newest.get(row.id)) for row in found]


def list_other_instructors(
    session: Session, actor: Actor, *, period_id: int
) -> list[PersonLine]:
    """Return the instructors not named for this period yet; raises NotFound."""
    require_role_of(actor, Role.COACH)
    period = rows.get_period(session, period_id, organisation_id=actor.organisation_id)
    named = {
        person.id for person in rows.list_instructors(session, period_id=period.id)
    }
    return [
        line
        for line in list_people(session, actor, role=Role.INSTRUCTOR)
        if line.id not in named and line.id != period.participant_id
    ]


def _state(
    session: Session, row: rows.WorkPeriodRecord, proposal: ProposalLine | None
) -> PeriodState:
    standings = standings_of(
        signoffs.list_sign_offs(session, period_id=row.id),
        signoffs.list_resolutions(session, period_id=row.id),
    ).values()
    return PeriodState(
        line=line_of(session, row),
        identified=sum(standing.identifies for standing in standings),
        disputed=sum(standing.is_disputed for standing in standings),
        proposal=proposal,
    )
