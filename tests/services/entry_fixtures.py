"""What the tests of coming in share: browsers, links and codes of invented people."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.domain.entry import Channel
from issuer.records.messages import MessageRecord
from issuer.services import (
    code_requests,
    entry_codes,
    invitations,
    person_addresses,
)
from issuer.services.entry_codes import Caller
from tests.cast import LATER, House

LINK = "l" * 32
MINUTE = timedelta(minutes=1)


def browser(name: str = "a", *, address: str = "somewhere") -> Caller:
    """Return a browser whose token is its name, over and over."""
    return Caller(name * 43, "Chrome · Android", address, "fi")


def give_addresses(session: Session, house: House, *, at: datetime = LATER) -> None:
    person_addresses.set_addresses(
        session,
        house.carita,
        person_id=house.ilkka.person_id,
        mail="ilkka@example.fi",
        phone="040 123 4567",
        at=at,
    )


def invite_ilkka(
    session: Session,
    house: House,
    *,
    channel: Channel = Channel.MAIL,
    token: str = LINK,
    at: datetime = LATER,
) -> int:
    """Carita gives Ilkka an address and invites him; return the link's id."""
    give_addresses(session, house, at=at)
    return invitations.invite(
        session,
        house.carita,
        person_id=house.ilkka.person_id,
        channel=channel,
        token=token,
        language="fi",
        at=at,
    )


def ask_code(
    session: Session,
    *,
    code: str = "123456",
    caller: Caller | None = None,
    link: str = LINK,
    at: datetime = LATER,
) -> None:
    code_requests.request_code_by_link(
        session, caller or browser(), link=link, code=code, at=at
    )


def enter(
    session: Session,
    code: str = "123456",
    *,
    caller: Caller | None = None,
    session_token: str = "s" * 43,
    new_browser: str = "b" * 43,
    at: datetime = LATER,
) -> entry_codes.Entered:
    return entry_codes.enter_with_code(
        session,
        caller or browser(),
        code=code,
        new_browser_token=new_browser,
        session_token=session_token,
        at=at,
    )


def messages(session: Session) -> list[MessageRecord]:
    return list(session.scalars(select(MessageRecord).order_by(MessageRecord.id)))
