"""Messages that are to go out, or went: written in the transaction that asks for them.

`secret` is the link or the code a message carries. It is erased when the message has
gone or has become useless, and the address with it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.entry import Channel
from issuer.domain.errors import NotFound
from issuer.domain.messages import MessageState
from issuer.records.base import FreeText, Identifier, Instant, Record
from issuer.records.people import PersonRecord


class MessageRecord(Record):
    """One message to one person."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(Identifier)
    channel: Mapped[str] = mapped_column(Identifier)
    language: Mapped[str] = mapped_column(Identifier)
    address: Mapped[str] = mapped_column(FreeText)
    secret: Mapped[str] = mapped_column(Identifier)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("entry_link.id"))
    state: Mapped[str] = mapped_column(Identifier, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Identifier, default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    useful_until: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


def get_message(
    session: Session, message_id: int, *, organisation_id: int
) -> MessageRecord:
    """Return a message to a person of this organisation; raises NotFound."""
    row = session.scalar(
        select(MessageRecord)
        .join(PersonRecord, PersonRecord.id == MessageRecord.person_id)
        .where(
            MessageRecord.id == message_id,
            PersonRecord.organisation_id == organisation_id,
        )
    )
    if row is None:
        raise NotFound
    return row


def list_due_messages(session: Session, *, at: datetime) -> list[int]:
    """Return the ids of messages whose time to be sent has come.

    Those that will be of no use soonest come first: a code before an invitation.
    """
    return list(
        session.scalars(
            select(MessageRecord.id)
            .where(
                MessageRecord.state == MessageState.WAITING.value,
                MessageRecord.due_at <= at,
            )
            .order_by(MessageRecord.useful_until, MessageRecord.id)
        )
    )


def claim_message(
    session: Session, message_id: int, *, until: datetime, at: datetime
) -> MessageRecord | None:
    """Take a due message for this process until an instant; None if another has it."""
    found = session.execute(
        update(MessageRecord)
        .where(
            MessageRecord.id == message_id,
            MessageRecord.state == MessageState.WAITING.value,
            MessageRecord.due_at <= at,
        )
        .values(due_at=until, tries=MessageRecord.tries + 1)
        .returning(MessageRecord.id)
    ).first()
    return None if found is None else session.get(MessageRecord, message_id)


def list_lost_messages(
    session: Session, *, organisation_id: int
) -> list[MessageRecord]:
    """Return messages that did not go out and that nobody has settled, oldest first.

    One that failed and will be tried again is among them.
    """
    return list(
        session.scalars(
            select(MessageRecord)
            .join(PersonRecord, PersonRecord.id == MessageRecord.person_id)
            .where(
                PersonRecord.organisation_id == organisation_id,
                MessageRecord.settled_at.is_(None),
                or_(
                    MessageRecord.state == MessageState.LOST.value,
                    (MessageRecord.state == MessageState.WAITING.value)
                    & (MessageRecord.problem != ""),
                ),
            )
            .order_by(MessageRecord.id)
        )
    )


def list_messages_on_screen(
    session: Session, *, organisation_id: int, at: datetime
) -> list[MessageRecord]:
    """Return codes that a coach reads to the person beside them, the newest first."""
    return list(
        session.scalars(
            select(MessageRecord)
            .join(PersonRecord, PersonRecord.id == MessageRecord.person_id)
            .where(
                PersonRecord.organisation_id == organisation_id,
                MessageRecord.state == MessageState.SHOWN.value,
                MessageRecord.useful_until > at,
            )
            .order_by(MessageRecord.id.desc())
        )
    )


def list_newest_messages(session: Session, *, limit: int) -> list[MessageRecord]:
    """Return the newest mail and SMS of everybody: the demo's mailbox alone."""
    return list(
        session.scalars(
            select(MessageRecord)
            .where(MessageRecord.channel != Channel.SCREEN.value)
            .order_by(MessageRecord.id.desc())
            .limit(limit)
        )
    )


def erase_useless(session: Session, *, at: datetime) -> int:
    """Let messages whose time is over lose their secret and address; return how many.

    One that still waited is lost; one that a screen showed or the mailbox held is past.
    """
    useless = MessageRecord.useful_until <= at
    erased = 0
    for state, becomes in (
        (MessageState.WAITING, MessageState.LOST),
        (MessageState.SHOWN, MessageState.PAST),
        (MessageState.KEPT, MessageState.PAST),
    ):
        found = session.execute(
            update(MessageRecord)
            .where(useless, MessageRecord.state == state.value)
            .values(state=becomes.value, secret="", address="")
            .returning(MessageRecord.id)
        )
        erased += len(found.all())
    return erased


def erase_code_messages(
    session: Session, *, person_id: int, kind: str, link_id: int | None = None
) -> None:
    """Erase codes to a person, or of one link, that wait, are shown or kept.

    They open nothing now.
    """
    erased = update(MessageRecord).where(
        MessageRecord.person_id == person_id,
        MessageRecord.kind == kind,
        MessageRecord.state.in_(
            (
                MessageState.WAITING.value,
                MessageState.SHOWN.value,
                MessageState.KEPT.value,
            )
        ),
    )
    if link_id is not None:
        erased = erased.where(MessageRecord.link_id == link_id)
    session.execute(erased.values(state=MessageState.PAST.value, secret="", address=""))
