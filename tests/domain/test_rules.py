"""Smaller rules: business ids, periods, reports, coverage, proposals, verdicts."""

import pickle
from datetime import UTC, date, datetime

import pytest

from issuer.domain.business_id import BusinessIdMalformed, require_business_id
from issuer.domain.certificates import (
    CertificateTaken,
    DraftUnfit,
    ProposalNotAccepted,
    ProposalOutOfDate,
    SignatoryMayNotRelease,
)
from issuer.domain.coverage import UnitOutline, coverage_of
from issuer.domain.mapping import (
    MappedRequirement,
    MappedTask,
    NothingToPublish,
    build_report,
)
from issuer.domain.people import Actor, Role
from issuer.domain.periods import (
    PeriodBackwards,
    WrongRole,
    require_forwards,
    require_role,
)
from issuer.domain.proposals import (
    NothingIdentified,
    ProposalState,
    UnresolvedMarks,
    is_current,
    is_open,
    require_proposable,
    require_releasable,
    state_of,
)
from issuer.domain.signoffs import Mark, Standing
from issuer.domain.texts import LocalText
from issuer.domain.verification import (
    Check,
    Outcome,
    Reason,
    Verdict,
    conclude,
    unknown_serial,
)
from tests.domain.test_signoffs import OONA, sign_off

AT = datetime(2026, 11, 24, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize("given", ["0169321-6", "1234567-1", " 0000000-0 "])
def test_a_business_id_with_its_check_digit_passes(given):
    assert require_business_id(given) == given.strip()


@pytest.mark.parametrize("given", ["", "0169321-7", "01693216", "0000001-1", "x" * 99])
def test_any_other_business_id_is_refused(given):
    with pytest.raises(BusinessIdMalformed):
        require_business_id(given)


def test_a_period_runs_forwards_and_its_people_have_their_roles():
    require_forwards(date(2026, 1, 1), None)
    require_forwards(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(PeriodBackwards):
        require_forwards(date(2026, 1, 2), date(2026, 1, 1))
    require_role(frozenset({Role.COACH}), Role.COACH)
    with pytest.raises(WrongRole):
        require_role(frozenset({Role.COACH}), Role.INSTRUCTOR)


def test_an_actor_is_staff_by_any_office_role():
    assert Actor(1, 1, "", frozenset({Role.CHECKER})).is_staff
    assert not Actor(1, 1, "", frozenset({Role.PARTICIPANT})).is_staff


def report(*tasks: MappedTask):
    return build_report(
        site="Puistot",
        town="Hiisijärvi",
        organisation="Hiisijärven kunta",
        qualification=LocalText(fi="Puutarha-ala"),
        record_number="OPH-901-2020",
        edition_sha256="ab",
        tasks=tasks,
        version=1,
        checker="Kaarlo",
        published_at=AT,
    )


def test_a_report_tells_of_mapped_tasks_only():
    mapped = MappedRequirement(1, "k", None, LocalText(fi="leikkaa"), 1, None)
    content = report(
        MappedTask("urn:1", "Leikkuu", "", (mapped,)),
        MappedTask("urn:2", "Muu", "", ()),
    )
    assert [task["name"] for task in content["tasks"]] == ["Leikkuu"]
    assert content["tasks"][0]["requirements"][0]["code"] == ""
    with pytest.raises(NothingToPublish):
        report(MappedTask("urn:2", "Muu", "", ()))


def outline() -> UnitOutline:
    requirements = tuple((i, f"k{i}", None, LocalText(fi=f"v{i}")) for i in (7, 8, 9))
    return UnitOutline(
        1, "tutkinnonosat_1", LocalText(fi="Osa"), "15", ((LocalText(), requirements),)
    )


def standing(mark: Mark) -> Standing:
    seen = sign_off(1, mark)
    return Standing(7, (seen,), seen)


def test_coverage_counts_what_was_identified_of_the_whole_unit():
    coverage = coverage_of(outline(), {7: standing(Mark.WITH_GUIDANCE)})
    assert (coverage.identified, coverage.total) == (1, 3)
    assert [r.is_identified for r in coverage.requirements] == [True, False, False]
    assert coverage_of(outline(), {7: standing(Mark.NOT_YET)}).identified == 0


def differing() -> Standing:
    both = (sign_off(1, Mark.NOT_YET), sign_off(2, Mark.INDEPENDENTLY, by=OONA))
    return Standing(7, both, None)


def test_only_something_identified_and_undisputed_can_be_proposed():
    require_proposable([coverage_of(outline(), {7: standing(Mark.INDEPENDENTLY)})])
    for nothing in ([], [coverage_of(outline(), {})]):
        with pytest.raises(NothingIdentified):
            require_proposable(nothing)
    mixed = {7: differing(), 8: standing(Mark.INDEPENDENTLY)}
    coverage = coverage_of(outline(), mixed)
    assert coverage.has_dispute
    with pytest.raises(UnresolvedMarks):
        require_proposable([coverage])


@pytest.mark.parametrize(
    ("answer", "released", "latest", "state"),
    [
        (None, False, True, ProposalState.WAITING),
        ("accepted", False, True, ProposalState.ACCEPTED),
        ("disputed", False, True, ProposalState.DISPUTED),
        ("accepted", True, False, ProposalState.RELEASED),
        ("disputed", False, False, ProposalState.REPLACED),
    ],
)
def test_a_proposals_state_follows_from_what_happened(answer, released, latest, state):
    assert state_of(answer=answer, is_released=released, is_latest=latest) is state


def release(**changes):
    arguments = {
        "state": ProposalState.ACCEPTED,
        "signatory_id": 5,
        "participant_id": 9,
        "is_current": True,
    }
    require_releasable(**(arguments | changes))


def test_an_accepted_proposal_whose_sign_offs_stand_can_be_released():
    release()


def current(**changes):
    arguments = {
        "items": {7: 1},
        "standings": {7: standing(Mark.INDEPENDENTLY)},
        "unit_requirements": [7, 8],
    }
    return is_current(**(arguments | changes))


def test_a_proposal_is_current_while_its_units_stand_as_it_says():
    assert current()
    assert current(standings={7: standing(Mark.INDEPENDENTLY), 99: differing()})
    assert not current(standings={})
    assert not current(standings={7: differing()})
    assert not current(items={})


def test_what_no_longer_holds_is_not_open():
    for state in ProposalState:
        waits = state in {ProposalState.WAITING, ProposalState.ACCEPTED}
        assert is_open(state, is_current=True) is waits
        assert not is_open(state, is_current=False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signatory_id": 9}, SignatoryMayNotRelease),
        ({"state": ProposalState.WAITING}, ProposalNotAccepted),
        ({"state": ProposalState.DISPUTED}, ProposalNotAccepted),
        ({"state": ProposalState.REPLACED}, ProposalNotAccepted),
        ({"state": ProposalState.RELEASED}, CertificateTaken),
        ({"is_current": False}, ProposalOutOfDate),
    ],
)
def test_any_other_release_is_refused(changes, error):
    with pytest.raises(error):
        release(**changes)


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["passed", "passed"], Verdict.VALID),
        (["passed", "unknown"], Verdict.UNKNOWN),
        (["unknown", "failed"], Verdict.NOT_VALID),
        ([], Verdict.UNKNOWN),
    ],
)
def test_the_verdict_is_never_better_than_the_worst_check(outcomes, verdict):
    checks = [
        Check("x", found, "", reason=None if found == "passed" else Reason.ALTERED)
        for found in map(Outcome, outcomes)
    ]
    assert conclude("s", checks, at=AT).verdict is verdict


