"""Sign-offs: an instructor's dated statements, and which of them count.

A sign-off says that an instructor saw a participant meet one requirement in one task.
It is never changed; a withdrawal is a new record. Which mark stands is worked out
anew from the records each time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.domain.errors import IssuerError, sentence


class Mark(StrEnum):
    """What the instructor saw; none of them is a grade."""

    NOT_YET = "not_yet"
    WITH_GUIDANCE = "with_guidance"
    INDEPENDENTLY = "independently"

    @property
    def identifies(self) -> bool:
        """Tell whether the mark identifies competence (threshold T1, domain.md)."""
        return self is not Mark.NOT_YET


class Assurance(StrEnum):
    """How strongly a sign-off is bound to the person who gave it (architecture.md)."""

    NONE = "none"
    S0 = "S0"
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"


class InstructorMayNotSign(IssuerError):
    """The instructor is not one of this work period's instructors."""

    code = "sign_off.not_this_instructor"
    sentence = sentence(
        "Only an instructor named for this work period can sign off its skills."
    )


class ParticipantMayNotSign(IssuerError):
    """People cannot sign off their own skills."""

    code = "sign_off.own_skill"
    sentence = sentence("You cannot sign off your own skills.")


class RequirementNotMapped(IssuerError):
    """The task does not map to this requirement in a published report."""

    code = "sign_off.not_mapped"
    sentence = sentence(
        "This task has no published mapping to that requirement. Ask the coach."
    )


class AlreadyWithdrawn(IssuerError):
    """The sign-off has been withdrawn before."""

    code = "sign_off.already_withdrawn"
    sentence = sentence("This sign-off has already been withdrawn.")


class MarkMissing(IssuerError):
    """The form came without any mark, or with one that does not exist."""

    code = "sign_off.mark_missing"
    sentence = sentence("Choose a mark for at least one skill.")


class FormSentBefore(IssuerError):
    """A form with this one-time id was recorded already, with other contents."""

    code = "sign_off.form_sent_before"
    sentence = sentence(
        "This form was sent before with other marks, and those were recorded. "
        "Look at your sign-offs, and open the task again for the rest."
    )


class DateOutsidePeriod(IssuerError):
    """The work was done outside the work period or in the future."""

    code = "sign_off.outside_period"
    sentence = sentence("The day must lie within the work period, and not ahead.")


def require_may_sign(
    *, instructor_id: int, participant_id: int, period_instructors: Collection[int]
) -> None:
    """Raise unless this instructor may sign for this participant in this period."""
    if instructor_id == participant_id:
        raise ParticipantMayNotSign
    if instructor_id not in period_instructors:
        raise InstructorMayNotSign


@dataclass(frozen=True, slots=True)
class SignOffStatement:
    """What an instructor states, before it is bytes; pseudonymous.

    Ids are the public pseudonyms of their rows, times are UTC in whole seconds.
    `as_document()` is canonicalised with JCS (RFC 8785) and kept. Where a device signs,
    version 2 is kept instead: the same facts as a leaf of what was signed.
    """

    organisation: str
    site: str
    participant: str
    instructor: str
    requirement: str
    edition: str
    report: str
    task: str
    mark: Mark
    remark_sha256: str | None
    observed_on: str
    signed_at: str
    nonce: str

    def as_document(self) -> dict[str, object]:
        """Return the statement as JSON values, in version 1 of its form."""
        document: dict[str, object] = {
            "type": "SignOffStatement",
            "version": 1,
            "organisation": self.organisation,
            "site": self.site,
            "participant": self.participant,
            "instructor": self.instructor,
            "requirement": self.requirement,
            "edition": self.edition,
            "report": self.report,
            "task": self.task,
            "mark": self.mark.value,
            "observedOn": self.observed_on,
            "signedAt": self.signed_at,
            "nonce": self.nonce,
        }
        if self.remark_sha256:
            document["remarkSha256"] = self.remark_sha256
        return document


@dataclass(frozen=True, slots=True)
class SignOff:
    """One recorded sign-off, as rules and certificates read it.

    `sequence` orders the records as the server received them. A coach who withdrew it
    by returning it to its instructor gave `return_reason`.
    """

    id: int
    sequence: int
    requirement_id: int
    instructor_id: int
    instructor_name: str
    task_name: str
    site_name: str
    mark: Mark
    remark: str
    observed_on: str
    signed_at: datetime
    received_at: datetime
    assurance: Assurance
    is_withdrawn: bool
    return_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The coach's record of which of differing sign-offs stands, and why."""

    requirement_id: int
    sign_off_id: int
    considered: frozenset[int]
    why: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for one requirement: one sign-off, or differing ones to resolve."""

    requirement_id: int
    counting: tuple[SignOff, ...]
    stands: SignOff | None
    resolution: Resolution | None = None

    @property
    def is_disputed(self) -> bool:
        """Tell whether instructors differ and no coach has recorded what stands."""
        return self.stands is None

    @property
    def identifies(self) -> bool:
        """Tell whether the standing mark identifies competence."""
        return self.stands is not None and self.stands.mark.identifies


def standings_of(
    sign_offs: Iterable[SignOff], resolutions: Iterable[Resolution]
) -> Mapping[int, Standing]:
    """Return the standing of every requirement that has a sign-off that counts.

    An instructor's latest mark that is not withdrawn counts. Where instructors differ,
    the coach's latest resolution stands as long as it considered exactly the marks
    that count now; a newer mark asks for a new one.
    """
    latest: dict[int, dict[int, SignOff]] = {}
    for sign_off in sorted(sign_offs, key=lambda s: s.sequence):
        if not sign_off.is_withdrawn:
            by_instructor = latest.setdefault(sign_off.requirement_id, {})
            by_instructor[sign_off.instructor_id] = sign_off
    resolved = {
        r.requirement_id: r for r in sorted(resolutions, key=lambda r: r.sequence)
    }
    return {
        requirement_id: _standing(
            requirement_id, tuple(counting.values()), resolved.get(requirement_id)
        )
        for requirement_id, counting in latest.items()
    }


def _standing(
    requirement_id: int, counting: tuple[SignOff, ...], resolution: Resolution | None
) -> Standing:
    counting = tuple(sorted(counting, key=lambda s: s.sequence))
    if len({sign_off.mark for sign_off in counting}) == 1:
        return Standing(requirement_id, counting, counting[-1])
    if resolution and resolution.considered == {s.id for s in counting}:
        chosen = next(s for s in counting if s.id == resolution.sign_off_id)
        return Standing(requirement_id, counting, chosen, resolution)
    return Standing(requirement_id, counting, None)
