"""How far the pages of certificates that were released together are."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.domain.certificates import PageState
from issuer.domain.people import Actor, Role
from issuer.records import certificates as rows
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class ReleasedLine:
    """A certificate of a release, and whether its PDF is stored."""

    id: int
    proposal_id: int
    serial: str
    has_page: bool


def list_released(
    session: Session, actor: Actor, *, proposal_ids: Collection[int]
) -> list[ReleasedLine]:
    """Return the certificates of these proposals, of the actor's organisation.

    Raises NotAllowed.
    """
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    return [
        ReleasedLine(id_, proposal_id, serial, page_state == PageState.STORED.value)
        for id_, proposal_id, serial, page_state in rows.list_page_states(
            session,
            organisation_id=actor.organisation_id,
            proposal_ids=proposal_ids,
        )
    ]
