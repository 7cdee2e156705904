"""What can be refused, and the sentence a person reads when it is.

An error carries a code for machines and a sentence for people, in English; edges
translate the sentence and turn the error into a page, a problem document or an exit
code. Nothing here knows HTTP.
"""

from typing import ClassVar


def sentence(text: str) -> str:
    """Mark `text` for translation and return it unchanged."""
    return text


class IssuerError(Exception):
    """Something the system will not do; `facts` fill the places in `sentence`."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = sentence("This cannot be done.")

    def __init__(self, **facts: str | int) -> None:
        self.facts = facts
        super().__init__(self.sentence % facts)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross from a rendering child process with its facts."""
        return _rebuilt, (type(self), self.facts)


def _rebuilt(kind: type[IssuerError], facts: dict[str, str | int]) -> IssuerError:
    return kind(**facts)


class NotFound(IssuerError):
    """No such thing, or not within the reach of the one who asks."""

    code = "not_found"
    sentence = sentence("There is no such page, or it is not yours to see.")


class NotAllowed(IssuerError):
    """The person's roles do not cover this deed."""

    code = "not_allowed"
    sentence = sentence("Your role does not allow this.")


class TextMissing(IssuerError):
    """A required text was left empty."""

    code = "text.missing"
    sentence = sentence("Fill in “%(field)s”.")


class TextTooLong(IssuerError):
    """A text is longer than its column and its place on paper."""

    code = "text.too_long"
    sentence = sentence("“%(field)s” is too long: at most %(limit)s characters.")


class TextUnprintable(IssuerError):
    """A text holds control characters, which no seal or paper can carry."""

    code = "text.unprintable"
    sentence = sentence("“%(field)s” holds an invisible control character.")


class PersonalIdentityCodeRefused(IssuerError):
    """A text holds a Finnish personal identity code (henkilötunnus)."""

    code = "text.personal_identity_code"
    sentence = sentence(
        "The text holds a personal identity code. This service never stores one: "
        "take it out and save again."
    )


class ForbiddenClaim(IssuerError):
    """A text claims what only an education provider may state."""

    code = "text.forbidden_claim"
    sentence = sentence(
        "“%(words)s” is for an education provider to say. A workplace identifies "
        "competence; it does not grade it or grant units. Please rephrase."
    )


class DateMalformed(IssuerError):
    """A date is missing or is not a date."""

    code = "date.malformed"
    sentence = sentence("“%(field)s” is not a date. Write it like 24.11.2026.")
