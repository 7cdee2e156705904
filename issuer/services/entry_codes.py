"""Six-digit codes: sent to a person, typed into the browser that asked for one.

The code is worth nothing elsewhere: its row is found by the browser's own token and
holds a hash over that token and the code. Trying is counted before it is compared, and
using it is an update that only one can win.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from issuer.domain.entry import (
    CODE_TRIES,
    Channel,
    CodeSpent,
    CodeWrong,
    OtherBrowser,
    Proof,
    StaffNeedPasskey,
    short_name,
)
from issuer.domain.errors import NotFound
from issuer.domain.messages import MessageKind
from issuer.domain.people import Actor
from issuer.records import devices, people
from issuer.records import entry_codes as rows
from issuer.records.messages import erase_code_messages
from issuer.services.attempts import (
    CODE_TRIES_OF_CALLER,
    require_attempt,
)
from issuer.services.entry_links import (
    best_way,
    mask_address,
)
from issuer.services.sessions import add_session, hash_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A browser that is coming in: its token, its name and where it calls from.

    `address` is a keyed hash of the network address; `token` is random, of at least
    128 bits, and lives in a cookie of this browser alone.
    """

    token: str
    browser: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """The code that this browser waits for, as its page tells it."""

    person: str
    channel: Channel
    hint: str
    tries_left: int
    is_open: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in, and whether this browser is new to them."""

    actor: Actor
    is_first_visit: bool


def find_waiting_code(
    session: Session, *, token: str, at: datetime
) -> WaitingCode | None:
    """Return the newest code that this browser asked for, or None; changes nothing."""
    row = rows.find_code(session, browser_sha256=hash_of(token))
    person = people.find_actor(session, row.person_id) if row else None
    if row is None or person is None:
        return None
    channel = Channel(row.channel)
    _, address = best_way(session, row.person_id, first=channel)
    return WaitingCode(
        person=short_name(person.name),
        channel=channel,
        hint="" if channel is Channel.SCREEN else mask_address(address),
        tries_left=CODE_TRIES - row.tries,
        is_open=row.used_at is None and row.expires_at > at and row.tries < CODE_TRIES,
        until=row.expires_at,
    )


def enter_with_code(
    session: Session,
    caller: Caller,
    *,
    code: str,
    new_browser_token: str,
    session_token: str,
    at: datetime,
) -> Entered:
    """Sign in the person whose code was typed; the browser gets a new token.

    Raises OtherBrowser where this browser asked for none, CodeSpent, CodeWrong,
    TooManyTries, StaffNeedPasskey.
    """
    require_attempt(session, CODE_TRIES_OF_CALLER, caller.address, at=at)
    browser = hash_of(caller.token)
    row = rows.find_code(session, browser_sha256=browser)
    if row is None:
        raise OtherBrowser
    left = rows.take_code_try(session, row.id, at=at)
    session.commit()
    if left is None:
        raise CodeSpent
    if not hmac.compare_digest(proof_of(caller.token, code), row.proof_sha256):
        if left == 0:
            raise CodeSpent
        raise CodeWrong(left=left, field="code")
    if not rows.use_code(session, row.id, at=at):
        session.rollback()
        raise CodeSpent
    actor = require_no_staff(session, row.person_id)
    erase_code_messages(session, person_id=row.person_id, kind=MessageKind.CODE.value)
    devices.move_devices(
        session, old_sha256=browser, new_sha256=hash_of(new_browser_token)
    )
    first = not devices.list_devices(session, person_id=row.person_id)
    _remember_device(session, row.person_id, caller, token=new_browser_token, at=at)
    add_session(
        session,
        row.person_id,
        token=session_token,
        proof=Proof.CODE,
        browser=caller.browser,
        at=at,
    )
    session.commit()
    return Entered(actor, first)


def require_no_staff(session: Session, person_id: int) -> Actor:
    """Return who comes in by a code; raises NotFound, StaffNeedPasskey."""
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise NotFound
    if actor.is_staff:
        session.rollback()
        raise StaffNeedPasskey
    return actor


def _remember_device(
    session: Session, person_id: int, caller: Caller, *, token: str, at: datetime
) -> None:
    """Know this browser as opened for the person; a PIN it had is to be set anew."""
    row = devices.find_device(session, token_sha256=hash_of(token), person_id=person_id)
    if row is None:
        row = devices.DeviceRecord(
            token_sha256=hash_of(token), person_id=person_id, made_at=at
        )
        session.add(row)
    row.browser = caller.browser
    row.used_at = at
    row.removed_at = None
    row.pin_tries = 0
    row.pin_locked_until = None


def proof_of(token: str, code: str) -> str:
    """Return what is kept of a code: a hash over it and the browser's token."""
    return sha256(f"{token}:{code}".encode()).hexdigest()
