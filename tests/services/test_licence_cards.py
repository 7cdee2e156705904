"""A coach records cards, picks which to list, and the participant accepts them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from issuer.domain.errors import (
    NotAllowed,
    NotFound,
    PersonalIdentityCodeRefused,
    TextMissing,
)
from issuer.domain.licence_cards import LicenceCardDatesDisagree, LicenceCardExpired
from issuer.records import people
from issuer.records.audit import AuditLineRecord
from issuer.services import licence_cards, proposal_views
from issuer.services import proposals as proposing
from tests import cast
from tests.cast import LATER

TODAY = date(2025, 3, 10)


def record(session, actor, person_id, **changes):
    given = {
        "name": "Hygieniapassi",
        "issuer": "Testaaja Oy",
        "issued_on": date(2024, 5, 6),
        "valid_until": None,
        "seen_on": TODAY,
        "at": LATER,
    }
    return licence_cards.record_licence_card(
        session, actor, person_id=person_id, **{**given, **changes}
    )


def cards_of(session, actor, person_id):
    found = licence_cards.list_licence_cards(session, actor, person_id=person_id)
    return [card.name for card in found]


def propose(session, house, *cards, second=None, at=LATER):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return proposing.propose(
        session,
        house.carita,
        period_id=period,
        unit_ids=[house.unit_id],
        summary="",
        hours=None,
        card_ids=cards,
        second_language=second,
        at=at,
    )


def test_a_card_is_recorded_with_who_saw_it_and_an_audit_line(session, house):
    paula = house.paula.person_id
    id_ = record(session, house.carita, paula, name="  Hygienia\u00a0passi ")
    (card,) = licence_cards.list_licence_cards(session, house.sirpa, person_id=paula)
    assert (card.id, card.name, card.seen_by) == (
        id_,
        "Hygienia passi",
        "Carita Valmentaja",
    )
    line = session.query(AuditLineRecord).order_by(AuditLineRecord.id.desc()).first()
    assert (line.deed, line.subject) == ("licence_card.recorded", f"licence_card:{id_}")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, TextMissing),
        ({"issuer": " "}, TextMissing),
        ({"name": "Kortti 131052-308T"}, PersonalIdentityCodeRefused),
        ({"issuer": "131052 - 308T"}, PersonalIdentityCodeRefused),
        ({"seen_on": TODAY + timedelta(1)}, LicenceCardDatesDisagree),
        ({"valid_until": TODAY - timedelta(1)}, LicenceCardExpired),
    ],
)
def test_what_cannot_stand_on_a_card_is_refused(session, house, changes, error):
    with pytest.raises(error):
        record(session, house.carita, house.paula.person_id, **changes)
    session.rollback()
    assert cards_of(session, house.carita, house.paula.person_id) == []


def test_only_a_coach_records_and_only_for_a_participant_of_the_house(session, house):
    paula = house.paula.person_id
    for actor in (house.paula, house.ilkka, house.kaarlo, house.sirpa, house.anneli):
        with pytest.raises(NotAllowed):
            record(session, actor, paula)
    for person in (house.ilkka, house.vieno):
        with pytest.raises(NotFound):
            record(session, house.carita, person.person_id)
    with pytest.raises(NotFound):
        record(session, house.vieno, paula)


def test_a_person_sees_their_own_cards_and_other_houses_see_none(session, house):
    paula = house.paula.person_id
    record(session, house.carita, paula)
    assert cards_of(session, house.paula, paula) == ["Hygieniapassi"]
    assert cards_of(session, house.vieno, paula) == []
    for actor in (house.ilkka, house.kaarlo):
        with pytest.raises(NotAllowed):
            cards_of(session, actor, paula)


def test_a_removed_card_is_out_of_sight_and_stays_in_what_was_proposed(session, house):
    paula = house.paula.person_id
    card = record(session, house.carita, paula)
    proposal = propose(session, house, card)
    licence_cards.remove_licence_card(
        session, house.carita, person_id=paula, card_id=card, at=LATER
    )
    assert cards_of(session, house.carita, paula) == []
    with pytest.raises(NotFound):
        licence_cards.remove_licence_card(
            session, house.carita, person_id=paula, card_id=card, at=LATER
        )
    view = proposal_views.view_proposal(session, house.paula, proposal_id=proposal)
    assert [c.name for c in view.licence_cards] == ["Hygieniapassi"]
    assert cast.state(session, house, proposal).licence_cards[0].name == (
        "Hygieniapassi"
    )


def test_a_card_is_listed_as_the_participant_accepted_it(session, house):
    paula = house.paula.person_id
    card = record(session, house.carita, paula, name="Tulityökortti", valid_until=TODAY)
    record(session, house.carita, paula)
    proposal = propose(session, house, card)
    (stated,) = cast.state(session, house, proposal).licence_cards
    assert (stated.name, stated.issued_on, stated.valid_until) == (
        "Tulityökortti",
        "2024-05-06",
        "2025-03-10",
    )
    assert (stated.seen_on, stated.seen_by) == ("2025-03-10", "Carita Valmentaja")


def test_an_expired_card_and_one_of_somebody_else_are_not_listed(session, house):
    paula = house.paula.person_id
    mikko = cast.add_person(
        session, house.organisation_id, "Mikko", cast.Role.PARTICIPANT
    )
    expiring = record(session, house.carita, paula, valid_until=TODAY)
    foreign = record(session, house.carita, mikko.person_id)
    with pytest.raises(LicenceCardExpired):
        propose(session, house, expiring, at=LATER + timedelta(1))
    session.rollback()
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period, once="again")
    for card in (foreign, 999):
        with pytest.raises(NotFound):
            proposing.propose(
                session,
                house.carita,
                period_id=period,
                unit_ids=[house.unit_id],
                summary="",
                hours=None,
                card_ids=[card],
                at=LATER,
            )
        session.rollback()
    assert not proposal_views.list_proposals(session, house.carita)


def test_a_second_language_is_pinned_with_the_proposal_and_never_ours(session, house):
    proposal = propose(session, house, second="sv")
    organisation = people.get_organisation(session, house.organisation_id)
    organisation.second_language = "en"
    stated = cast.state(session, house, proposal)
    assert stated.second_language == "sv"
    unit = stated.units[0]
    outline = proposal_views.view_proposal(session, house.paula, proposal_id=proposal)
    (coverage,) = outline.coverages
    assert unit.second.name == coverage.name.sv
    assert unit.name == coverage.name.fi
    texts = [r.text for area in coverage.areas for r in area.requirements]
    shown = [r.second for area in unit.areas for r in area.requirements]
    assert [s.text if s else None for s in shown] == [t.sv for t in texts]
    assert {s.language for s in shown if s} == {"sv"}


def test_a_language_the_catalogue_lacks_leaves_the_place_empty(session, house):
    proposal = propose(session, house, second="en")
    view = proposal_views.view_proposal(session, house.paula, proposal_id=proposal)
    texts = [r.text for c in view.coverages for a in c.areas for r in a.requirements]
    stated = cast.state(session, house, proposal)
    shown = [r.second for u in stated.units for a in u.areas for r in a.requirements]
    assert [s.text if s else None for s in shown] == [t.en for t in texts]
    assert None in shown


def test_the_first_language_is_never_the_second(session, house):
    proposal = propose(session, house, second="fi")
    stated = cast.state(session, house, proposal)
    assert stated.second_language is None
    assert stated.units[0].second is None
    assert session.execute(text("SELECT count(*) FROM proposal")).scalar() == 1
