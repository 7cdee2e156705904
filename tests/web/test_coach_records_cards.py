"""A coach records licence cards and picks in a proposal which of them are listed."""

import re

import pytest

from issuer.services import licence_cards, look, proposal_views
from tests import cast
from tests.web.office_fixtures import books, desk, words

CARD = {
    "card_name": "Hygieniapassi",
    "card_issuer": "Testaaja Oy",
    "issued_on": "6.5.2024",
    "valid_until": "",
    "seen_on": "10.3.2025",
}


@pytest.fixture
def carita(app, house):
    return desk(app, house.carita)


@pytest.fixture
def page(house):
    return f"/office/people/{house.paula.person_id}"


def cards_of(app, house):
    with books(app) as session:
        return licence_cards.list_licence_cards(
            session, house.carita, person_id=house.paula.person_id
        )


def test_the_way_leads_from_the_list_of_people(carita, page):
    assert f'href="{page}"' in carita.get("/office/people").text
    empty = carita.get(page)
    assert "No cards yet" in words(empty)
    assert f'href="{page}/cards/new"' in empty.text


def test_a_card_is_recorded_and_told(app, house, carita, page):
    answer = carita.post(f"{page}/cards/new", CARD)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    shown = words(carita.get(page))
    assert "The card was recorded." in shown
    assert "Hygieniapassi Testaaja Oy 6 May 2024 no last day" in shown
    assert "Carita Valmentaja" in shown
    (card,) = cards_of(app, house)
    assert card.seen_on.isoformat() == "2025-03-10"


def test_the_day_it_was_seen_is_offered_as_it_is_typed(carita, page):
    offered = re.search(
        r'id="seen_on"[^>]*value="([^"]*)"', carita.get(f"{page}/cards/new").text
    )
    told = {**CARD, "seen_on": offered[1]}
    assert carita.post(f"{page}/cards/new", told).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"card_name": ""}, "card_name"),
        ({"card_issuer": ""}, "card_issuer"),
        ({"issued_on": "eilen"}, "issued_on"),
        ({"issued_on": "31.12.2099", "seen_on": "31.12.2099"}, "seen_on"),
        ({"seen_on": "1.1.2020"}, "seen_on"),
        ({"valid_until": "1.1.2025"}, "valid_until"),
    ],
)
def test_a_refused_card_keeps_what_was_typed(app, house, carita, page, changes, field):
    told = {**CARD, **changes}
    answer = carita.post(f"{page}/cards/new", told)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    for value in filter(None, told.values()):
        assert f'value="{value}"' in answer.text
    assert cards_of(app, house) == []


def test_a_personal_identity_code_is_refused_on_a_card(app, house, carita, page):
    told = {**CARD, "card_name": "Hygieniapassi 131052-308T"}
    answer = carita.post(f"{page}/cards/new", told)
    assert answer.status_code == 400
    assert "holds a personal identity code" in words(answer)
    assert cards_of(app, house) == []


def test_a_card_is_removed_after_a_question(app, house, carita, page):
    carita.post(f"{page}/cards/new", CARD)
    (card,) = cards_of(app, house)
    asked = f"{page}/cards/{card.id}/remove"
    assert "Remove this card?" in words(carita.get(asked))
    assert cards_of(app, house) == [card]
    assert carita.post(asked).headers["Location"] == page
    assert cards_of(app, house) == []
    assert carita.get(asked).status_code == carita.post(asked).status_code == 404


def test_who_may_see_and_who_may_write(app, house, page):
    for actor, may_see in (
        (house.sirpa, 200),
        (house.anneli, 200),
        (house.kaarlo, 403),
    ):
        visitor = desk(app, actor)
        assert visitor.get(page).status_code == may_see
        assert f"{page}/cards/new" not in visitor.get(page).text
        assert visitor.post(f"{page}/cards/new", CARD).status_code == 403
    stranger = desk(app, house.vieno)
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}/cards/new", CARD).status_code == 404
    assert cards_of(app, house) == []


def test_cards_are_a_participants(carita, house):
    page = f"/office/people/{house.ilkka.person_id}"
    assert "Licence cards" not in words(carita.get(page))
    assert carita.get(f"{page}/cards/new").status_code == 404
    assert carita.post(f"{page}/cards/new", CARD).status_code == 404


@pytest.fixture
def period(app, house, carita, page):
    """Paula's period with something identified, and two cards of hers."""
    with books(app) as session:
        look.set_colours_and_languages(
            session, house.anneli, accent="#14523f", second_language="sv", at=cast.AT
        )
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period)
    carita.post(f"{page}/cards/new", CARD)
    carita.post(f"{page}/cards/new", {**CARD, "card_name": "Tulityökortti"})
    return period


def proposed(app, house):
    with books(app) as session:
        (line,) = proposal_views.list_proposals(session, house.carita)
        return proposal_views.view_proposal(session, house.paula, proposal_id=line.id)


def test_the_coach_picks_a_card_and_a_language_and_the_participant_reads_it(
    app, house, carita, period
):
    hygiene = next(c for c in cards_of(app, house) if c.name == "Hygieniapassi")
    first = carita.get(f"/office/periods/{period}/propose")
    assert first.text.count('name="card"') == 2
    assert '<option value="sv" lang="sv" selected>' in first.text
    choice = f"unit={house.unit_id}&card={hygiene.id}&second_language=en"
    check = carita.get(f"/office/periods/{period}/propose/check?{choice}")
    assert "Hygieniapassi" in words(check)
    assert "Tulityökortti" not in words(check)
    assert "official texts stand in English as well" in words(check)
    fields = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', check.text)
    )
    fields.pop("csrf_token")
    assert fields["second_language"] == "en"
    answer = carita.post(f"/office/periods/{period}/propose/check", fields)
    assert answer.status_code == 303
    shown = words(carita.get(answer.headers["Location"]))
    assert "Hygieniapassi" in shown
    view = proposed(app, house)
    assert [card.name for card in view.licence_cards] == ["Hygieniapassi"]
    assert view.second_language == "en"
    own = words(desk(app, house.paula).get(f"/me/proposals/{view.line.id}"))
    assert "Your licence cards" in own
    assert "Hygieniapassi Testaaja Oy" in own
    assert "official texts stand in English as well" in own


def test_going_back_keeps_the_choice_of_no_second_language(app, house, carita, period):
    choice = f"unit={house.unit_id}&second_language="
    check = carita.get(f"/office/periods/{period}/propose/check?{choice}")
    back = re.search(r'class="back"><a href="([^"]+)"', check.text)[1]
    first = carita.get(back.replace("&amp;", "&"))
    assert 'lang="sv" selected' not in first.text


def test_cards_of_others_in_the_address_are_left_out(app, house, carita, period):
    choice = f"unit={house.unit_id}&card=999&card=1%20OR%201&second_language=%3Cx%3E"
    check = carita.get(f"/office/periods/{period}/propose/check?{choice}")
    assert check.status_code == 200
    assert 'name="card"' not in check.text
    assert 'name="second_language" value=""' in check.text
