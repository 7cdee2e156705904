"""Coming in without an account: who proves what, for how long, and what is refused.

A link only says who is meant. Who it is, is said by a code sent to an address of that
person, by a PIN on a browser that a code has opened before, or by a passkey.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.people import Actor

INVITATION_LIFETIME: Final = timedelta(days=14)
ENROLMENT_LIFETIME: Final = timedelta(hours=24)
CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODE_REPEAT: Final = timedelta(seconds=15)
PIN_TRIES: Final = 5
PIN_LOCK: Final = timedelta(minutes=15)
CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
FRESH_PROOF: Final = timedelta(minutes=10)


class Proof(StrEnum):
    """How a browser showed who uses it. NONE is the demo's: nobody proved anything."""

    NONE = "none"
    CODE = "code"
    PIN = "pin"
    PASSKEY = "passkey"


class Channel(StrEnum):
    """The way a message reaches a person; SCREEN is that of the coach beside them."""

    MAIL = "mail"
    SMS = "sms"
    SCREEN = "screen"


class LinkKind(StrEnum):
    """What a link is for: coming in, which it only locates; or a passkey, once."""

    INVITATION = "invitation"
    ENROLMENT = "enrolment"


class LinkEnd(StrEnum):
    """How a link ended before its time."""

    USED = "used"
    WITHDRAWN = "withdrawn"
    NOT_THIS_PERSON = "not_this_person"
    REPLACED = "replaced"


class LinkState(StrEnum):
    """What a link is now: open, or why not."""

    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    WITHDRAWN = "withdrawn"
    NOT_THIS_PERSON = "not_this_person"
    REPLACED = "replaced"


def link_state(
    ended_as: LinkEnd | None, *, expires_at: datetime, at: datetime
) -> LinkState:
    """Return the state of a link; how it was ended outweighs that its time is up."""
    if ended_as is not None:
        return LinkState(ended_as.value)
    return LinkState.EXPIRED if expires_at <= at else LinkState.OPEN


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a browser stays signed in: without use, and at most."""

    idle: timedelta
    absolute: timedelta


STAFF_LIMITS: Final = SessionLimits(timedelta(minutes=30), timedelta(hours=12))
PHONE_LIMITS: Final = SessionLimits(timedelta(hours=8), timedelta(days=7))
DEMO_LIMITS: Final = SessionLimits(timedelta(hours=12), timedelta(hours=12))


def limits_of(actor: Actor, proof: Proof) -> SessionLimits:
    """Return the limits of a session; who works in the office has the strict ones."""
    if proof is Proof.NONE:
        return DEMO_LIMITS
    return STAFF_LIMITS if actor.is_staff else PHONE_LIMITS


def opens(actor: Actor, proof: Proof) -> bool:
    """Tell whether a proof is enough for a person; the office has passkeys only.

    Who gets a role in the office while signed in by a code is out by that.
    """
    return not actor.is_staff or proof in {Proof.PASSKEY, Proof.NONE}


def short_name(name: str) -> str:
    """Return the first name and the initial of the last: `Paula P.`."""
    words = name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else name


class LinkClosed(IssuerError):
    """A link that has ended or whose time is up is to be used."""

    code = "entry.link_closed"
    sentence = sentence("This link is no longer in use. Ask for a new one.")


class CodeWrong(IssuerError):
    """The typed code is not the one that was sent; `left` tries remain."""

    code = "entry.code_wrong"
    sentence = sentence("That is not the code. Tries left: %(left)s.")


class CodeSpent(IssuerError):
    """The code was used, or wrongly typed too often, or its ten minutes are over."""

    code = "entry.code_spent"
    sentence = sentence("This code can no longer be used. Ask for a new one.")


class OtherBrowser(IssuerError):
    """No code waits in this browser: it was asked for in another one, or never."""

    code = "entry.other_browser"
    sentence = sentence(
        "No code was asked for in this browser. A code works only in the browser that "
        "asked for it: open your link here and ask for a code."
    )


class TooManyTries(IssuerError):
    """Somebody asks too often; `minutes` is how long to wait at most."""

    code = "entry.too_many_tries"
    sentence = sentence("That was tried too often. Wait %(minutes)s minutes.")


class PinMalformed(IssuerError):
    """A new PIN is not six digits, or is one that anybody would try first."""

    code = "text.pin_malformed"
    sentence = sentence("A PIN has six digits, not all the same and not in a row.")


class PinDiffers(IssuerError):
    """The PIN was typed in two ways."""

    code = "text.pin_differs"
    sentence = sentence("The two PINs differ. Type the same one twice.")


class PinWrong(IssuerError):
    """The typed PIN is not this person's on this browser; `left` tries remain."""

    code = "entry.pin_wrong"
    sentence = sentence("That is not your PIN. Tries left: %(left)s.")


class PinLocked(IssuerError):
    """The PIN was typed wrongly too often."""

    code = "entry.pin_locked"
    sentence = sentence(
        "The PIN is locked for %(minutes)s minutes. A new code lets you in at once."
    )


class PasskeyRefused(IssuerError):
    """What the browser's passkey answered does not hold."""

    code = "entry.passkey_refused"
    sentence = sentence("The passkey was not accepted. Nothing was changed; try again.")


class PasskeyUnknown(IssuerError):
    """The passkey is none of ours, or was removed."""

    code = "entry.passkey_unknown"
    sentence = sentence(
        "This passkey is not known here. Use another one, or ask your administrator."
    )


class PasskeyExists(IssuerError):
    """The same passkey is registered a second time."""

    code = "entry.passkey_exists"
    sentence = sentence("This passkey has been registered already.")


class StaffNeedPasskey(IssuerError):
    """Somebody of the office tries to come in with a code or a PIN."""

    code = "entry.staff_need_passkey"
    sentence = sentence("Who works in the office signs in with a passkey.")


class ProofNeeded(IssuerError):
    """The deed needs a proof of the person that is newer or stronger."""

    code = "entry.proof_needed"
    sentence = sentence("Confirm first that it is you.")


class TickMissing(IssuerError):
    """A deed that a program could do by sending forms wants a tick, and has none."""

    code = "form.tick_missing"
    sentence = sentence("Tick the box first, so that no link ends by accident.")


class AddressMalformed(IssuerError):
    """What was given is no e-mail address or no phone number."""

    code = "text.address_malformed"
    sentence = sentence("“%(field)s” is not an address that a message can be sent to.")


class AddressMissing(IssuerError):
    """The person has no e-mail address and no phone number."""

    code = "entry.address_missing"
    sentence = sentence("Add an e-mail address or a phone number first.")


class NobodyToInvite(IssuerError):
    """The person's roles come in another way: the office by an enrolment link."""

    code = "entry.wrong_kind_of_link"
    sentence = sentence(
        "Participants and instructors are invited; who works in the office gets an "
        "enrolment link."
    )
