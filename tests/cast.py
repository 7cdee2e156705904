"""The cast: invented people of Hiisijärven kunta, and what they do step by step.

Paula works, Ilkka instructs her, Oona instructs at another site, Carita coaches, Kaarlo
checks, Sirpa releases, Anneli administers. Vieno has every role in another
organisation: nothing here is hers to see.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from issuer.domain.certificates import CertificateStatement
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import Mark
from issuer.records import catalogue
from issuer.records import proposals as proposal_rows
from issuer.services import ledger, mapping, periods, proposals, reports, signoffs
from issuer.services import people as people_service
from issuer.services.issuance import Sealing, release_certificate
from issuer.services.signoffs import GivenMark
from issuer.services.statements import build_statement
from tests.invented_edition import build_edition

AT = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
STARTS_ON = date(2025, 3, 3)
OBSERVED_ON = date(2025, 3, 10)
LATER = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
URL = "https://hiisi.example"
STATED = Serial.from_bits(0x0123456789ABCDEF0123)
_NAMES = UUID("6f1c4a52-9f0e-4d0b-9b8e-0d5a1f1f7c11")

WINTER = ("Lumityöt ja hiekoitus", "Lumi pois kulkuväyliltä ja hiekka tilalle.")
PLANTS = ("Istutusten hoito", "Kitketään, kastellaan ja leikataan.")


@dataclass(frozen=True, slots=True)
class House:
    """An organisation with its people, a catalogue, a site and a mapped draft.

    `requirements` are the ids of `unit` in file order; the winter task shows the first
    three, the plants task the third and the fourth, and no task the last.
    """

    organisation_id: int
    other_organisation_id: int
    paula: Actor
    ilkka: Actor
    oona: Actor
    carita: Actor
    kaarlo: Actor
    sirpa: Actor
    anneli: Actor
    vieno: Actor
    edition_id: int
    unit_id: int
    second_unit_id: int
    requirements: tuple[int, ...]
    site_id: int
    other_site_id: int
    environment_id: int
    winter_task_id: int
    plants_task_id: int

    @property
    def office(self) -> tuple[Actor, ...]:
        return (self.carita, self.kaarlo, self.sirpa, self.anneli)

    @property
    def everyone(self) -> tuple[Actor, ...]:
        return (self.paula, self.ilkka, self.oona, *self.office, self.vieno)


def pseudonym(name: str) -> UUID:
    """Return the same pseudonym for the same name, so that tests repeat exactly."""
    return uuid5(_NAMES, name)


def make_house(session: Session) -> House:
    """Build the organisation with its people, catalogue, site and mapped draft."""
    own = add_organisation(session, "Hiisijärven kunta", "hiisi", "1234567-1")
    other = add_organisation(session, "Naapurikunta", "naapuri", "7654321-2")
    carita = add_person(session, own, "Carita Valmentaja", Role.COACH)
    edition_id = catalogue.add_edition(
        session, build_edition(), raw_size=4096, at=AT, by=None
    )
    session.commit()
    unit, second = catalogue.list_units(session, edition_id)
    outline = catalogue.get_unit_outline(session, unit.id)
    requirements = tuple(r[0] for _, area in outline.areas for r in area)
    site_id = add_site(session, carita, "Metsäpiha")
    environment_id = mapping.open_environment(
        session, carita, site_id=site_id, edition_id=edition_id, at=AT
    )
    winter = add_task(session, carita, environment_id, *WINTER)
    plants = add_task(session, carita, environment_id, *PLANTS)
    map_task(session, carita, winter, unit.id, requirements[:3])
    map_task(session, carita, plants, unit.id, requirements[2:4])
    return House(
        organisation_id=own,
        other_organisation_id=other,
        paula=add_person(
            session,
            own,
            "Paula Osallistuja",
            Role.PARTICIPANT,
            birth_date=date(1990, 5, 17),
        ),
        ilkka=add_person(
            session, own, "Ilkka Ohjaaja", Role.INSTRUCTOR, title="työnjohtaja"
        ),
        oona=add_person(session, own, "Oona Ohjaaja", Role.INSTRUCTOR),
        carita=carita,
        kaarlo=add_person(session, own, "Kaarlo Tarkastaja", Role.CHECKER),
        sirpa=add_person(
            session,
            own,
            "Sirpa Allekirjoittaja",
            Role.SIGNATORY,
            title="työllisyyspalvelujen esihenkilö",
        ),
        anneli=add_person(session, own, "Anneli Ylläpitäjä", Role.ADMINISTRATOR),
        vieno=add_person(session, other, "Vieno Vieras", *Role),
        edition_id=edition_id,
        unit_id=unit.id,
        second_unit_id=second.id,
        requirements=requirements,
        site_id=site_id,
        other_site_id=add_site(session, carita, "Kierrätyspaja"),
        environment_id=environment_id,
        winter_task_id=winter,
        plants_task_id=plants,
    )


def add_organisation(session: Session, name: str, slug: str, business_id: str) -> int:
    return people_service.add_organisation(
        session,
        name=name,
        slug=slug,
        did=f"did:web:{slug}.example",
        department="Työllisyyspalvelut",
        business_id=business_id,
        town="Hiisijärvi",
        url=f"https://{slug}.example/",
        pseudonym=pseudonym(slug),
        at=AT,
    )


def add_person(
    session: Session,
    organisation_id: int,
    name: str,
    *roles: Role,
    title: str = "",
    birth_date: date | None = None,
) -> Actor:
    person_id = people_service.add_person(
        session,
        organisation_id=organisation_id,
        name=name,
        roles=roles,
        pseudonym=pseudonym(name),
        title=title,
        birth_date=birth_date,
        at=AT,
    )
    return Actor(person_id, organisation_id, name, frozenset(roles))


def add_site(session: Session, coach: Actor, name: str) -> int:
    return mapping.add_site(
        session,
        coach,
        name=name,
        town="Hiisijärvi",
        pseudonym=pseudonym(f"{coach.organisation_id}/{name}"),
        at=AT,
    )


def add_task(
    session: Session, coach: Actor, environment_id: int, name: str, description: str
) -> int:
    return mapping.add_task(
        session,
        coach,
        environment_id=environment_id,
        name=name,
        description=description,
        pseudonym=pseudonym(f"{environment_id}/{name}"),
        at=AT,
    )


def map_task(
    session: Session,
    coach: Actor,
    task_id: int,
    unit_id: int,
    requirement_ids: Collection[int],
) -> None:
    mapping.map_task(
        session,
        coach,
        task_id=task_id,
        unit_id=unit_id,
        requirement_ids=requirement_ids,
        at=AT,
    )


def map_and_publish(session: Session, house: House) -> str:
    """Kaarlo publishes the draft as it is; return the report's public id."""
    known = reports.list_reports(
        session, house.kaarlo, environment_id=house.environment_id
    )
    line = reports.publish_report(
        session,
        house.kaarlo,
        environment_id=house.environment_id,
        public_id=f"{len(known) + 1:032x}",
        at=AT,
    )
    return line.public_id


