"""Messages as the office and the demo's mailbox see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.entry import Channel, short_name
from issuer.domain.messages import MessageKind, MessageState, Text
from issuer.domain.people import Actor, Role
from issuer.records import messages as rows
from issuer.records import people
from issuer.services.authority import require_role_of
from issuer.services.messages import Posting, secret_of, text_of


@dataclass(frozen=True, slots=True)
class LostMessage:
    """A message that did not go out, as the office shows it."""

    id: int
    person_id: int
    person: str
    kind: MessageKind
    channel: Channel
    made_at: datetime
    problem: str
    will_try_again: bool


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code that the coach reads to the person beside them."""

    person_id: int
    person: str
    code: str
    useful_until: datetime


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as the demo's mailbox shows it."""

    to: str
    person: str
    channel: Channel
    made_at: datetime
    text: Text | None
    link: str


def list_lost_messages(session: Session, actor: Actor) -> list[LostMessage]:
    """Return what did not reach people of the actor's organisation; NotAllowed."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    found = rows.list_lost_messages(session, organisation_id=actor.organisation_id)
    return [
        LostMessage(
            id=row.id,
            person_id=row.person_id,
            person=_name_of(session, row.person_id),
            kind=MessageKind(row.kind),
            channel=Channel(row.channel),
            made_at=row.made_at,
            problem=row.problem,
            will_try_again=row.state == MessageState.WAITING.value,
        )
        for row in found
    ]


def settle_message(
    session: Session, actor: Actor, *, message_id: int, at: datetime
) -> None:
    """Take a lost message off the list, and try no more; raises NotFound."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    row = rows.get_message(session, message_id, organisation_id=actor.organisation_id)
    row.settled_at = at
    if row.state == MessageState.WAITING.value:
        row.state = MessageState.LOST.value
        row.secret = row.address = ""
    session.commit()


def retry_message(
    session: Session, actor: Actor, *, message_id: int, at: datetime
) -> None:
    """Let a waiting message be tried at once; raises NotFound."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    row = rows.get_message(session, message_id, organisation_id=actor.organisation_id)
    if row.state == MessageState.WAITING.value:
        row.due_at = at
        row.tries = 0
    session.commit()


def list_shown_codes(
    session: Session, actor: Actor, *, at: datetime
) -> list[ShownCode]:
    """Return codes for the coach to read out; raises NotAllowed."""
    require_role_of(actor, Role.COACH, Role.ADMINISTRATOR)
    found = rows.list_messages_on_screen(
        session, organisation_id=actor.organisation_id, at=at
    )
    return [
        ShownCode(
            row.person_id,
            _name_of(session, row.person_id),
            row.secret,
            row.useful_until,
        )
        for row in found
    ]


def list_mailbox(session: Session, posting: Posting) -> list[KeptMessage]:
    """Return the newest messages of everybody: the demo's mailbox and nothing else."""
    if not posting.keeps:
        return []
    return [
        KeptMessage(
            to=row.address,
            person=short_name(_name_of(session, row.person_id)),
            channel=Channel(row.channel),
            made_at=row.made_at,
            text=text_of(session, row, posting) if row.secret else None,
            link=secret_of(row, posting)
            if row.secret and row.kind != MessageKind.CODE.value
            else "",
        )
        for row in rows.list_newest_messages(session, limit=40)
    ]


def _name_of(session: Session, person_id: int) -> str:
    actor = people.find_actor(session, person_id)
    return actor.name if actor else ""
