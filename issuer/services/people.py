"""Organisations and people: adding them, listing them, giving roles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.business_id import require_business_id
from issuer.domain.errors import NotAllowed
from issuer.domain.organisations import OrganisationExists, require_slug
from issuer.domain.people import Actor, Role
from issuer.domain.texts import clean_line
from issuer.records import people as rows
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as lists show them."""

    id: int
    name: str
    title: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as pages and the issuer's profile show it."""

    id: int
    name: str
    department: str
    business_id: str
    town: str
    did: str


def add_organisation(
    session: Session,
    *,
    name: str,
    slug: str,
    did: str,
    department: str,
    business_id: str,
    town: str,
    url: str,
    pseudonym: UUID,
    at: datetime,
) -> int:
    """Add an organisation that issues, and return its id.

    Raises the errors of texts, SlugMalformed, OrganisationExists and
    BusinessIdMalformed.
    """
    require_slug(slug)
    row = rows.OrganisationRecord(
        pseudonym=pseudonym.urn,
        slug=clean_line(slug, field="slug", limit=60),
        did=did,
        name=clean_line(name, field="name", limit=120),
        department=clean_line(
            department, field="department", limit=120, required=False
        ),
        business_id=require_business_id(business_id),
        town=clean_line(town, field="town", limit=80),
        url=url,
        certificate_language="fi",
        created_at=at,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise OrganisationExists from None
    add_audit_line(
        session,
        "organisation.added",
        f"organisation:{row.id}",
        at=at,
        organisation_id=row.id,
    )
    session.commit()
    return row.id


def add_person(
    session: Session,
    *,
    organisation_id: int,
    name: str,
    roles: Collection[Role],
    pseudonym: UUID,
    at: datetime,
    title: str = "",
    birth_date: date | None = None,
    by: Actor | None = None,
) -> int:
    """Add a person with roles and return their id.

    `by` is None only for the first people of an installation. Coaches may add
    participants and instructors; an administrator may add anyone.
    """
    if by is not None:
        _require_may_add(by, organisation_id=organisation_id, roles=roles)
    row = rows.PersonRecord(
        organisation_id=organisation_id,
        pseudonym=pseudonym.urn,
        name=clean_line(name, field="name", limit=120),
        title=clean_line(title, field="title", limit=80, required=False),
        birth_date=birth_date,
        created_at=at,
    )
    session.add(row)
    session.flush()
    for role in sorted(set(roles)):
        session.add(
            rows.PersonRoleRecord(
                person_id=row.id,
                role=role.value,
                given_by=by.person_id if by else None,
                given_at=at,
            )
        )
    add_audit_line(
        session,
        "person.added",
        f"person:{row.id}",
        at=at,
        actor_id=by.person_id if by else None,
        organisation_id=organisation_id,
    )
    session.commit()
    return row.id


def _require_may_add(
    by: Actor, *, organisation_id: int, roles: Collection[Role]
) -> None:
    by_coach = set(roles) <= {Role.PARTICIPANT, Role.INSTRUCTOR}
    allowed = [Role.ADMINISTRATOR, Role.COACH] if by_coach else [Role.ADMINISTRATOR]
    require_role_of(by, *allowed)
    if by.organisation_id != organisation_id:
        raise NotAllowed


def list_people(
    session: Session, actor: Actor, *, role: Role | None = None
) -> list[PersonLine]:
    """Return the people of the actor's organisation; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    found = rows.list_people(session, organisation_id=actor.organisation_id, role=role)
    return [
        PersonLine(row.id, row.name, row.title, rows.roles_of(session, row.id))
        for row in found
    ]


def view_person(session: Session, actor: Actor, *, person_id: int) -> PersonLine:
    """Return a person of the actor's organisation; raises NotAllowed, NotFound."""
    require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    row = rows.get_person(session, person_id, organisation_id=actor.organisation_id)
    return PersonLine(row.id, row.name, row.title, rows.roles_of(session, row.id))


def list_cast(session: Session) -> list[tuple[OrganisationView, list[PersonLine]]]:
    """Return everyone by organisation: the demo's entry page and nothing else."""
    return [
        (
            view_organisation(session, organisation.id),
            [
                PersonLine(row.id, row.name, row.title, rows.roles_of(session, row.id))
                for row in rows.list_people(session, organisation_id=organisation.id)
            ],
        )
        for organisation in rows.list_organisations(session)
    ]


def view_organisation(session: Session, organisation_id: int) -> OrganisationView:
    """Return the organisation; raises NotFound."""
    row = rows.get_organisation(session, organisation_id)
    return OrganisationView(
        row.id, row.name, row.department, row.business_id, row.town, row.did
    )
