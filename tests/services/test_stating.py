"""What a certificate's statement says of the rows, under each policy."""

from datetime import UTC, datetime

import pytest

from issuer.domain.certificates import ValidityOutOfRange
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.proposals import NothingIdentified, OneAreaOfAUnit
from issuer.domain.signoffs import Mark
from issuer.records import catalogue, people
from issuer.records import proposals as rows
from issuer.records.catalogue_areas import list_areas_of_units
from issuer.records.certificates import CertificateRecord
from issuer.services import policy, proposals
from issuer.services.policy import CertificatePolicy
from tests import cast
from tests.cast import LATER, URL


@pytest.fixture
def period(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return period


def propose(session, house, period, **more):
    return proposals.propose(
        session,
        house.carita,
        period_id=period,
        unit_ids=[house.unit_id],
        summary="Paula hoiti pihaa.",
        hours=320,
        at=LATER,
        **more,
    )


def set_policy(session, house, **fields):
    policy.set_policy(session, house.anneli, CertificatePolicy(**fields), at=LATER)


def seen(statement):
    return [
        row
        for unit in statement.units
        for area in unit.areas
        for row in area.requirements
        if row.identified
    ]


def areas_of(session, house):
    return [a.id for a in list_areas_of_units(session, [house.unit_id])]


def test_without_a_policy_it_says_what_it_always_said(session, house, period):
    statement = cast.state(session, house, propose(session, house, period))

    assert not statement.shows_levels
    assert not statement.hides_site
    assert statement.valid_until is None
    assert statement.supersedes is None
    assert statement.qualification.qualification_type == "koulutustyyppi_1"
    assert statement.qualification.framework_level == 4
    assert [u.scope_of_certificate for u in statement.units] == ["unit"]
    assert len(statement.environments) == 1
    for row in seen(statement):
        assert (row.instructor, row.instructor_role) == ("Ilkka Ohjaaja", "työnjohtaja")
        assert row.site == "Metsäpiha"
        assert row.mark is None


def test_levels_are_stated_where_the_policy_shows_them(session, house, period):
    set_policy(session, house, shows_levels=True)
    statement = cast.state(session, house, propose(session, house, period))

    assert statement.shows_levels
    assert [row.mark for row in seen(statement)] == ["independently", "with_guidance"]
    assert all(
        row.mark is None
        for area in statement.units[0].areas
        for row in area.requirements
        if not row.identified
    )


@pytest.mark.parametrize("by_policy", [True, False])
def test_the_organisation_or_the_proposal_hides_the_site(
    session, house, period, by_policy
):
    set_policy(session, house, hides_site=by_policy)
    id_ = propose(session, house, period, hides_site=not by_policy)
    statement = cast.state(session, house, id_)

    assert statement.hides_site
    assert statement.environments == ()
    assert {row.site for row in seen(statement)} == {None}
    assert "'Metsäpiha'" not in str(statement)
    view = proposals.view_proposal(session, house.paula, proposal_id=id_)
    assert view.hides_site is not by_policy


def test_a_policy_may_keep_the_instructors_name_back(session, house, period):
    set_policy(session, house, names_instructors=False)
    statement = cast.state(session, house, propose(session, house, period))

    assert {(r.instructor, r.instructor_role) for r in seen(statement)} == {
        (None, "työnjohtaja")
    }
    assert "Ilkka" not in str(statement)


@pytest.mark.parametrize(
    ("at", "months", "until"),
    [
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), 24, "2028-11-24T21:59:59Z"),
        (datetime(2026, 11, 24, 22, 30, tzinfo=UTC), 1, "2026-12-25T21:59:59Z"),
        (datetime(2027, 1, 31, 9, 0, tzinfo=UTC), 1, "2027-02-28T21:59:59Z"),
        (datetime(2027, 8, 31, 9, 0, tzinfo=UTC), 6, "2028-02-29T21:59:59Z"),
        (datetime(2027, 1, 15, 9, 0, tzinfo=UTC), 6, "2027-07-15T20:59:59Z"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), 12, "2027-12-01T21:59:59Z"),
    ],
)
def test_validity_ends_with_a_day_in_finland(session, house, period, at, months, until):
    set_policy(session, house, valid_for_months=months)

    statement = cast.state(session, house, propose(session, house, period), at=at)

    assert statement.valid_until == until


def test_only_the_administrator_sets_the_policy(session, house):
    asked = CertificatePolicy(shows_levels=True, valid_for_months=36)
    for actor in (house.carita, house.sirpa, house.kaarlo, house.paula):
        with pytest.raises(NotAllowed):
            policy.set_policy(session, actor, asked, at=LATER)
    policy.set_policy(session, house.anneli, asked, at=LATER)
    assert policy.view_policy(session, house.anneli) == asked
    assert policy.view_policy(session, house.vieno) == CertificatePolicy()


@pytest.mark.parametrize("months", [-1, 0, 601, 10**18])
def test_a_validity_below_a_month_or_above_fifty_years_is_refused(
    session, house, months
):
    with pytest.raises(ValidityOutOfRange) as refused:
        set_policy(session, house, valid_for_months=months, shows_levels=True)
    assert refused.value.code == "policy.validity_out_of_range"
    assert refused.value.facts == {"field": "validity", "most": 600}
    session.rollback()
    assert policy.view_policy(session, house.anneli) == CertificatePolicy()


@pytest.mark.parametrize("months", [1, 600, None])
def test_the_ends_of_the_range_are_allowed(session, house, months):
    set_policy(session, house, valid_for_months=months)
    assert policy.view_policy(session, house.anneli).valid_for_months == months


