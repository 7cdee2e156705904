"""Addresses of people: given by the office, for messages alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.addresses import clean_mail_address, clean_phone_number
from issuer.domain.entry import Channel
from issuer.domain.people import Actor
from issuer.records import addresses as rows
from issuer.records.audit import add_deed
from issuer.services.code_ends import end_codes_of
from issuer.services.invitations import require_scope


@dataclass(frozen=True, slots=True)
class PersonAddresses:
    """Where a person can be reached; empty where it is not known."""

    mail: str
    phone: str


def view_addresses(
    session: Session, actor: Actor, *, person_id: int
) -> PersonAddresses:
    """Return the addresses of a person in reach; raises NotAllowed, NotFound."""
    person = require_scope(session, actor, person_id)
    return PersonAddresses(
        *(
            rows.find_address(session, person_id=person.person_id, channel=each.value)
            or ""
            for each in (Channel.MAIL, Channel.SMS)
        )
    )


def set_addresses(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    mail: str,
    phone: str,
    at: datetime,
) -> None:
    """Keep a person's addresses; an empty one is forgotten.

    Codes on their way end where an address was another: it may have been a stranger's.
    Raises NotAllowed, NotFound, AddressMalformed.
    """
    require_scope(session, actor, person_id)
    given = {
        Channel.MAIL: clean_mail_address(mail, field="mail") if mail.strip() else "",
        Channel.SMS: clean_phone_number(phone, field="phone") if phone.strip() else "",
    }
    changed = [
        _keep(
            session,
            person_id=person_id,
            channel=channel,
            address=address,
            by=actor.person_id,
            at=at,
        )
        for channel, address in given.items()
    ]
    if any(changed):
        end_codes_of(session, person_id, at=at)
    add_deed(session, actor, "person.addresses", f"person:{person_id}", at=at)
    session.commit()


def give_address(
    session: Session, *, person_id: int, channel: Channel, address: str, at: datetime
) -> None:
    """Keep an address that the operator gives; raises AddressMalformed."""
    clean = clean_mail_address if channel is Channel.MAIL else clean_phone_number
    field = "mail" if channel is Channel.MAIL else "phone"
    _keep(
        session,
        person_id=person_id,
        channel=channel,
        address=clean(address, field=field),
        by=None,
        at=at,
    )
    session.commit()


def _keep(
    session: Session,
    *,
    person_id: int,
    channel: Channel,
    address: str,
    by: int | None,
    at: datetime,
) -> bool:
    """Keep one address; tell whether another one was known before."""
    row = rows.find_address_row(session, person_id=person_id, channel=channel.value)
    was_other = row is not None and row.address != address
    if row is not None and was_other:
        session.delete(row)
        session.flush()
        row = None
    if row is None and address:
        session.add(
            rows.PersonAddressRecord(
                person_id=person_id,
                channel=channel.value,
                address=address,
                given_by=by,
                given_at=at,
            )
        )
    return was_other
