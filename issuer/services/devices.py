"""Browsers that a code has opened, and the PIN a person may set on each.

A PIN opens only the browser it was set on. Whoever has neither that browser nor its
cookie can neither try the PIN nor lock it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.pins import check_pin, hash_pin, require_sound_pin
from issuer.domain.entry import (
    PIN_LOCK,
    LinkKind,
    LinkState,
    PinDiffers,
    PinLocked,
    PinWrong,
    Proof,
    StaffNeedPasskey,
    short_name,
)
from issuer.domain.errors import NotFound
from issuer.domain.people import Actor
from issuer.records import devices as rows
from issuer.records import people
from issuer.records.audit import add_audit_line, add_deed
from issuer.services.attempts import PIN_TRIES_OF_CALLER, require_attempt
from issuer.services.entry_codes import Caller
from issuer.services.entry_links import find_open_or_closed, state_of
from issuer.services.sessions import add_session, hash_of


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody for whom this browser was opened, as its sign-in page greets them."""

    device_id: int
    name: str
    has_pin: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One of a person's browsers, as they see it."""

    id: int
    browser: str
    has_pin: bool
    made_at: datetime
    used_at: datetime
    is_this: bool


def list_known_people(
    session: Session, *, token: str, at: datetime
) -> list[KnownPerson]:
    """Return whom this browser was opened for, the latest first; changes nothing."""
    found = []
    for row in rows.list_devices_of_browser(session, token_sha256=hash_of(token)):
        actor = people.find_actor(session, row.person_id)
        if actor is not None and not actor.is_staff:
            found.append(
                KnownPerson(
                    row.id,
                    short_name(actor.name),
                    row.pin_hash is not None,
                    _is_locked(row, at=at),
                )
            )
    return found


def find_known_by_link(
    session: Session, *, link: str, token: str, at: datetime
) -> KnownPerson | None:
    """Return the person whom an open link means, if this browser was opened for them.

    Changes nothing. Raises NotFound where there is no such link.
    """
    row = find_open_or_closed(session, token=link, kind=LinkKind.INVITATION)
    if state_of(row, at=at) is not LinkState.OPEN:
        return None
    device = rows.find_device(
        session, token_sha256=hash_of(token), person_id=row.person_id
    )
    known = list_known_people(session, token=token, at=at)
    return next((k for k in known if device and k.device_id == device.id), None)


def require_pin(
    session: Session, caller: Caller, *, device_id: int, pin: str, at: datetime
) -> int:
    """Return whose PIN was typed on this browser, and write that it was used.

    The caller commits. Raises NotFound for another browser's device or one without a
    PIN, PinWrong, PinLocked, TooManyTries, StaffNeedPasskey.
    """
    require_attempt(session, PIN_TRIES_OF_CALLER, caller.address, at=at)
    found = rows.list_devices_of_browser(session, token_sha256=hash_of(caller.token))
    row = next((row for row in found if row.id == device_id), None)
    if row is None or row.pin_hash is None:
        raise NotFound
    left = rows.take_pin_try(session, row.id, at=at)
    session.commit()
    if left is None:
        raise PinLocked(minutes=int(PIN_LOCK.total_seconds() // 60))
    if not check_pin(pin, row.pin_hash):
        _refuse_pin(session, row, left=left, at=at)
    actor = people.find_actor(session, row.person_id)
    if actor is None or actor.is_staff:
        raise StaffNeedPasskey
    session.refresh(row)
    row.pin_tries = 0
    row.pin_locked_until = None
    row.used_at = at
    return row.person_id


def _refuse_pin(
    session: Session, row: rows.DeviceRecord, *, left: int, at: datetime
) -> None:
    if left > 0:
        raise PinWrong(left=left, field="pin")
    add_audit_line(session, "pin.locked", f"person:{row.person_id}", at=at)
    session.commit()
    raise PinLocked(minutes=int(PIN_LOCK.total_seconds() // 60))


def enter_with_pin(
    session: Session,
    caller: Caller,
    *,
    device_id: int,
    pin: str,
    session_token: str,
    at: datetime,
) -> Actor:
    """Sign in with the PIN of this browser; raises as `require_pin`."""
    person_id = require_pin(session, caller, device_id=device_id, pin=pin, at=at)
    add_session(
        session,
        person_id,
        token=session_token,
        proof=Proof.PIN,
        browser=caller.browser,
        at=at,
    )
    session.commit()
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise NotFound
    return actor


def find_own_device(session: Session, actor: Actor, *, token: str) -> DeviceLine | None:
    """Return this browser as the person's own, or None where no code opened it."""
    row = rows.find_device(
        session, token_sha256=hash_of(token), person_id=actor.person_id
    )
    if row is None or row.removed_at is not None:
        return None
    return _line(row, token=token)


def set_pin(
    session: Session, actor: Actor, *, token: str, pin: str, again: str, at: datetime
) -> None:
    """Set the person's PIN on this browser.

    Raises NotFound where no code has opened it for them, StaffNeedPasskey,
    PinMalformed, PinDiffers.
    """
    if actor.is_staff:
        raise StaffNeedPasskey
    require_sound_pin(pin)
    if pin != again:
        raise PinDiffers(field="again")
    kept = hash_pin(pin)
    row = rows.find_device(
        session, token_sha256=hash_of(token), person_id=actor.person_id
    )
    if row is None or row.removed_at is not None:
        raise NotFound
    row.pin_hash = kept
    row.pin_tries = 0
    row.pin_locked_until = None
    add_deed(session, actor, "pin.set", f"person:{actor.person_id}", at=at)
    session.commit()


def list_own_devices(session: Session, actor: Actor, *, token: str) -> list[DeviceLine]:
    """Return the browsers that codes have opened for the person, latest used first."""
    found = rows.list_devices(session, person_id=actor.person_id)
    return [_line(row, token=token) for row in found]


def remove_own_device(
    session: Session, actor: Actor, *, device_id: int, at: datetime
) -> None:
    """Forget one of the person's browsers and its PIN; raises NotFound."""
    if not rows.remove_device(session, device_id, person_id=actor.person_id, at=at):
        raise NotFound
    add_deed(session, actor, "device.removed", f"person:{actor.person_id}", at=at)
    session.commit()


def _line(row: rows.DeviceRecord, *, token: str) -> DeviceLine:
    return DeviceLine(
        row.id,
        row.browser,
        row.pin_hash is not None,
        row.made_at,
        row.used_at,
        row.token_sha256 == hash_of(token),
    )


def _is_locked(row: rows.DeviceRecord, *, at: datetime) -> bool:
    return row.pin_locked_until is not None and row.pin_locked_until > at
