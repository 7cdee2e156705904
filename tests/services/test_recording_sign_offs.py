import json
from datetime import date

import pytest
from rfc8785 import dumps
from sqlalchemy import select

from issuer.domain.errors import (
    ForbiddenClaim,
    NotAllowed,
    NotFound,
    PersonalIdentityCodeRefused,
)
from issuer.domain.people import Actor, Role
from issuer.domain.signoffs import (
    AlreadyWithdrawn,
    DateOutsidePeriod,
    FormSentBefore,
    InstructorMayNotSign,
    Mark,
    MarkMissing,
    RequirementNotMapped,
)
from issuer.records.signoffs import SignOffRecord
from issuer.services import ledger, mapping, signoffs
from issuer.services.signoffs import GivenMark
from tests import cast
from tests.cast import LATER, OBSERVED_ON


@pytest.fixture
def period(session, house):
    cast.map_and_publish(session, house)
    return cast.open_period(session, house)


def marks(session, house, period, place=0, mark=Mark.INDEPENDENTLY, remark=""):
    places = cast.mapping_ids(session, house, period, by=house.ilkka)
    return {places[place][0]: GivenMark(mark, remark)}


def record(session, house, period, *, by=None, given=None, day=OBSERVED_ON, once="x"):
    return signoffs.record_sign_offs(
        session,
        by or house.ilkka,
        period_id=period,
        marks=marks(session, house, period) if given is None else given,
        observed_on=day,
        one_time_id=once,
        at=LATER,
    )


def test_a_sign_off_keeps_its_canonical_statement(session, house, period):
    (id_,) = record(session, house, period)
    row = session.get(SignOffRecord, id_)
    statement = json.loads(row.statement)
    assert row.statement == dumps(statement)
    assert statement["mark"] == "independently"
    assert statement["nonce"] == row.nonce
    assert statement["participant"].startswith("urn:uuid:")
    assert "Paula" not in row.statement.decode()
    assert row.assurance == "none"
    assert row.statement_version == statement["version"] == 1


def test_the_same_form_sent_twice_is_one_sign_off(session, house, period):
    first = record(session, house, period)
    assert record(session, house, period) == first
    assert len(session.scalars(select(SignOffRecord)).all()) == 1


def test_the_same_form_with_other_marks_is_refused(session, house, period):
    record(session, house, period)
    for other in (
        marks(session, house, period, mark=Mark.NOT_YET),
        marks(session, house, period) | marks(session, house, period, place=1),
    ):
        with pytest.raises(FormSentBefore):
            record(session, house, period, given=other)
    assert len(session.scalars(select(SignOffRecord)).all()) == 1


def test_another_sites_instructor_cannot_sign(session, house, period):
    given = marks(session, house, period)
    with pytest.raises(InstructorMayNotSign):
        record(session, house, period, by=house.oona, given=given)


def test_a_participant_cannot_sign_off_her_own_skill(session, house, period):
    given = marks(session, house, period)
    with pytest.raises(NotAllowed):
        record(session, house, period, by=house.paula, given=given)
    both = Actor(
        house.paula.person_id,
        house.organisation_id,
        "Paula",
        frozenset({Role.PARTICIPANT, Role.INSTRUCTOR}),
    )
    with pytest.raises(Exception, match="your own skills"):
        record(session, house, period, by=both, given=given)


def test_another_organisations_instructor_finds_nothing(session, house, period):
    given = marks(session, house, period)
    with pytest.raises(NotFound):
        record(session, house, period, by=house.vieno, given=given)


def test_only_published_mappings_of_the_site_can_be_signed(session, house, period):
    cast.map_task(
        session, house.carita, house.plants_task_id, house.unit_id, house.requirements
    )
    before = cast.mapping_ids(session, house, period, by=house.ilkka)
    assert 4 not in before  # mapped, but not published
    with pytest.raises(RequirementNotMapped):
        record(session, house, period, given={99_999: GivenMark(Mark.NOT_YET)})


