"""The ways in that a person has, seen and closed by the office.

For a lost phone, and for who leaves.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.entry import LinkEnd, LinkKind
from issuer.domain.people import Actor
from issuer.records import devices, entry_links, passkeys, sessions
from issuer.records.audit import add_deed
from issuer.services.code_ends import end_codes_of
from issuer.services.invitations import require_scope


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How many of each kind a person has."""

    sessions: int
    devices: int
    passkeys: int

    @property
    def is_empty(self) -> bool:
        """Tell whether only a new link can let the person in."""
        return not (self.sessions or self.devices or self.passkeys)


def view_ways_in(
    session: Session, actor: Actor, *, person_id: int, at: datetime
) -> WaysIn:
    """Return what lets a person in now; raises NotAllowed, NotFound."""
    require_scope(session, actor, person_id)
    return WaysIn(
        sessions=sum(
            row.expires_at > at
            for row in sessions.list_sessions(session, person_id=person_id)
        ),
        devices=len(devices.list_devices(session, person_id=person_id)),
        passkeys=len(passkeys.list_passkeys(session, person_id=person_id)),
    )


def close_ways_in(
    session: Session, actor: Actor, *, person_id: int, at: datetime
) -> None:
    """End every session, device, passkey, link and code of a person at once.

    What they signed stands. Raises NotAllowed, NotFound.
    """
    person = require_scope(session, actor, person_id)
    sessions.remove_sessions_of(session, person_id=person.person_id)
    for device in devices.list_devices(session, person_id=person.person_id):
        devices.remove_device(session, device.id, person_id=person.person_id, at=at)
    for passkey in passkeys.list_passkeys(session, person_id=person.person_id):
        passkeys.remove_passkey(session, passkey.id, person_id=person.person_id, at=at)
    for kind in LinkKind:
        entry_links.end_links_of(
            session,
            person_id=person.person_id,
            kind=kind.value,
            ended_as=LinkEnd.WITHDRAWN.value,
            at=at,
        )
    end_codes_of(session, person.person_id, at=at)
    add_deed(session, actor, "entry.closed", f"person:{person_id}", at=at)
    session.commit()
