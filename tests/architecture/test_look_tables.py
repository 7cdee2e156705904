"""A licence card, and what a proposal lists, is never changed by anybody."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from issuer.cli.database import migrations
from issuer.database import build_engine, build_sessions
from issuer.services import licence_cards
from tests import cast


@pytest.fixture
def session(tmp_path):
    url = f"sqlite:///{tmp_path}/issuer.db"
    command.upgrade(migrations(url), "head")
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        yield session
    engine.dispose()


def test_a_card_is_frozen_but_for_its_removal_once(session):
    house = cast.make_house(session)
    paula = house.paula.person_id
    card = licence_cards.record_licence_card(
        session,
        house.carita,
        person_id=paula,
        name="Hygieniapassi",
        issuer="Testaaja Oy",
        issued_on=date(2024, 5, 6),
        valid_until=None,
        seen_on=date(2025, 3, 3),
        at=cast.AT,
    )
    licence_cards.remove_licence_card(
        session, house.carita, person_id=paula, card_id=card, at=cast.AT
    )
    for deed in (
        "UPDATE licence_card SET name = 'Tulityökortti'",
        "UPDATE licence_card SET valid_until = '2099-01-01'",
        "UPDATE licence_card SET removed_at = NULL",
        "DELETE FROM licence_card",
    ):
        with pytest.raises(IntegrityError, match="never changed"):
            session.execute(text(deed))
        session.rollback()
