"""Which level a sign-off has, and which is strong enough."""

from datetime import UTC, datetime

import pytest

from issuer.domain.assurance import (
    WEAKEST_FIRST,
    AssuranceTooLow,
    assurance_of_passkey,
    assurance_of_session,
    is_at_least,
    require_assurance,
)
from issuer.domain.coverage import Coverage, CoveredArea, CoveredRequirement
from issuer.domain.entry import Proof
from issuer.domain.signoffs import Assurance, Mark, SignOff, Standing
from issuer.domain.texts import LocalText


def covered(*levels, mark=Mark.INDEPENDENTLY):
    rows = []
    for number, level in enumerate(levels, 1):
        seen = SignOff(
            id=number,
            sequence=number,
            requirement_id=number,
            instructor_id=1,
            instructor_name="Ilkka",
            task_name="",
            site_name="",
            mark=mark,
            remark="",
            observed_on="2025-03-10",
            signed_at=datetime(2025, 3, 10, tzinfo=UTC),
            received_at=datetime(2025, 3, 10, tzinfo=UTC),
            assurance=level,
            is_withdrawn=False,
        )
        standing = Standing(number, (seen,), seen)
        rows.append(
            CoveredRequirement(
                number, f"k{number}", f"R{number}", LocalText(), standing
            )
        )
    rows.append(CoveredRequirement(99, "k99", "R99", LocalText(), None))
    return [
        Coverage(1, None, LocalText(), None, (CoveredArea(LocalText(), tuple(rows)),))
    ]


def test_levels_stand_in_their_order():
    assert [str(level) for level in WEAKEST_FIRST] == ["none", "S0", "S1", "S2", "S3"]
    assert set(WEAKEST_FIRST) == set(Assurance)
    assert is_at_least(Assurance.S2, Assurance.S2)
    assert not is_at_least(Assurance.S1, Assurance.S2)


def test_only_a_signature_is_more_than_s1():
    assert assurance_of_session(Proof.NONE) is Assurance.NONE
    for proof in (Proof.CODE, Proof.PIN, Proof.PASSKEY):
        assert assurance_of_session(proof) is Assurance.S1
    assert assurance_of_passkey(may_leave_device=True) is Assurance.S2
    assert assurance_of_passkey(may_leave_device=False) is Assurance.S3


def test_what_falls_short_is_named():
    strong, weak = Assurance.S3, Assurance.S1
    require_assurance(covered(strong, weak), Assurance.S1)
    with pytest.raises(AssuranceTooLow) as refused:
        require_assurance(covered(strong, weak, Assurance.NONE), Assurance.S2)
    assert "R2 (Ilkka, S1); R3 (Ilkka, –)" in str(refused.value)
    assert "R1 " not in str(refused.value)
    assert "S2 or stronger" in str(refused.value)


def test_many_are_counted():
    with pytest.raises(AssuranceTooLow, match=r"R5 \(Ilkka, S1\); \+ 3\."):
        require_assurance(covered(*[Assurance.S1] * 8), Assurance.S3)


def test_what_is_not_identified_weighs_nothing():
    require_assurance(covered(Assurance.NONE, mark=Mark.NOT_YET), Assurance.S3)
