from datetime import UTC, datetime

import pytest

from issuer.domain.signoffs import (
    Assurance,
    InstructorMayNotSign,
    Mark,
    ParticipantMayNotSign,
    Resolution,
    SignOff,
    SignOffStatement,
    require_may_sign,
    standings_of,
)

ILKKA, OONA = 1, 2


def sign_off(sequence: int, mark: Mark, *, by: int = ILKKA, withdrawn: bool = False):
    return SignOff(
        id=sequence,
        sequence=sequence,
        requirement_id=7,
        instructor_id=by,
        instructor_name="",
        task_name="",
        site_name="",
        mark=mark,
        remark="",
        observed_on="2026-11-24",
        signed_at=datetime(2026, 11, 24, tzinfo=UTC),
        received_at=datetime(2026, 11, 24, tzinfo=UTC),
        assurance=Assurance.NONE,
        is_withdrawn=withdrawn,
    )


def standing(*sign_offs, resolutions=()):
    return standings_of(sign_offs, resolutions).get(7)


def test_the_instructors_latest_mark_counts():
    found = standing(sign_off(2, Mark.INDEPENDENTLY), sign_off(1, Mark.NOT_YET))
    assert found.stands.id == 2
    assert found.identifies


def test_a_withdrawn_mark_uncovers_the_one_before():
    found = standing(
        sign_off(1, Mark.WITH_GUIDANCE),
        sign_off(2, Mark.INDEPENDENTLY, withdrawn=True),
    )
    assert found.stands.id == 1


def test_nothing_stands_where_all_is_withdrawn():
    assert standing(sign_off(1, Mark.INDEPENDENTLY, withdrawn=True)) is None


def test_not_yet_stands_but_identifies_nothing():
    found = standing(sign_off(1, Mark.NOT_YET))
    assert found.stands is not None
    assert not found.identifies
    assert not found.is_disputed


def test_instructors_who_agree_need_no_resolution():
    found = standing(
        sign_off(1, Mark.INDEPENDENTLY), sign_off(2, Mark.INDEPENDENTLY, by=OONA)
    )
    assert found.stands.id == 2


def test_instructors_who_differ_leave_nothing_standing():
    found = standing(
        sign_off(1, Mark.NOT_YET), sign_off(2, Mark.INDEPENDENTLY, by=OONA)
    )
    assert found.is_disputed
    assert not found.identifies


def test_the_coachs_resolution_stands_until_a_newer_mark():
    first, second = sign_off(1, Mark.NOT_YET), sign_off(2, Mark.INDEPENDENTLY, by=OONA)
    resolution = Resolution(7, 2, frozenset({1, 2}), "seen twice", 1)
    assert standing(first, second, resolutions=[resolution]).stands.id == 2
    third = sign_off(3, Mark.WITH_GUIDANCE)
    assert standing(first, second, third, resolutions=[resolution]).is_disputed


def test_the_latest_resolution_counts():
    first, second = sign_off(1, Mark.NOT_YET), sign_off(2, Mark.INDEPENDENTLY, by=OONA)
    both = frozenset({1, 2})
    resolutions = [Resolution(7, 1, both, "", 2), Resolution(7, 2, both, "", 1)]
    assert standing(first, second, resolutions=resolutions).stands.id == 1


def test_only_the_periods_instructors_may_sign_and_never_the_participant():
    require_may_sign(instructor_id=1, participant_id=9, period_instructors=[1])
    with pytest.raises(InstructorMayNotSign):
        require_may_sign(instructor_id=2, participant_id=9, period_instructors=[1])
    with pytest.raises(ParticipantMayNotSign):
        require_may_sign(instructor_id=9, participant_id=9, period_instructors=[9])


def test_a_statement_names_people_by_pseudonym_and_leaves_no_empty_remark():
    given = {
        "organisation": "urn:uuid:1",
        "site": "urn:uuid:2",
        "participant": "urn:uuid:3",
        "instructor": "urn:uuid:4",
        "requirement": "ammattitaitovaatimukset_1",
        "edition": "ab",
        "report": "cd",
        "task": "urn:uuid:5",
        "mark": Mark.INDEPENDENTLY,
        "observed_on": "2026-11-24",
        "signed_at": "2026-11-24T09:00:00Z",
        "nonce": "00",
    }
    document = SignOffStatement(remark_sha256=None, **given).as_document()
    assert document["version"] == 1
    assert "remarkSha256" not in document
    assert SignOffStatement(remark_sha256="ff", **given).as_document()["remarkSha256"]
