"""Inviting people: by coaches, and by participants for their instructor's phone.

Who works in the office is not invited but enrolled, since a passkey is asked of them
from the start.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.qr import qr_svg
from issuer.domain.entry import Channel, LinkEnd, LinkKind, LinkState
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.people import Actor, Role
from issuer.records import entry_links as rows
from issuer.records import people, periods
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of
from issuer.services.code_ends import end_codes_of
from issuer.services.entry_links import add_link, require_invitable, state_of


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as the office lists it."""

    id: int
    person_id: int
    person: str
    kind: LinkKind
    channel: Channel
    state: LinkState
    made_at: datetime
    made_by: str
    expires_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


def invite(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    channel: Channel,
    token: str,
    language: str,
    at: datetime,
    period_id: int | None = None,
) -> int:
    """Make an invitation under a fresh random `token` and send it; return its id.

    A coach or administrator invites; on a SCREEN nothing is sent, the page shows the
    link. Raises NotAllowed, NotFound, NobodyToInvite, AddressMissing.
    """
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    person = people.get_person(
        session, person_id, organisation_id=actor.organisation_id
    )
    require_invitable(session, person.id)
    if period_id is not None:
        periods.get_period(session, period_id, organisation_id=actor.organisation_id)
    link_id = add_link(
        session,
        kind=LinkKind.INVITATION,
        person_id=person.id,
        channel=channel,
        token=token,
        language=language,
        period_id=period_id or _newest_period(session, person.id, actor),
        made_by=actor.person_id,
        at=at,
    )
    add_deed(session, actor, "entry.invited", f"person:{person.id}", at=at)
    session.commit()
    return link_id


def invite_own_instructor(
    session: Session,
    actor: Actor,
    *,
    period_id: int,
    instructor_id: int,
    token: str,
    at: datetime,
) -> int:
    """Make a link for a participant's screen, which an instructor's phone reads.

    Only for an instructor whom the coach has named: the link says who, and the code
    goes to the address that the office knows, or to the coach's screen; never to the
    participant. Raises NotAllowed, NotFound.
    """
    require_role_of(actor, Role.PARTICIPANT)
    period = periods.get_period(
        session, period_id, organisation_id=actor.organisation_id
    )
    named = {p.id for p in periods.list_instructors(session, period_id=period.id)}
    if period.participant_id != actor.person_id or instructor_id not in named:
        raise NotFound
    require_invitable(session, instructor_id)
    link_id = add_link(
        session,
        kind=LinkKind.INVITATION,
        person_id=instructor_id,
        channel=Channel.SCREEN,
        token=token,
        language="",
        period_id=period.id,
        made_by=actor.person_id,
        at=at,
    )
    add_deed(session, actor, "entry.invited", f"person:{instructor_id}", at=at)
    session.commit()
    return link_id


def require_scope(session: Session, actor: Actor, person_id: int) -> Actor:
    """Return a person whose ways in the actor may manage; raises NotAllowed, NotFound.

    A coach those of participants and instructors, an administrator everybody's.
    """
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    people.get_person(session, person_id, organisation_id=actor.organisation_id)
    person = people.find_actor(session, person_id)
    if person is None:
        raise NotFound
    if person.is_staff and not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed
    return person


def _newest_period(session: Session, person_id: int, actor: Actor) -> int | None:
    found = periods.list_periods_of_instructor(
        session, instructor_id=person_id, organisation_id=actor.organisation_id
    )
    return found[0].id if found else None


def list_links(
    session: Session, actor: Actor, *, person_id: int, at: datetime
) -> list[LinkLine]:
    """Return the links to a person, newest first; raises NotAllowed, NotFound."""
    person = require_scope(session, actor, person_id)
    found = rows.list_links(session, person_id=person.person_id)
    return [_line(session, row, at=at) for row in found]


def list_misdirected(session: Session, actor: Actor, *, at: datetime) -> list[LinkLine]:
    """Return links that somebody else got, until somebody has settled them."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    found = rows.list_misdirected_links(session, organisation_id=actor.organisation_id)
    return [_line(session, row, at=at) for row in found]


def view_own_link(
    session: Session, actor: Actor, *, link_id: int, at: datetime
) -> LinkLine:
    """Return a link that the actor made or may manage; raises NotAllowed, NotFound."""
    row = rows.get_link(session, link_id, organisation_id=actor.organisation_id)
    if row.made_by != actor.person_id:
        require_scope(session, actor, row.person_id)
    return _line(session, row, at=at)


def link_picture(address: str) -> str:
    """Return a link as a QR code, an SVG, for another phone's camera."""
    return qr_svg(address, error_correction="M")


def withdraw_link(session: Session, actor: Actor, *, link_id: int, at: datetime) -> int:
    """End a link and its codes; return whose it was. Raises NotAllowed, NotFound.

    A link that has ended already stays as it ended.
    """
    row = rows.get_link(session, link_id, organisation_id=actor.organisation_id)
    require_scope(session, actor, row.person_id)
    if rows.end_link(session, row.id, ended_as=LinkEnd.WITHDRAWN.value, at=at):
        end_codes_of(session, row.person_id, link_id=row.id, at=at)
        add_deed(session, actor, "entry.withdrawn", f"person:{row.person_id}", at=at)
    session.commit()
    return row.person_id


def settle_link(session: Session, actor: Actor, *, link_id: int, at: datetime) -> None:
    """Take a link that somebody else got off the list; raises NotAllowed, NotFound."""
    row = rows.get_link(session, link_id, organisation_id=actor.organisation_id)
    require_scope(session, actor, row.person_id)
    row.settled_at = at
    session.commit()


def _line(session: Session, row: rows.EntryLinkRecord, *, at: datetime) -> LinkLine:
    person = people.find_actor(session, row.person_id)
    maker = people.find_actor(session, row.made_by) if row.made_by else None
    return LinkLine(
        id=row.id,
        person_id=row.person_id,
        person=person.name if person else "",
        kind=LinkKind(row.kind),
        channel=Channel(row.channel),
        state=state_of(row, at=at),
        made_at=row.made_at,
        made_by=maker.name if maker else "",
        expires_at=row.expires_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
    )
