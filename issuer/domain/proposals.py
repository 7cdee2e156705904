"""A coach proposes, the participant accepts or disputes, a signatory releases."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from issuer.domain.certificates import (
    CertificateTaken,
    ProposalNotAccepted,
    ProposalOutOfDate,
    SignatoryMayNotRelease,
)
from issuer.domain.coverage import Coverage
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.signoffs import Standing


class ProposalState(StrEnum):
    """Where a proposal is; worked out from its answer, certificate and successors."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    RELEASED = "released"
    REPLACED = "replaced"


class NothingIdentified(IssuerError):
    """None of the chosen units has an identified requirement."""

    code = "proposal.nothing_identified"
    sentence = sentence(
        "Nothing has been identified in the chosen units yet. "
        "A certificate needs at least one sign-off that counts."
    )


class UnresolvedMarks(IssuerError):
    """Instructors differ about a requirement of a chosen unit."""

    code = "proposal.unresolved_marks"
    sentence = sentence(
        "Instructors differ about a skill. Record first which mark stands, and why."
    )


class ProposalPending(IssuerError):
    """The newest proposal waits for an answer or a release, and still holds."""

    code = "proposal.pending"
    sentence = sentence(
        "The previous proposal is still open. It must be answered and released, "
        "or disputed, before a new one."
    )


class AlreadyAnswered(IssuerError):
    """The participant has answered, or a newer proposal has replaced this one."""

    code = "proposal.already_answered"
    sentence = sentence("This proposal has already been answered.")


class NotYourProposal(IssuerError):
    """Only the participant themselves may answer."""

    code = "proposal.not_yours"
    sentence = sentence("Only the participant can answer this proposal.")


class UnitsOfOneEdition(IssuerError):
    """A proposal speaks of one catalogue edition."""

    code = "proposal.one_edition"
    sentence = sentence("Choose units of one qualification at a time.")


class OneAreaOfAUnit(IssuerError):
    """A certificate speaks of a whole unit, or of one target area of it."""

    code = "proposal.one_area"
    sentence = sentence("Choose one target area of a unit, or the whole unit.")


def limit_coverage(coverage: Coverage, requirement_ids: Collection[int]) -> Coverage:
    """Return the coverage of the target areas that hold these requirements."""
    wanted = set(requirement_ids)
    areas = tuple(
        area
        for area in coverage.areas
        if any(r.requirement_id in wanted for r in area.requirements)
    )
    return replace(coverage, areas=areas)


def state_of(
    *, answer: str | None, is_released: bool, is_latest: bool
) -> ProposalState:
    """Return where a proposal is."""
    if is_released:
        return ProposalState.RELEASED
    if not is_latest:
        return ProposalState.REPLACED
    if answer is None:
        return ProposalState.WAITING
    return ProposalState(answer)


def require_proposable(coverages: Iterable[Coverage]) -> None:
    """Raise unless each unit has something identified and nothing unresolved."""
    chosen = list(coverages)
    if not chosen or any(coverage.identified == 0 for coverage in chosen):
        raise NothingIdentified
    if any(coverage.has_dispute for coverage in chosen):
        raise UnresolvedMarks


def is_current(
    *,
    items: Mapping[int, int],
    standings: Mapping[int, Standing],
    unit_requirements: Iterable[int],
) -> bool:
    """Tell whether what stands now in the proposal's units is exactly what it says.

    `items` maps requirement ids to the sign-offs proposed.
    """
    wanted = set(unit_requirements)
    now = {
        id_: standing.stands.id if standing.stands else None
        for id_, standing in standings.items()
        if id_ in wanted and (standing.is_disputed or standing.identifies)
    }
    return now == dict(items)


def is_open(state: ProposalState, *, is_current: bool) -> bool:
    """Tell whether something may still come of it, so that no other may be made."""
    return is_current and state in {ProposalState.WAITING, ProposalState.ACCEPTED}


def require_releasable(
    *,
    state: ProposalState,
    signatory_id: int,
    participant_id: int,
    is_current: bool,
) -> None:
    """Raise unless this signatory may release this proposal now.

    What stands now for the proposal's units must be exactly what the participant
    accepted.
    """
    if signatory_id == participant_id:
        raise SignatoryMayNotRelease
    if state is ProposalState.RELEASED:
        raise CertificateTaken
    if state is not ProposalState.ACCEPTED:
        raise ProposalNotAccepted
    if not is_current:
        raise ProposalOutOfDate