def open_period(
    session: Session,
    house: House,
    *,
    instructors: Collection[Actor] | None = None,
    ends_on: date | None = None,
) -> int:
    """Carita opens Paula's period at the site, with Ilkka unless told otherwise."""
    named = [house.ilkka] if instructors is None else instructors
    return periods.open_period(
        session,
        house.carita,
        participant_id=house.paula.person_id,
        site_id=house.site_id,
        instructor_ids=[person.person_id for person in named],
        starts_on=STARTS_ON,
        ends_on=ends_on,
        pseudonym=pseudonym(f"period/{_count_periods(session, house)}"),
        at=AT,
    )


def _count_periods(session: Session, house: House) -> int:
    return len(periods.list_periods(session, house.carita))


def mapping_ids(
    session: Session, house: House, period_id: int, *, by: Actor
) -> dict[int, list[int]]:
    """Return the published mappings an instructor sees, by place in `requirements`."""
    worklist = ledger.view_worklist(session, by, period_id=period_id)
    texts = [
        catalogue.list_requirement_places(session, [id_])[id_].text
        for id_ in house.requirements
    ]
    found: dict[int, list[int]] = {}
    for task in worklist.tasks:
        for requirement in task.requirements:
            place = texts.index(requirement.text)
            found.setdefault(place, []).append(requirement.mapping_id)
    return found


def sign_off(
    session: Session,
    house: House,
    period_id: int,
    *,
    marks: Mapping[int, Mark] | None = None,
    by: Actor | None = None,
    remark: str = "",
    once: str = "first",
    observed_on: date = OBSERVED_ON,
    at: datetime = LATER,
) -> list[int]:
    """Ilkka signs off; `marks` says what by place in `requirements`; return ids.

    Unless told otherwise he saw the first two requirements, the second with guidance.
    """
    who = by or house.ilkka
    if marks is None:
        marks = {0: Mark.INDEPENDENTLY, 1: Mark.WITH_GUIDANCE}
    places = mapping_ids(session, house, period_id, by=who)
    return signoffs.record_sign_offs(
        session,
        who,
        period_id=period_id,
        marks={
            places[place][0]: GivenMark(mark, remark) for place, mark in marks.items()
        },
        observed_on=observed_on,
        one_time_id=once,
        at=at,
    )


def propose(
    session: Session,
    house: House,
    period_id: int,
    *,
    summary: str = "Paula hoiti pihaa ja valitsi työhön sopivat välineet.",
    hours: int | None = 320,
) -> int:
    """Carita proposes the first unit; return the proposal's id."""
    return proposals.propose(
        session,
        house.carita,
        period_id=period_id,
        unit_ids=[house.unit_id],
        summary=summary,
        hours=hours,
        at=LATER,
    )


def propose_and_accept(
    session: Session, house: House, period_id: int, *, shows_birth_date: bool = False
) -> int:
    """Carita proposes and Paula accepts; return the proposal's id."""
    proposal_id = propose(session, house, period_id)
    proposals.accept_proposal(
        session,
        house.paula,
        proposal_id=proposal_id,
        shows_birth_date=shows_birth_date,
        at=LATER,
    )
    return proposal_id


def state(
    session: Session,
    house: House,
    proposal_id: int,
    at: datetime = LATER,
    **more: Any,
) -> CertificateStatement:
    """Return what Sirpa would state, were she to release the proposal at `at`."""
    proposal, period = proposal_rows.get_proposal(
        session, proposal_id, organisation_id=house.organisation_id
    )
    return build_statement(
        session,
        proposal,
        period,
        signatory_id=house.sirpa.person_id,
        public_url=URL,
        serial=STATED,
        at=at,
        **more,
    )


def release(
    session: Session,
    house: House,
    sealing: Sealing,
    period_id: int,
    *,
    serial: Serial,
    at: datetime = LATER,
) -> int:
    """Carita proposes, Paula accepts, Sirpa releases; return the certificate's id."""
    return release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=propose_and_accept(session, house, period_id),
        serial=serial,
        at=at,
    )