def test_a_newer_report_puts_the_older_mapping_out_of_force(session, house, period):
    old = marks(session, house, period, place=0)
    mapping.remove_task(session, house.carita, task_id=house.winter_task_id, at=LATER)
    cast.map_and_publish(session, house)
    with pytest.raises(RequirementNotMapped):
        record(session, house, period, given=old)


@pytest.mark.parametrize(
    ("remark", "error"),
    [
        ("Hänen tunnuksensa on 131052-308T", PersonalIdentityCodeRefused),
        ("Arvosana 4", ForbiddenClaim),
    ],
)
def test_a_remark_is_checked_and_nothing_is_stored(
    session, house, period, remark, error
):
    given = marks(session, house, period, remark=remark)
    with pytest.raises(error):
        record(session, house, period, given=given)
    session.rollback()
    assert session.scalars(select(SignOffRecord)).all() == []


@pytest.mark.parametrize("day", [date(2025, 3, 2), date(2025, 3, 11)])
def test_the_day_lies_within_the_period_and_not_ahead(session, house, period, day):
    with pytest.raises(DateOutsidePeriod):
        record(session, house, period, day=day)


def test_a_form_without_marks_is_refused(session, house, period):
    with pytest.raises(MarkMissing):
        record(session, house, period, given={})


def test_a_withdrawal_is_a_new_record_and_happens_once(session, house, period):
    (id_,) = record(session, house, period)
    before = session.get(SignOffRecord, id_).statement
    signoffs.withdraw_sign_off(
        session, house.ilkka, sign_off_id=id_, reason="väärä henkilö", at=LATER
    )
    assert session.get(SignOffRecord, id_).statement == before
    told = ledger.view_ledger(session, house.carita, period_id=period).sign_offs
    assert [t.sign_off.is_withdrawn for t in told] == [True]
    with pytest.raises(AlreadyWithdrawn):
        signoffs.withdraw_sign_off(
            session, house.ilkka, sign_off_id=id_, reason="", at=LATER
        )


def test_only_its_instructor_or_a_coach_withdraws(session, house, period):
    (id_,) = record(session, house, period)
    for actor, error in (
        (house.oona, NotAllowed),
        (house.paula, NotFound),
        (house.sirpa, NotAllowed),
        (house.vieno, NotFound),
    ):
        with pytest.raises(error):
            signoffs.withdraw_sign_off(
                session, actor, sign_off_id=id_, reason="", at=LATER
            )
    signoffs.withdraw_sign_off(
        session, house.carita, sign_off_id=id_, reason="", at=LATER
    )


def test_when_instructors_differ_the_coach_records_which_stands(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house, instructors=[house.ilkka, house.oona])
    cast.sign_off(session, house, period, marks={0: Mark.NOT_YET})
    (hers,) = cast.sign_off(
        session, house, period, marks={0: Mark.INDEPENDENTLY}, by=house.oona, once="o"
    )
    (coverage,) = ledger.view_ledger(session, house.carita, period_id=period).coverages
    assert coverage.has_dispute
    with pytest.raises(NotAllowed):
        signoffs.resolve_marks(
            session,
            house.sirpa,
            period_id=period,
            sign_off_id=hers,
            why="x",
            at=LATER,
        )
    signoffs.resolve_marks(
        session,
        house.carita,
        period_id=period,
        sign_off_id=hers,
        why="Oona näki työn myöhemmin.",
        at=LATER,
    )
    (coverage,) = ledger.view_ledger(session, house.carita, period_id=period).coverages
    assert not coverage.has_dispute
    assert coverage.identified == 1


def test_there_is_nothing_to_resolve_where_nobody_differs(session, house, period):
    (id_,) = record(session, house, period)
    with pytest.raises(NotFound):
        signoffs.resolve_marks(
            session,
            house.carita,
            period_id=period,
            sign_off_id=id_,
            why="x",
            at=LATER,
        )
