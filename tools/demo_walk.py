"""The demo's walk: from an imported qualification to an issued certificate."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from issuer.clock import now
from issuer.domain.coverage import UnitOutline
from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.signoffs import Mark
from issuer.services import (
    catalogue,
    mapping,
    periods,
    proposals,
    reports,
    signoffs,
)
from issuer.services.ledger import view_worklist
from issuer.services.signoffs import GivenMark
from issuer.wiring import Wiring
from tools.demo_cast import Cast

Told = Callable[[str], AbstractContextManager[None]]

SITE = ("Hiisijärven puistot", "Hiisijärvi")
TASKS = (
    ("Päivän työt työkohteessa", "Työt, jotka tehdään lähes joka päivä."),
    ("Viikon työt työkohteessa", "Työt, jotka tehdään noin kerran viikossa."),
)
STARTER_TASKS = (
    ("Nurmikoiden ja istutusten hoito", "Leikkuu, kitkentä, kastelu ja siistiminen."),
    ("Kulkuväylien ja koneiden kunnossapito", "Haravointi, hiekoitus, konehuolto."),
)
SUMMARY = (
    "Paula työskenteli puistotiimissä säännöllisesti, kysyi neuvoa oikeissa kohdissa "
    "ja piti huolta sekä työn jäljestä että työturvallisuudesta."
)
MARKS = (Mark.INDEPENDENTLY, Mark.WITH_GUIDANCE)


class NothingToShow(IssuerError):
    """The qualification has no unit with at least three requirements."""

    code = "demo.nothing_to_show"
    sentence = "The qualification has no unit with at least three requirements."


def find_or_walk_certificate(
    session: Session, house: Wiring, cast: Cast, edition_id: int, *, told: Told
) -> int:
    """Return the certificate of this edition; walk to it if there is none yet."""
    found = _find(session, cast, edition_id)
    if found is not None:
        return found
    unit = _first_unit(session, edition_id)
    with told(f"Tasks mapped to {unit.name.fi}"):
        environment_id, site_id = _map(session, cast, edition_id, unit)
    with told("Environment report published"):
        reports.publish_report(
            session,
            cast.kaarlo,
            environment_id=environment_id,
            public_id=secrets.token_hex(16),
            at=now(),
        )
    with told("Skills signed off"):
        period_id = _sign_off(session, cast, site_id, set(_ids(unit)))
    with told("Proposed and accepted"):
        proposal_id = _agree(session, cast, period_id, unit)
    with told("Certificate released and sealed"):
        return house.release(
            session,
            cast.sirpa,
            proposal_id,
            serial=Serial.from_bits(secrets.randbits(SERIAL_BITS)),
            at=now(),
        )


def _find(session: Session, cast: Cast, edition_id: int) -> int | None:
    for line in proposals.list_proposals(session, cast.carita):
        if line.certificate_id is None:
            continue
        view = proposals.view_proposal(session, cast.carita, proposal_id=line.id)
        if view.edition_id == edition_id:
            return line.certificate_id
    return None


def _first_unit(session: Session, edition_id: int) -> UnitOutline:
    for line in catalogue.view_edition(session, edition_id).units:
        if not line.is_common and line.requirements >= 3:
            return catalogue.view_unit(session, line.id).outline
    raise NothingToShow


def _ids(unit: UnitOutline) -> list[int]:
    return [id_ for _, area in unit.areas for id_, _, _, _ in area]


def _map(
    session: Session, cast: Cast, edition_id: int, unit: UnitOutline
) -> tuple[int, int]:
    coach = cast.carita
    site_id = next(
        (s.id for s in mapping.list_sites(session, coach) if s.name == SITE[0]), None
    )
    if site_id is None:
        site_id = mapping.add_site(
            session, coach, name=SITE[0], town=SITE[1], pseudonym=uuid4(), at=now()
        )
    environment_id = mapping.open_environment(
        session, coach, site_id=site_id, edition_id=edition_id, at=now()
    )
    shown = _ids(unit)[:-1]
    halves = (shown[::2], shown[1::2])
    for (name, description), half in zip(
        STARTER_TASKS if site_id == 1 else TASKS, halves, strict=True
    ):
        task_id = mapping.add_task(
            session,
            coach,
            environment_id=environment_id,
            name=name,
            description=description,
            pseudonym=uuid4(),
            at=now(),
        )
        mapping.map_task(
            session,
            coach,
            task_id=task_id,
            unit_id=unit.unit_id,
            requirement_ids=half,
            at=now(),
        )
    return environment_id, site_id


def _sign_off(session: Session, cast: Cast, site_id: int, wanted: set[int]) -> int:
    today = day_in_finland(now())
    period_id = 0
    for person in (cast.petri, cast.paula):
        period_id = periods.open_period(
            session,
            cast.carita,
            participant_id=person.person_id,
            site_id=site_id,
            instructor_ids=[cast.ilkka.person_id],
            starts_on=today - timedelta(days=70),
            ends_on=today if person is cast.paula else None,
            pseudonym=uuid4(),
            at=now(),
        )
    worklist = view_worklist(session, cast.ilkka, period_id=period_id)
    for week, task in enumerate(worklist.tasks):
        marks = {
            requirement.mapping_id: GivenMark(MARKS[position % 2])
            for position, requirement in enumerate(task.requirements)
            if requirement.requirement_id in wanted
        }
        if not marks:
            continue
        last = max(marks)
        if len(marks) > 2:
            marks[last] = GivenMark(Mark.NOT_YET, "Harjoitellaan vielä.")
        signoffs.record_sign_offs(
            session,
            cast.ilkka,
            period_id=period_id,
            marks=marks,
            observed_on=today - timedelta(days=14 - 7 * (week % 2)),
            one_time_id=secrets.token_hex(16),
            at=now(),
        )
    return period_id


def _agree(session: Session, cast: Cast, period_id: int, unit: UnitOutline) -> int:
    proposal_id = proposals.propose(
        session,
        cast.carita,
        period_id=period_id,
        unit_ids=[unit.unit_id],
        summary=SUMMARY,
        hours=240,
        at=now(),
    )
    proposals.accept_proposal(
        session,
        cast.paula,
        proposal_id=proposal_id,
        shows_birth_date=True,
        at=now(),
    )
    return proposal_id
