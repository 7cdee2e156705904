"""Asking for a code: by a link, on a browser that is known, or once more.

Whoever asks learns nothing: the code goes to the person, by a way the office knows.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer.domain.entry import (
    CODE_LIFETIME,
    CODE_REPEAT,
    Channel,
    LinkClosed,
    LinkKind,
    LinkState,
    OtherBrowser,
)
from issuer.domain.errors import NotFound
from issuer.domain.messages import MessageKind
from issuer.records import devices
from issuer.records import entry_codes as rows
from issuer.records.audit import add_audit_line
from issuer.records.entry_links import get_link
from issuer.services.attempts import (
    CODES_OF_CALLER,
    CODES_OF_LINK,
    CODES_OF_PERSON,
    require_attempt,
)
from issuer.services.entry_codes import Caller, proof_of, require_no_staff
from issuer.services.entry_links import (
    best_way,
    code_way,
    find_open_or_closed,
    state_of,
)
from issuer.services.messages import add_message
from issuer.services.sessions import hash_of

DIGITS: Final = 6


def request_code_by_link(
    session: Session, caller: Caller, *, link: str, code: str, at: datetime
) -> None:
    """Send a code to the person whom a link means; raises LinkClosed and as below."""
    row = find_open_or_closed(session, token=link, kind=LinkKind.INVITATION)
    if state_of(row, at=at) is not LinkState.OPEN:
        raise LinkClosed
    channel, address = code_way(session, row)
    person_id, link_id = row.person_id, row.id
    row.seen_at = row.seen_at or at
    session.commit()
    _send_code(
        session,
        caller,
        person_id=person_id,
        link_id=link_id,
        way=(channel, address),
        code=code,
        at=at,
    )


def request_code_on_device(
    session: Session, caller: Caller, *, device_id: int, code: str, at: datetime
) -> None:
    """Send a code to somebody for whom this browser was opened before.

    Raises NotFound for any other browser's, TooManyTries, StaffNeedPasskey.
    """
    person_id = next(
        (
            row.person_id
            for row in devices.list_devices_of_browser(
                session, token_sha256=hash_of(caller.token)
            )
            if row.id == device_id
        ),
        None,
    )
    if person_id is None:
        raise NotFound
    way = best_way(session, person_id)
    session.rollback()
    _send_code(
        session, caller, person_id=person_id, link_id=None, way=way, code=code, at=at
    )


def request_code_again(
    session: Session, caller: Caller, *, code: str, at: datetime
) -> None:
    """Send a new code in place of the one that this browser waits for.

    Raises OtherBrowser where it waits for none, LinkClosed where its link has ended,
    NotFound where the browser was forgotten, TooManyTries, StaffNeedPasskey.
    """
    asked = rows.find_code(session, browser_sha256=hash_of(caller.token))
    if asked is None:
        raise OtherBrowser
    if asked.link_id is None:
        device = devices.find_device(
            session, token_sha256=asked.browser_sha256, person_id=asked.person_id
        )
        if device is None or device.removed_at is not None:
            raise NotFound
        way = best_way(session, asked.person_id)
    else:
        person = require_no_staff(session, asked.person_id)
        link = get_link(session, asked.link_id, organisation_id=person.organisation_id)
        if state_of(link, at=at) is not LinkState.OPEN:
            raise LinkClosed
        way = code_way(session, link)
    person_id, link_id = asked.person_id, asked.link_id
    session.rollback()
    _send_code(
        session,
        caller,
        person_id=person_id,
        link_id=link_id,
        way=way,
        code=code,
        at=at,
    )


def _require_attempts(
    session: Session,
    caller: Caller,
    person_id: int,
    link_id: int | None,
    *,
    at: datetime,
) -> None:
    require_attempt(session, CODES_OF_CALLER, caller.address, at=at)
    require_attempt(session, CODES_OF_PERSON, person_id, at=at)
    if link_id is not None:
        require_attempt(session, CODES_OF_LINK, link_id, at=at)


def _send_code(
    session: Session,
    caller: Caller,
    *,
    person_id: int,
    link_id: int | None,
    way: tuple[Channel, str],
    code: str,
    at: datetime,
) -> None:
    if len(code) != DIGITS or not code.isdigit():
        raise ValueError("a code has six digits")
    if _is_repeated(session, caller, person_id, at=at):
        return
    _require_attempts(session, caller, person_id, link_id, at=at)
    if _is_repeated(session, caller, person_id, at=at):
        return  # the other tap was quicker
    require_no_staff(session, person_id)
    channel, address = way
    session.add(
        rows.EntryCodeRecord(
            browser_sha256=hash_of(caller.token),
            proof_sha256=proof_of(caller.token, code),
            person_id=person_id,
            link_id=link_id,
            channel=channel.value,
            made_at=at,
            expires_at=at + CODE_LIFETIME,
        )
    )
    add_message(
        session,
        person_id=person_id,
        kind=MessageKind.CODE,
        channel=channel,
        address=address,
        secret=code,
        language=caller.language,
        useful_until=at + CODE_LIFETIME,
        link_id=link_id,
        at=at,
    )
    add_audit_line(session, f"code.sent.{channel}", f"person:{person_id}", at=at)
    session.commit()


def _is_repeated(
    session: Session, caller: Caller, person_id: int, *, at: datetime
) -> bool:
    """Tell whether this browser asked for the same just now: a button tapped twice.

    Two messages would follow, and the code of the first would be wrong.
    """
    last = rows.find_code(session, browser_sha256=hash_of(caller.token))
    return (
        last is not None
        and last.person_id == person_id
        and last.used_at is None
        and last.tries == 0
        and last.expires_at > at
        and at - last.made_at < CODE_REPEAT
    )