def test_the_certificate_follows_the_policy_of_its_proposal(session, house, period):
    set_policy(session, house, shows_levels=True, valid_for_months=24)
    id_ = propose(session, house, period)
    set_policy(session, house, hides_site=True, names_instructors=False)

    statement = cast.state(session, house, id_)

    assert statement.shows_levels
    assert not statement.hides_site
    assert len(statement.environments) == 1
    assert {row.instructor for row in seen(statement)} == {"Ilkka Ohjaaja"}
    assert all(row.mark for row in seen(statement))
    assert statement.valid_until == "2027-03-10T21:59:59Z"


def test_the_months_count_from_the_release_not_from_the_proposal(
    session, house, period
):
    set_policy(session, house, valid_for_months=24)
    id_ = propose(session, house, period)
    released = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    statement = cast.state(session, house, id_, at=released)

    assert statement.valid_until == "2028-11-24T21:59:59Z"


def test_each_proposal_keeps_the_policy_it_was_made_under(session, house, period):
    made_under = [
        CertificatePolicy(shows_levels=True, valid_for_months=12),
        CertificatePolicy(hides_site=True, names_instructors=False),
        CertificatePolicy(),
    ]
    made = []
    for number, asked in enumerate(made_under):
        policy.set_policy(session, house.anneli, asked, at=LATER)
        made.append(propose(session, house, period))
        add_certificate(session, house, made[-1], f"AAA{number}")

    assert [
        proposals.view_proposal(session, house.paula, proposal_id=id_).policy
        for id_ in made
    ] == made_under


def test_the_language_is_kept_with_the_proposal(session, house, period):
    id_ = propose(session, house, period)
    organisation = people.get_organisation(session, house.organisation_id)
    organisation.certificate_language = "sv"
    session.commit()

    assert cast.state(session, house, id_).language == "fi"
    view = proposals.view_proposal(session, house.paula, proposal_id=id_)
    assert view.language == "fi"


def test_the_place_in_a_status_list_and_what_it_replaces(session, house, period):
    earlier = f"{URL}/v/AAAA"
    statement = cast.state(
        session,
        house,
        propose(session, house, period),
        status_list_url=f"{URL}/org/hiisi/status/1",
        status_index=7,
        supersedes=earlier,
    )

    assert statement.status_list_url == f"{URL}/org/hiisi/status/1"
    assert statement.status_index == 7
    assert statement.supersedes == earlier


def add_certificate(session, house, proposal_id, serial):
    session.add(
        CertificateRecord(
            organisation_id=house.organisation_id,
            proposal_id=proposal_id,
            participant_id=house.paula.person_id,
            serial=serial,
            state="issued",
            released_by=house.sirpa.person_id,
            reserved_at=LATER,
            draft=b"",
            draft_sha256="",
            page_state="pending",
        )
    )
    session.commit()


def test_what_it_replaces_is_not_what_it_builds_on(session, house, period):
    for serial in ("AAAA", "BBBB"):
        id_ = propose(session, house, period)
        add_certificate(session, house, id_, serial)
    id_ = propose(session, house, period)

    both = cast.state(session, house, id_)
    replacing = cast.state(session, house, id_, supersedes=f"{URL}/v/BBBB")

    assert both.builds_on == (f"{URL}/v/AAAA", f"{URL}/v/BBBB")
    assert replacing.builds_on == (f"{URL}/v/AAAA",)


def test_a_proposal_may_be_limited_to_one_target_area(session, house, period):
    first, _ = areas_of(session, house)
    cast.sign_off(session, house, period, marks={2: Mark.INDEPENDENTLY}, once="more")

    id_ = propose(session, house, period, area_ids=[first])

    (coverage,) = proposals.view_proposal(
        session, house.paula, proposal_id=id_
    ).coverages
    assert (coverage.identified, coverage.total) == (2, 2)
    items = rows.list_items(session, proposal_id=id_)
    assert {item.requirement_id for item in items} == set(house.requirements[:2])
    (unit,) = cast.state(session, house, id_).units
    assert unit.scope_of_certificate == "area"
    assert unit.only_area is not None
    assert unit.only_area.name == "Työn suunnittelu"
    assert (unit.identified, unit.total) == (2, 2)
    assert unit.code == "tutkinnonosat_900001"


def test_a_target_area_needs_something_identified_in_it(session, house, period):
    _, second = areas_of(session, house)

    with pytest.raises(NothingIdentified):
        propose(session, house, period, area_ids=[second])


def test_what_is_no_target_area_of_the_chosen_unit_is_not_found(session, house, period):
    other = list_areas_of_units(session, [house.second_unit_id])
    for area_id in (other[0].id, 987654):
        with pytest.raises(NotFound):
            propose(session, house, period, area_ids=[area_id])


def test_a_unit_is_limited_to_one_area_or_stands_whole(session, house, period):
    with pytest.raises(OneAreaOfAUnit):
        propose(session, house, period, area_ids=areas_of(session, house))


def test_the_areas_that_can_be_proposed(session, house, period):
    (area,) = proposals.list_proposable_areas(session, house.carita, period_id=period)

    assert area.id == areas_of(session, house)[0]
    assert (area.unit_id, area.identified, area.total) == (house.unit_id, 2, 2)
    assert area.name.fi == "Työn suunnittelu"
    with pytest.raises(NotAllowed):
        proposals.list_proposable_areas(session, house.paula, period_id=period)


def test_requirements_under_no_heading_are_no_target_area(session, house, period):
    first, _ = areas_of(session, house)
    row = session.get(catalogue.TargetAreaRecord, first)
    row.has_heading = False
    session.commit()

    assert not proposals.list_proposable_areas(session, house.carita, period_id=period)
    with pytest.raises(NotFound):
        propose(session, house, period, area_ids=[first])
