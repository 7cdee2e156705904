"""The first passkey of people who work in the office, by a link that works once.

The link is handed over by an administrator, or by whoever operates the service for the
first one. Looking at it does not use it; the passkey that is made with it does.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from issuer.credentials.passkeys import RelyingParty
from issuer.domain.addresses import clean_mail_address
from issuer.domain.entry import (
    Channel,
    LinkClosed,
    LinkEnd,
    LinkKind,
    LinkState,
    NobodyToInvite,
    Proof,
)
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor, Role
from issuer.records import entry_links as rows
from issuer.records import people
from issuer.records.audit import add_audit_line
from issuer.services.authority import require_role_of
from issuer.services.entry_codes import Caller
from issuer.services.entry_links import add_link, find_open_or_closed, state_of
from issuer.services.passkeys import add_passkey, begin_registration
from issuer.services.people import add_person
from issuer.services.person_addresses import give_address
from issuer.services.sessions import add_session


def make_enrolment_link(
    session: Session,
    *,
    person_id: int,
    channel: Channel,
    token: str,
    language: str,
    at: datetime,
    by: Actor | None,
) -> int:
    """Make a link with which somebody of the office registers a passkey; its id.

    Earlier ones end. `by` is None only on the command line. Raises NotAllowed,
    NotFound, NobodyToInvite, AddressMissing.
    """
    if by is not None:
        require_role_of(by, Role.ADMINISTRATOR)
        people.get_person(session, person_id, organisation_id=by.organisation_id)
    person = people.find_actor(session, person_id)
    if person is None:
        raise NotFound
    if not person.is_staff:
        raise NobodyToInvite
    rows.end_links_of(
        session,
        person_id=person_id,
        kind=LinkKind.ENROLMENT.value,
        ended_as=LinkEnd.REPLACED.value,
        at=at,
    )
    link_id = add_link(
        session,
        kind=LinkKind.ENROLMENT,
        person_id=person_id,
        channel=channel,
        token=token,
        language=language,
        period_id=None,
        made_by=by.person_id if by else None,
        at=at,
    )
    add_audit_line(
        session,
        "entry.enrolment_link",
        f"person:{person_id}",
        at=at,
        actor_id=by.person_id if by else None,
        organisation_id=person.organisation_id,
    )
    session.commit()
    return link_id


def add_administrator(
    session: Session,
    *,
    name: str,
    organisation: str,
    mail: str,
    pseudonym: UUID,
    token: str,
    at: datetime,
) -> int:
    """Add an administrator from the command line with an enrolment link; their id.

    `organisation` is its slug. Raises NotFound, AddressMalformed and the errors of
    texts.
    """
    if mail:
        clean_mail_address(mail, field="mail")
    found = people.find_organisation_by_slug(session, organisation)
    if found is None:
        raise NotFound
    person_id = add_person(
        session,
        organisation_id=found.id,
        name=name,
        roles=[Role.ADMINISTRATOR],
        pseudonym=pseudonym,
        at=at,
    )
    if mail:
        give_address(
            session, person_id=person_id, channel=Channel.MAIL, address=mail, at=at
        )
    make_enrolment_link(
        session,
        person_id=person_id,
        channel=Channel.SCREEN,
        token=token,
        language="",
        by=None,
        at=at,
    )
    return person_id


def begin_enrolment(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    link: str,
    challenge: bytes,
    at: datetime,
) -> str:
    """Return the options with which the link's person makes a passkey, as JSON.

    Raises NotFound, LinkClosed, TooManyTries.
    """
    row = _open_link(session, link, at=at)
    person_id = row.person_id
    session.rollback()
    return begin_registration(
        session, party, caller, person_id=person_id, challenge=challenge, at=at
    )


def enrol(
    session: Session,
    party: RelyingParty,
    caller: Caller,
    *,
    link: str,
    answer: str,
    name: str,
    session_token: str,
    at: datetime,
) -> Actor:
    """Keep the passkey, use the link up and sign its person in, all or nothing.

    Raises NotFound, LinkClosed, PasskeyRefused, PasskeyExists.
    """
    row = _open_link(session, link, at=at)
    person_id, made_by, link_id = row.person_id, row.made_by, row.id
    session.rollback()
    add_passkey(
        session,
        party,
        caller,
        person_id=person_id,
        answer=answer,
        name=name,
        proof=Proof.NONE,
        enrolled_by=made_by,
        at=at,
    )
    actor = people.find_actor(session, person_id)
    if actor is None or not rows.use_link(session, link_id, at=at):
        session.rollback()
        raise LinkClosed
    add_session(
        session,
        person_id,
        token=session_token,
        proof=Proof.PASSKEY,
        browser=caller.browser,
        at=at,
    )
    add_audit_line(
        session,
        "passkey.enrolled",
        f"person:{person_id}",
        at=at,
        actor_id=person_id,
        organisation_id=actor.organisation_id,
    )
    session.commit()
    return actor


def _open_link(session: Session, token: str, *, at: datetime) -> rows.EntryLinkRecord:
    row = find_open_or_closed(session, token=token, kind=LinkKind.ENROLMENT)
    if state_of(row, at=at) is not LinkState.OPEN:
        raise LinkClosed
    return row