@pytest.mark.parametrize(
    ("reasons", "end"),
    [
        ([None, None], None),
        ([Reason.REVOKED, None], Reason.REVOKED),
        ([Reason.EXPIRED, Reason.REVOKED], Reason.REVOKED),
        ([Reason.EXPIRED, Reason.SUPERSEDED], Reason.SUPERSEDED),
        ([None, Reason.EXPIRED], Reason.EXPIRED),
        ([Reason.ALTERED, Reason.REVOKED], None),
        ([Reason.LIST_OLD, Reason.EXPIRED], None),
        ([Reason.KEY_REVOKED], None),
    ],
)
def test_an_end_is_told_only_where_nothing_else_is_wrong(reasons, end):
    checks = [
        Check("x", Outcome.FAILED if why else Outcome.PASSED, "", reason=why)
        for why in reasons
    ]
    assert conclude("s", checks, at=AT).end is end


@pytest.mark.parametrize("outcome", Outcome)
def test_what_did_not_pass_has_a_word_for_it_and_nothing_else_has(outcome):
    with pytest.raises(ValueError, match="reason"):
        Check(
            "x",
            outcome,
            "",
            reason=Reason.ALTERED if outcome is Outcome.PASSED else None,
        )


def test_an_unknown_serial_is_unknown_not_forged():
    found = unknown_serial(at=AT)
    assert found.verdict is Verdict.UNKNOWN
    assert found.serial == ""


def test_an_error_crosses_a_process_boundary_with_its_facts():
    there = pickle.dumps(DraftUnfit(place="$.id", reason="no"))
    error = pickle.loads(there)  # noqa: S301 (our own bytes)
    assert error.facts == {"place": "$.id", "reason": "no"}
    assert "no" in str(error)
