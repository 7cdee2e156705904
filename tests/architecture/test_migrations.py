"""Migrations make exactly the tables the rows describe, and frozen rows stay frozen."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from issuer.cli.database import migrations
from issuer.database import build_engine, build_sessions
from tests import cast
from tests.services.conftest import make_keys
from tests.services.signing_fixtures import Phone, register


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path}/issuer.db"
    command.upgrade(migrations(url), "head")
    return url


@pytest.fixture
def keys_of_hiisi(tmp_path):
    return make_keys(tmp_path, "did:web:hiisi.example")


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(migrations("sqlite://")).get_heads()) == 1


def test_rows_and_migrations_agree(url):
    command.check(migrations(url))


def test_a_second_upgrade_changes_nothing(url):
    command.upgrade(migrations(url), "head")


def test_down_and_up_again(url):
    command.downgrade(migrations(url), "base")
    command.upgrade(migrations(url), "head")
    command.check(migrations(url))


def test_what_was_stated_is_never_changed_or_removed(url):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period)
        cast.propose_and_accept(session, house, period)
        for table in (
            "sign_off",
            "environment_report",
            "proposal_answer",
            "requirement",
        ):
            for statement in (
                f"UPDATE {table} SET id = id + 1",  # noqa: S608
                f"DELETE FROM {table}",  # noqa: S608
            ):
                with pytest.raises(IntegrityError, match="never changed"):
                    session.execute(text(statement))
                session.rollback()
    engine.dispose()


def test_a_signature_is_never_changed_or_removed(url, keys_of_hiisi):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        period = cast.open_period(session, house)
        phone = Phone(session, house, keys_of_hiisi, period)
        register(session, house, phone.device)
        phone.sign(0, 1)
        for table in ("signature", "signed_mark", "passkey_binding"):
            for statement in (
                f"UPDATE {table} SET id = id + 1",  # noqa: S608
                f"DELETE FROM {table}",  # noqa: S608
            ):
                with pytest.raises(IntegrityError, match="never changed"):
                    session.execute(text(statement))
                session.rollback()
    engine.dispose()
