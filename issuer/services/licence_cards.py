"""Licence cards: a coach writes down a card they saw, and picks those to be listed."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from issuer.domain.days import day_in_finland
from issuer.domain.errors import NotFound
from issuer.domain.licence_cards import (
    LicenceCard,
    require_card_dates,
    require_valid,
)
from issuer.domain.people import Actor, Role
from issuer.domain.texts import clean_line
from issuer.records import licence_cards as rows
from issuer.records import people
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of


def record_licence_card(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    name: str,
    issuer: str,
    issued_on: date,
    valid_until: date | None,
    seen_on: date,
    at: datetime,
) -> int:
    """Write down a participant's card that the coach has seen; return its id.

    Raises NotAllowed, NotFound unless the person is a participant of the organisation,
    LicenceCardDatesDisagree, LicenceCardExpired and text errors.
    """
    require_role_of(actor, Role.COACH)
    _require_participant(session, actor, person_id)
    require_card_dates(
        issued_on=issued_on,
        valid_until=valid_until,
        seen_on=seen_on,
        today=day_in_finland(at),
    )
    row = rows.LicenceCardRecord(
        organisation_id=actor.organisation_id,
        person_id=person_id,
        name=clean_line(name, field="card_name", limit=80),
        issuer=clean_line(issuer, field="card_issuer", limit=120),
        issued_on=issued_on,
        valid_until=valid_until,
        seen_on=seen_on,
        seen_by=actor.person_id,
        recorded_at=at,
    )
    require_valid(row.name, valid_until, on=day_in_finland(at))
    session.add(row)
    session.flush()
    add_deed(session, actor, "licence_card.recorded", f"licence_card:{row.id}", at=at)
    session.commit()
    return row.id


def remove_licence_card(
    session: Session, actor: Actor, *, person_id: int, card_id: int, at: datetime
) -> None:
    """Take a card that was written down wrongly out of sight; raises as recording.

    What was proposed or released with it stays as it was.
    """
    require_role_of(actor, Role.COACH)
    row = rows.get_card(session, card_id, organisation_id=actor.organisation_id)
    if row.person_id != person_id:
        raise NotFound
    row.removed_at = at
    add_deed(session, actor, "licence_card.removed", f"licence_card:{row.id}", at=at)
    session.commit()


def list_licence_cards(
    session: Session, actor: Actor, *, person_id: int
) -> list[LicenceCard]:
    """Return a person's cards for the office or themselves; raises NotAllowed."""
    if actor.person_id != person_id:
        require_role_of(actor, Role.COACH, Role.SIGNATORY, Role.ADMINISTRATOR)
    found = rows.list_cards(
        session, organisation_id=actor.organisation_id, person_id=person_id
    )
    return [_card(row, seen_by) for row, seen_by in found]


def list_proposed_cards(
    session: Session, *, proposal_id: int
) -> tuple[LicenceCard, ...]:
    """Return the cards a proposal lists, as they were written down."""
    found = rows.list_cards_of_proposal(session, proposal_id=proposal_id)
    return tuple(_card(row, seen_by) for row, seen_by in found)


def add_cards_to_proposal(
    session: Session,
    card_ids: Collection[int],
    *,
    proposal_id: int,
    organisation_id: int,
    participant_id: int,
    at: datetime,
) -> None:
    """List these cards of the participant in a proposal; commits nothing.

    Raises NotFound for a card of anybody else, LicenceCardExpired.
    """
    for card_id in card_ids:
        row = rows.get_card(session, card_id, organisation_id=organisation_id)
        if row.person_id != participant_id:
            raise NotFound
        require_valid(row.name, row.valid_until, on=day_in_finland(at))
    rows.add_to_proposal(session, card_ids, proposal_id=proposal_id)


def _require_participant(session: Session, actor: Actor, person_id: int) -> None:
    people.get_person(session, person_id, organisation_id=actor.organisation_id)
    if Role.PARTICIPANT not in people.roles_of(session, person_id):
        raise NotFound


def _card(row: rows.LicenceCardRecord, seen_by: str) -> LicenceCard:
    return LicenceCard(
        id=row.id,
        name=row.name,
        issuer=row.issuer,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        seen_on=row.seen_on,
        seen_by=seen_by,
    )
