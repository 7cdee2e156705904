"""Asking for a new link by typing an address: the answer is the same for everybody.

Whether the address is known is looked up in the background, so that neither the page
nor the time it takes tells.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from issuer.domain.addresses import clean_mail_address
from issuer.domain.entry import Channel, LinkKind, TooManyTries
from issuer.records import addresses, people
from issuer.records import entry_links as rows
from issuer.records.audit import add_audit_line
from issuer.services.attempts import (
    LINKS_OF_ADDRESS,
    LINKS_OF_CALLER,
    LINKS_OF_PERSON,
    require_attempt,
)
from issuer.services.entry_codes import Caller
from issuer.services.entry_links import add_link
from issuer.services.sessions import hash_of


def ask_for_link(session: Session, caller: Caller, *, mail: str, at: datetime) -> None:
    """Remember that somebody asks; raises AddressMalformed, TooManyTries."""
    address = clean_mail_address(mail, field="mail")
    require_attempt(session, LINKS_OF_CALLER, caller.address, at=at)
    require_attempt(session, LINKS_OF_ADDRESS, hash_of(address), at=at)
    session.add(
        rows.LinkRequestRecord(address=address, language=caller.language, made_at=at)
    )
    session.commit()


def answer_link_requests(
    sessions: sessionmaker[Session], draw_token: Callable[[], str], *, at: datetime
) -> int:
    """Write a message to everybody whose address was typed; return how many.

    Those of the office get none: a passkey lets them in. `draw_token` returns a random
    token of at least 128 bits.
    """
    written = 0
    with sessions() as session:
        asked = rows.take_link_requests(session)
        session.commit()
        for address, language in asked:
            for person in addresses.list_people_at(session, address):
                actor = people.find_actor(session, person.id)
                if actor is not None and actor.roles and not actor.is_staff:
                    written += _write(session, person.id, draw_token(), language, at=at)
    return written


def _write(
    session: Session, person_id: int, token: str, language: str, *, at: datetime
) -> bool:
    try:
        require_attempt(session, LINKS_OF_PERSON, person_id, at=at)
    except TooManyTries:
        return False
    add_link(
        session,
        kind=LinkKind.INVITATION,
        person_id=person_id,
        channel=Channel.MAIL,
        token=token,
        language=language,
        period_id=None,
        made_by=None,
        at=at,
    )
    add_audit_line(session, "entry.link_asked", f"person:{person_id}", at=at)
    session.commit()
    return True
