"""Links that locate a person: made, resent, withdrawn, and sent to somebody else.

A link proves nothing and opens nothing. Looking at it changes nothing, so that whatever
reads mail before people do may look as often as it likes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.entry import (
    ENROLMENT_LIFETIME,
    INVITATION_LIFETIME,
    Channel,
    LinkClosed,
    LinkEnd,
    LinkKind,
    LinkState,
    NobodyToInvite,
    link_state,
    short_name,
)
from issuer.domain.errors import NotFound
from issuer.domain.messages import MessageKind
from issuer.domain.people import Role
from issuer.records import addresses, mapping, passkeys, people, periods
from issuer.records import entry_links as rows
from issuer.records.audit import add_audit_line
from issuer.services.attempts import LINKS_OF_CALLER, LINKS_OF_PERSON, require_attempt
from issuer.services.code_ends import end_codes_of
from issuer.services.messages import add_message
from issuer.services.sessions import hash_of

_LIFETIMES = {
    LinkKind.INVITATION: INVITATION_LIFETIME,
    LinkKind.ENROLMENT: ENROLMENT_LIFETIME,
}
_MESSAGES = {
    LinkKind.INVITATION: MessageKind.INVITATION,
    LinkKind.ENROLMENT: MessageKind.ENROLMENT,
}


@dataclass(frozen=True, slots=True)
class LinkView:
    """What whoever holds the link is told before they have shown who they are.

    Names are a first name and an initial. `participant` and `site` are empty where the
    link is about no work period, and everything but `organisation` once it is closed.
    """

    state: LinkState
    kind: LinkKind
    organisation: str
    person_id: int = 0
    person: str = ""
    asked_by: str = ""
    participant: str = ""
    site: str = ""
    channel: Channel = Channel.SCREEN
    hint: str = ""
    is_participant: bool = False
    has_passkey: bool = False


def require_invitable(session: Session, person_id: int) -> None:
    """Raise NobodyToInvite where a person's roles need a passkey from the start."""
    actor = people.find_actor(session, person_id)
    if actor is None or actor.is_staff or not actor.roles:
        raise NobodyToInvite


def add_link(
    session: Session,
    *,
    kind: LinkKind,
    person_id: int,
    channel: Channel,
    token: str,
    language: str,
    period_id: int | None,
    made_by: int | None,
    at: datetime,
) -> int:
    """Add a link and its message in the caller's transaction; return the link's id.

    Earlier open links of the same kind to the same person are replaced by it, unless
    it is shown on a screen. Raises AddressMissing.
    """
    address = ""
    if channel is not Channel.SCREEN:
        address = addresses.require_address(
            session, person_id=person_id, channel=channel.value
        )
        rows.end_links_of(
            session,
            person_id=person_id,
            kind=kind.value,
            ended_as=LinkEnd.REPLACED.value,
            at=at,
        )
    row = rows.EntryLinkRecord(
        token_sha256=hash_of(token),
        kind=kind.value,
        person_id=person_id,
        channel=channel.value,
        period_id=period_id,
        made_by=made_by,
        made_at=at,
        expires_at=at + _LIFETIMES[kind],
    )
    session.add(row)
    session.flush()
    if channel is not Channel.SCREEN:
        add_message(
            session,
            person_id=person_id,
            kind=_MESSAGES[kind],
            channel=channel,
            address=address,
            secret=token,
            language=language,
            useful_until=row.expires_at,
            link_id=row.id,
            at=at,
        )
    return row.id


def view_link(
    session: Session, *, token: str, kind: LinkKind, at: datetime
) -> LinkView:
    """Return what the link tells; changes nothing. Raises NotFound."""
    row = find_open_or_closed(session, token=token, kind=kind)
    person = people.find_actor(session, row.person_id)
    if person is None:
        raise NotFound
    organisation = people.get_organisation(session, person.organisation_id)
    state = state_of(row, at=at)
    if state is not LinkState.OPEN:
        return LinkView(state, kind, organisation.name, channel=Channel(row.channel))
    asked_by = people.find_actor(session, row.made_by) if row.made_by else None
    participant = site = ""
    if row.period_id is not None:
        period = periods.get_period(
            session, row.period_id, organisation_id=person.organisation_id
        )
        about = people.find_actor(session, period.participant_id)
        participant = short_name(about.name) if about else ""
        site = mapping.get_site(
            session, period.site_id, organisation_id=person.organisation_id
        ).name
    channel, address = code_way(session, row)
    return LinkView(
        state=state,
        kind=kind,
        organisation=organisation.name,
        person_id=person.person_id,
        person=short_name(person.name),
        asked_by=short_name(asked_by.name) if asked_by else "",
        participant=participant,
        site=site,
        channel=channel,
        hint=mask_address(address),
        is_participant=person.has(Role.PARTICIPANT),
        has_passkey=bool(passkeys.list_passkeys(session, person_id=row.person_id)),
    )


