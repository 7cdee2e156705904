"""An organisation's policy: what certificates show and rest on, and how long they hold.

The lowest assurance is looked at when a certificate is proposed, and once more when it
is released.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.assurance import require_assurance
from issuer.domain.certificates import require_validity
from issuer.domain.coverage import Coverage
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import Assurance
from issuer.records import people
from issuer.records.audit import add_audit_line
from issuer.records.proposals import ProposalRecord
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """What certificates show. A proposal keeps the policy under which it was made.

    `shows_levels`: whether the work was done with guidance or independently.
    `valid_for_months`: from the day of release; None where they do not expire.
    `lowest_assurance`: what every sign-off behind one must have at least.
    """

    shows_levels: bool = False
    hides_site: bool = False
    names_instructors: bool = True
    valid_for_months: int | None = None
    lowest_assurance: Assurance = Assurance.NONE


def view_policy(session: Session, actor: Actor) -> CertificatePolicy:
    """Return the organisation's policy, for what is proposed from now on."""
    row = people.get_organisation(session, actor.organisation_id)
    return CertificatePolicy(
        shows_levels=row.shows_levels,
        hides_site=row.hides_site,
        names_instructors=row.names_instructors,
        valid_for_months=row.valid_for_months,
        lowest_assurance=Assurance(row.lowest_assurance),
    )


def policy_of(proposal: ProposalRecord) -> CertificatePolicy:
    """Return the policy under which a proposal was made: its certificate follows it."""
    return CertificatePolicy(
        shows_levels=proposal.shows_levels,
        hides_site=proposal.policy_hides_site,
        names_instructors=proposal.names_instructors,
        valid_for_months=proposal.valid_for_months,
    )


def require_strong_enough(
    session: Session, organisation_id: int, coverages: Iterable[Coverage]
) -> None:
    """Raise AssuranceTooLow unless the organisation issues on these sign-offs."""
    row = people.get_organisation(session, organisation_id)
    require_assurance(coverages, Assurance(row.lowest_assurance))


def set_policy(
    session: Session, actor: Actor, policy: CertificatePolicy, *, at: datetime
) -> None:
    """Change the policy of what is proposed from now on.

    Raises NotAllowed, and ValidityOutOfRange below a month or above fifty years.
    """
    require_role_of(actor, Role.ADMINISTRATOR)
    require_validity(policy.valid_for_months)
    row = people.get_organisation(session, actor.organisation_id)
    row.shows_levels = policy.shows_levels
    row.hides_site = policy.hides_site
    row.names_instructors = policy.names_instructors
    row.valid_for_months = policy.valid_for_months
    row.lowest_assurance = policy.lowest_assurance.value
    add_audit_line(
        session,
        "organisation.policy",
        f"organisation:{row.id}",
        at=at,
        actor_id=actor.person_id,
        organisation_id=row.id,
    )
    session.commit()
