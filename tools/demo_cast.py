"""The demo's people: an invented municipality with one person of every role."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from issuer.domain.entry import Channel
from issuer.domain.people import Actor, Role
from issuer.services.people import add_organisation, add_person, list_cast
from issuer.services.person_addresses import give_address
from issuer.settings import Settings

MUNICIPALITY = "Hiisijärven kunta"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone who plays a part."""

    paula: Actor
    petri: Actor
    ilkka: Actor
    oona: Actor
    carita: Actor
    kaarlo: Actor
    sirpa: Actor
    anneli: Actor


PEOPLE = {
    "paula": ("Paula Pihlaja", "", Role.PARTICIPANT, date(1998, 3, 4)),
    "petri": ("Petri Petäjä", "", Role.PARTICIPANT, date(1987, 11, 20)),
    "ilkka": ("Ilkka Ikonen", "puistotyönjohtaja", Role.INSTRUCTOR, None),
    "oona": ("Oona Oksanen", "keittiömestari", Role.INSTRUCTOR, None),
    "carita": ("Carita Kallio", "valmentaja", Role.COACH, None),
    "kaarlo": ("Kaarlo Kettunen", "ammatillinen opettaja", Role.CHECKER, None),
    "sirpa": ("Sirpa Salmela", "työllisyyspäällikkö", Role.SIGNATORY, None),
    "anneli": ("Anneli Aalto", "pääkäyttäjä", Role.ADMINISTRATOR, None),
}


def find_or_add_cast(session: Session, settings: Settings, *, at: datetime) -> Cast:
    """Return the cast; the municipality and its people are added if missing."""
    known = list_cast(session)
    if known:
        organisation, people = known[0]
        organisation_id = organisation.id
        ids = {person.name: person.id for person in people}
    else:
        organisation_id = add_organisation(
            session,
            name=MUNICIPALITY,
            slug="hiisijarvi",
            did=settings.host_did,
            department="Työllisyyspalvelut",
            business_id="1234567-1",
            town="Hiisijärvi",
            url=settings.public_url,
            pseudonym=uuid4(),
            at=at,
        )
        ids = {}
    return Cast(
        **{
            key: _find_or_add(session, organisation_id, ids, key, at=at)
            for key in PEOPLE
        }
    )


def _find_or_add(
    session: Session,
    organisation_id: int,
    ids: dict[str, int],
    key: str,
    *,
    at: datetime,
) -> Actor:
    name, title, role, birth_date = PEOPLE[key]
    person_id = ids.get(name)
    if person_id is None:
        person_id = add_person(
            session,
            organisation_id=organisation_id,
            name=name,
            title=title,
            roles=[role],
            birth_date=birth_date,
            pseudonym=uuid4(),
            at=at,
        )
        give_address(
            session,
            person_id=person_id,
            channel=Channel.MAIL,
            address=f"{key}@hiisijarvi.example",
            at=at,
        )
    return Actor(person_id, organisation_id, name, frozenset({role}))