def code_way(session: Session, row: rows.EntryLinkRecord) -> tuple[Channel, str]:
    """Return how a code reaches the link's person, and the address.

    The coach's own screen for a link that the coach showed; where a participant showed
    it, the address that the office knows, and the coach's screen where it knows none.
    """
    channel = Channel(row.channel)
    maker = people.find_actor(session, row.made_by) if row.made_by else None
    if channel is Channel.SCREEN and maker is not None and maker.is_staff:
        return Channel.SCREEN, ""
    return best_way(session, row.person_id, first=channel)


def best_way(
    session: Session, person_id: int, *, first: Channel = Channel.MAIL
) -> tuple[Channel, str]:
    """Return the way to a person, `first` if it is known, else mail, SMS or screen."""
    for channel in (first, Channel.MAIL, Channel.SMS):
        address = addresses.find_address(
            session, person_id=person_id, channel=channel.value
        )
        if address:
            return channel, address
    return Channel.SCREEN, ""


def renew_link(
    session: Session,
    *,
    token: str,
    new_token: str,
    language: str,
    caller: str,
    at: datetime,
) -> None:
    """Send a new link in place of one whose time is up, to the address it went to.

    Whoever taps it learns nothing: the link goes to the person. Raises NotFound,
    LinkClosed where it did not expire, AddressMissing where it was shown on a screen,
    TooManyTries.
    """
    row = find_open_or_closed(session, token=token, kind=LinkKind.INVITATION)
    session.rollback()
    require_attempt(session, LINKS_OF_CALLER, caller, at=at)
    require_attempt(session, LINKS_OF_PERSON, row.person_id, at=at)
    if state_of(row, at=at) is not LinkState.EXPIRED:
        raise LinkClosed
    require_invitable(session, row.person_id)
    channel, _ = best_way(session, row.person_id, first=Channel(row.channel))
    if channel is Channel.SCREEN:
        addresses.require_address(
            session, person_id=row.person_id, channel=channel.value
        )
    if not rows.end_link(session, row.id, ended_as=LinkEnd.REPLACED.value, at=at):
        raise LinkClosed
    add_link(
        session,
        kind=LinkKind.INVITATION,
        person_id=row.person_id,
        channel=channel,
        token=new_token,
        language=language,
        period_id=row.period_id,
        made_by=row.made_by,
        at=at,
    )
    add_audit_line(session, "entry.renewed", f"person:{row.person_id}", at=at)
    session.commit()


def deny_link(session: Session, *, token: str, at: datetime) -> None:
    """End a link that reached somebody else, and its codes; the office sees it.

    A second time it is no error. Raises NotFound.
    """
    row = find_open_or_closed(session, token=token, kind=LinkKind.INVITATION)
    ended = rows.end_link(
        session, row.id, ended_as=LinkEnd.NOT_THIS_PERSON.value, at=at
    )
    if ended:
        end_codes_of(session, row.person_id, link_id=row.id, at=at)
        add_audit_line(session, "entry.denied", f"person:{row.person_id}", at=at)
    session.commit()


def find_open_or_closed(
    session: Session, *, token: str, kind: LinkKind
) -> rows.EntryLinkRecord:
    """Return the link of this kind with this token; raises NotFound."""
    row = rows.find_link(session, token_sha256=hash_of(token))
    if row is None or row.kind != kind.value:
        raise NotFound
    return row


def state_of(row: rows.EntryLinkRecord, *, at: datetime) -> LinkState:
    """Return what a link is now."""
    ended_as = LinkEnd(row.ended_as) if row.ended_as else None
    return link_state(ended_as, expires_at=row.expires_at, at=at)


def mask_address(address: str) -> str:
    """Return enough of an address to know one's own: `i•••@example.fi`, `•••67`."""
    local, at_sign, domain = address.rpartition("@")
    if at_sign:
        return f"{local[:1]}•••@{domain}"
    return f"•••{address[-2:]}" if address else ""
