"""Messages: written beside the row that asks for them, sent later, seen when lost.

A message is claimed before it is sent and marked after, so that a crash in between
sends it twice at worst, and never loses it unseen.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session, sessionmaker

from issuer.domain.entry import Channel
from issuer.domain.errors import IssuerError
from issuer.domain.messages import (
    RETRY_AFTER,
    MessageKind,
    MessageState,
    Say,
    Text,
    compose,
)
from issuer.gateways.messages import MessageGateway, MessageNotTaken
from issuer.records import messages as rows
from issuer.records import people
from issuer.records.attempts import remove_past_attempts
from issuer.records.entry_codes import remove_past_codes
from issuer.records.passkeys import remove_past_challenges
from issuer.records.sessions import remove_expired_sessions

log = logging.getLogger(__name__)

CLAIM: Final = timedelta(minutes=2)
KEPT_CODES: Final = timedelta(days=1)
NO_GATEWAY: Final = "no_gateway"
_PATHS: Final = {MessageKind.INVITATION: "/i/", MessageKind.ENROLMENT: "/enrol/"}


@dataclass(frozen=True, slots=True)
class Posting:
    """What sending needs: the ways out, the words, and where links lead.

    `keeps` lets the demo's mailbox hold what has no way out.
    """

    public_url: str
    gateways: Mapping[Channel, MessageGateway]
    say: Say
    keeps: bool


def add_message(
    session: Session,
    *,
    person_id: int,
    kind: MessageKind,
    channel: Channel,
    address: str,
    secret: str,
    language: str,
    useful_until: datetime,
    link_id: int | None,
    at: datetime,
) -> None:
    """Write a message in the transaction of the row that asks for it."""
    shown = channel is Channel.SCREEN
    session.add(
        rows.MessageRecord(
            person_id=person_id,
            kind=kind.value,
            channel=channel.value,
            language=language,
            address=address,
            secret=secret,
            link_id=link_id,
            state=(MessageState.SHOWN if shown else MessageState.WAITING).value,
            made_at=at,
            due_at=at,
            useful_until=useful_until,
        )
    )


def send_due_messages(
    sessions: sessionmaker[Session], posting: Posting, *, at: datetime
) -> tuple[int, int]:
    """Send what is due and tidy up; return how many went out and how many did not."""
    with sessions() as session:
        _tidy(session, at=at)
        due = rows.list_due_messages(session, at=at)
        session.rollback()
        results = [_send(session, posting, message_id, at=at) for message_id in due]
    return results.count(True), results.count(False)


def _tidy(session: Session, *, at: datetime) -> None:
    """Let go of what is of no more use to anybody."""
    rows.erase_useless(session, at=at)
    remove_expired_sessions(session, at=at)
    remove_past_attempts(session, at=at)
    remove_past_challenges(session, at=at)
    remove_past_codes(session, before=at - KEPT_CODES)
    session.commit()


def _send(
    session: Session, posting: Posting, message_id: int, *, at: datetime
) -> bool | None:
    """Send one message; None where there was nothing to do for this process."""
    row = rows.claim_message(session, message_id, until=at + CLAIM, at=at)
    session.commit()
    if row is None:
        return None
    gateway = posting.gateways.get(Channel(row.channel))
    if gateway is None:
        return _keep_or_wait(session, row, posting, at=at)
    text = text_of(session, row, posting)
    address = row.address
    session.rollback()  # no lock is held while the network is waited for
    try:
        gateway.send(address=address, subject=text.subject, body=text.body, at=at)
    except MessageNotTaken as error:
        log.warning("message %s was not taken: %s", message_id, error)
        _fail(row, str(error.facts.get("reason", "")), is_final=error.is_final, at=at)
        session.commit()
        return False
    row.state = MessageState.SENT.value
    row.sent_at = at
    row.problem = row.secret = row.address = ""
    session.commit()
    return True


def _keep_or_wait(
    session: Session, row: rows.MessageRecord, posting: Posting, *, at: datetime
) -> bool:
    if posting.keeps:
        row.state = MessageState.KEPT.value
    else:
        _fail(row, NO_GATEWAY, is_final=False, at=at)
    session.commit()
    return posting.keeps


def _fail(
    row: rows.MessageRecord, problem: str, *, is_final: bool, at: datetime
) -> None:
    row.problem = problem
    if is_final or row.tries > len(RETRY_AFTER):
        row.state = MessageState.LOST.value
        row.secret = row.address = ""
    else:
        row.due_at = at + RETRY_AFTER[row.tries - 1]


def _organisation_of(session: Session, person_id: int) -> str:
    actor = people.find_actor(session, person_id)
    if actor is None:
        raise IssuerError
    return people.get_organisation(session, actor.organisation_id).name


def text_of(session: Session, row: rows.MessageRecord, posting: Posting) -> Text:
    """Return a message as it is sent; its secret must not have been erased."""
    return compose(
        MessageKind(row.kind),
        posting.say,
        language=row.language,
        organisation=_organisation_of(session, row.person_id),
        secret=secret_of(row, posting),
        is_short=row.channel == Channel.SMS.value,
    )


def secret_of(row: rows.MessageRecord, posting: Posting) -> str:
    """Return what a message carries: a code, or the whole address of its link."""
    path = _PATHS.get(MessageKind(row.kind))
    return row.secret if path is None else f"{posting.public_url}{path}{row.secret}"
