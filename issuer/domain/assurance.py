"""How strongly a sign-off is bound to whoever gave it, and what is strong enough.

S3 is a passkey that cannot leave its device, S2 one that is synced, S1 a personal link
with a one-time code and then a PIN, S0 paper that a coach recorded with a passkey of
their own. NONE proves nothing: the demo's, and what was recorded before levels were.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from issuer.domain.coverage import Coverage
from issuer.domain.entry import Proof
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.signoffs import Assurance, SignOff

WEAKEST_FIRST: Final = (
    Assurance.NONE,
    Assurance.S0,
    Assurance.S1,
    Assurance.S2,
    Assurance.S3,
)
MOST_NAMED: Final = 5


class AssuranceTooLow(IssuerError):
    """Sign-offs behind a certificate are weaker than the organisation issues on."""

    code = "proposal.assurance_too_low"
    sentence = sentence(
        "This organisation issues on sign-offs of level %(lowest)s or stronger. "
        "These fall short: %(skills)s. Ask the instructor to sign them again with a "
        "passkey."
    )


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A skill whose sign-off is too weak."""

    skill: str
    sign_off: SignOff


def is_at_least(found: Assurance, lowest: Assurance) -> bool:
    """Tell whether a level is as strong as `lowest`, or stronger."""
    return WEAKEST_FIRST.index(found) >= WEAKEST_FIRST.index(lowest)


def assurance_of_session(proof: Proof) -> Assurance:
    """Return the level of a sign-off that no key signed, by how its person came in.

    To come in with a passkey is not to sign with it: such a sign-off is S1 as well.
    """
    return Assurance.NONE if proof is Proof.NONE else Assurance.S1


def assurance_of_passkey(*, may_leave_device: bool) -> Assurance:
    """Return the level of a signed sign-off; synced keys may leave their device."""
    return Assurance.S2 if may_leave_device else Assurance.S3


def find_shortfalls(
    coverages: Iterable[Coverage], lowest: Assurance
) -> list[Shortfall]:
    """Return the identified skills whose standing sign-off is weaker than `lowest`."""
    return [
        Shortfall(requirement.code or requirement.key, requirement.standing.stands)
        for coverage in coverages
        for requirement in coverage.requirements
        if requirement.is_identified
        and requirement.standing
        and requirement.standing.stands
        and not is_at_least(requirement.standing.stands.assurance, lowest)
    ]


def require_assurance(coverages: Iterable[Coverage], lowest: Assurance) -> None:
    """Raise AssuranceTooLow, naming the sign-offs, unless all are strong enough."""
    if not (short := find_shortfalls(coverages, lowest)):
        return
    named = [
        f"{each.skill} ({each.sign_off.instructor_name}, {_level(each.sign_off)})"
        for each in short[:MOST_NAMED]
    ]
    more = [f"+ {len(short) - MOST_NAMED}"] if len(short) > MOST_NAMED else []
    raise AssuranceTooLow(lowest=lowest.value, skills="; ".join([*named, *more]))


def _level(sign_off: SignOff) -> str:
    return "–" if sign_off.assurance is Assurance.NONE else sign_off.assurance.value
