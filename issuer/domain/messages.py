"""What messages say: plain texts without names, in the languages of the service.

A subject tells nothing of a person, and a body no more than it must: who got it by
mistake learns that somebody has a link or a code, and not who or for what work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from issuer.domain.errors import sentence

RETRY_AFTER: Final = (
    timedelta(seconds=20),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)

Say = Callable[[str, str, Mapping[str, str]], str]


class MessageKind(StrEnum):
    """What a message is about."""

    INVITATION = "invitation"
    CODE = "code"
    ENROLMENT = "enrolment"


class MessageState(StrEnum):
    """Where a message is.

    KEPT: held by the demo's mailbox, which sends nothing. SHOWN: on the screen of the
    coach. LOST: given up. PAST: its content is of no more use.
    """

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    SHOWN = "shown"
    LOST = "lost"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Text:
    """The subject and body of a message, as they are sent."""

    subject: str
    body: str


_SUBJECTS: Final = {
    MessageKind.INVITATION: sentence("An invitation for you"),
    MessageKind.CODE: sentence("Your code"),
    MessageKind.ENROLMENT: sentence("Your passkey for the office"),
}
_BODIES: Final = {
    MessageKind.INVITATION: sentence(
        "%(organisation)s invites you to its service for competence certificates.\n\n"
        "Open this link on your phone:\n%(secret)s\n\n"
        "You need no account and nothing to install. The link holds for 14 days. "
        "It only says who is invited; a code tells that it is you.\n\n"
        "If this is not meant for you, open the link and choose “I am not this "
        "person”, or delete this message."
    ),
    MessageKind.CODE: sentence(
        "Your code is %(secret)s\n\n"
        "It holds for ten minutes, in the browser that asked for it. "
        "Nobody from %(organisation)s ever asks you for it.\n\n"
        "If you did not ask for a code, you need not do anything."
    ),
    MessageKind.ENROLMENT: sentence(
        "%(organisation)s has given you a place in its service for competence "
        "certificates.\n\n"
        "Open this link on the device whose fingerprint, face or PIN you want to sign "
        "in with:\n%(secret)s\n\n"
        "It works once and for 24 hours. Pass it on to nobody."
    ),
}
_SHORT: Final = {
    MessageKind.INVITATION: sentence(
        "%(organisation)s invites you: %(secret)s Holds for 14 days."
    ),
    MessageKind.CODE: sentence(
        "Your code is %(secret)s. It holds for ten minutes. Tell it to nobody."
    ),
    MessageKind.ENROLMENT: sentence(
        "%(organisation)s: your link, works once and for 24 hours: %(secret)s"
    ),
}


def compose(
    kind: MessageKind,
    say: Say,
    *,
    language: str,
    organisation: str,
    secret: str,
    is_short: bool = False,
) -> Text:
    """Return a message in `language`; `say` translates a sentence and fills it."""
    facts = {"organisation": organisation, "secret": secret}
    bodies = _SHORT if is_short else _BODIES
    return Text(
        subject=say(_SUBJECTS[kind], language, {}),
        body=say(bodies[kind], language, facts),
    )
