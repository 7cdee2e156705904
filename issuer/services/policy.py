"""An organisation's policy: what its certificates show, and how long they are valid."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.people import Actor, Role
from issuer.records import people
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """What certificates show. It holds for certificates that are released from now on.

    `shows_levels`: whether the work was done with guidance or independently.
    `valid_for_months`: from the day of release; None where they do not expire.
    """

    shows_levels: bool = False
    hides_site: bool = False
    names_instructors: bool = True
    valid_for_months: int | None = None


def view_policy(session: Session, actor: Actor) -> CertificatePolicy:
    """Return the policy of the actor's organisation."""
    row = people.get_organisation(session, actor.organisation_id)
    return CertificatePolicy(
        shows_levels=row.shows_levels,
        hides_site=row.hides_site,
        names_instructors=row.names_instructors,
        valid_for_months=row.valid_for_months,
    )


def set_policy(
    session: Session, actor: Actor, policy: CertificatePolicy, *, at: datetime
) -> None:
    """Change the organisation's policy; raises NotAllowed, ValueError below a month."""
    require_role_of(actor, Role.ADMINISTRATOR)
    if policy.valid_for_months is not None and policy.valid_for_months < 1:
        raise ValueError("a certificate is valid for a month or longer")
    row = people.get_organisation(session, actor.organisation_id)
    row.shows_levels = policy.shows_levels
    row.hides_site = policy.hides_site
    row.names_instructors = policy.names_instructors
    row.valid_for_months = policy.valid_for_months
    add_audit_line(
        session,
        "organisation.policy",
        f"organisation:{row.id}",
        at=at,
        actor_id=actor.person_id,
        organisation_id=row.id,
    )
    session.commit()
