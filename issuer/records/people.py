"""Organisations and their people with roles."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.errors import NotFound
from issuer.domain.look import SPRUCE
from issuer.domain.people import Actor, Role
from issuer.records.base import FreeText, Identifier, Instant, Record


class OrganisationRecord(Record):
    """A municipality, wellbeing county, association or firm that issues.

    Its policy says what certificates show: how the work was done (`shows_levels`), not
    where (`hides_site`), who saw it (`names_instructors`), and for how many months
    from their issue they are valid; None is for ever. Sign-offs weaker than
    `lowest_assurance` are not issued on. `second_language` is what their pages usually
    show beside the first. The logo lies in the blob store.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(Identifier, unique=True)
    slug: Mapped[str] = mapped_column(Identifier, unique=True)
    did: Mapped[str] = mapped_column(Identifier, unique=True)
    name: Mapped[str] = mapped_column(FreeText)
    department: Mapped[str] = mapped_column(FreeText, default="")
    business_id: Mapped[str] = mapped_column(Identifier)
    town: Mapped[str] = mapped_column(FreeText)
    url: Mapped[str] = mapped_column(Identifier)
    certificate_language: Mapped[str] = mapped_column(Identifier, default="fi")
    shows_levels: Mapped[bool] = mapped_column(default=False)
    hides_site: Mapped[bool] = mapped_column(default=False)
    names_instructors: Mapped[bool] = mapped_column(default=True)
    valid_for_months: Mapped[int | None]
    accent: Mapped[str] = mapped_column(Identifier, default=SPRUCE)
    logo_sha256: Mapped[str | None] = mapped_column(Identifier)
    logo_type: Mapped[str | None] = mapped_column(Identifier)
    logo_alt: Mapped[str] = mapped_column(FreeText, default="")
    logo_ratio: Mapped[str | None] = mapped_column(Identifier)
    second_language: Mapped[str | None] = mapped_column(Identifier)
    lowest_assurance: Mapped[str] = mapped_column(Identifier, default="none")
    created_at: Mapped[datetime] = mapped_column(Instant)


class PersonRecord(Record):
    """A person of one organisation; `pseudonym` stands for them in statements."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    pseudonym: Mapped[str] = mapped_column(Identifier, unique=True)
    name: Mapped[str] = mapped_column(FreeText)
    title: Mapped[str] = mapped_column(FreeText, default="")
    birth_date: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PersonRoleRecord(Record):
    """One role of one person, with who gave it and when."""

    __tablename__ = "person_role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Identifier)
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)


def get_organisation(session: Session, organisation_id: int) -> OrganisationRecord:
    """Return the organisation's row; raises NotFound."""
    row = session.get(OrganisationRecord, organisation_id)
    if row is None:
        raise NotFound
    return row


def list_organisations(session: Session) -> list[OrganisationRecord]:
    """Return every organisation by name."""
    return list(
        session.scalars(select(OrganisationRecord).order_by(OrganisationRecord.name))
    )


def find_organisation_by_slug(session: Session, slug: str) -> OrganisationRecord | None:
    """Return the organisation with this slug, or None."""
    return session.scalar(
        select(OrganisationRecord).where(OrganisationRecord.slug == slug)
    )


def get_person(
    session: Session, person_id: int, *, organisation_id: int
) -> PersonRecord:
    """Return a person of this organisation; raises NotFound for any other."""
    row = session.scalar(
        select(PersonRecord).where(
            PersonRecord.id == person_id,
            PersonRecord.organisation_id == organisation_id,
        )
    )
    if row is None:
        raise NotFound
    return row


def roles_of(session: Session, person_id: int) -> frozenset[Role]:
    """Return the person's roles."""
    roles = session.scalars(
        select(PersonRoleRecord.role).where(PersonRoleRecord.person_id == person_id)
    )
    return frozenset(Role(role) for role in roles)


def list_people(
    session: Session, *, organisation_id: int, role: Role | None = None
) -> list[PersonRecord]:
    """Return the organisation's people by name, those with `role` if given."""
    query = select(PersonRecord).where(PersonRecord.organisation_id == organisation_id)
    if role is not None:
        query = query.join(
            PersonRoleRecord, PersonRoleRecord.person_id == PersonRecord.id
        ).where(PersonRoleRecord.role == role.value)
    return list(session.scalars(query.order_by(PersonRecord.name, PersonRecord.id)))


def find_actor(session: Session, person_id: int) -> Actor | None:
    """Return the person as one who acts, or None."""
    row = session.get(PersonRecord, person_id)
    if row is None:
        return None
    return Actor(row.id, row.organisation_id, row.name, roles_of(session, row.id))
