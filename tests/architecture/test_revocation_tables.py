"""The database itself keeps revocations, publications and places as they were made."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from issuer.credentials.contexts import ContextLibrary
from issuer.database import build_engine, build_sessions
from issuer.domain.revocation import ReasonCode
from issuer.records import public_files, status
from issuer.services.public_files import publish_unit_names
from issuer.services.revocation import revoke_certificate
from issuer.services.status import Publishing
from tests import cast
from tests.cast import LATER
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.services.publishing import make_certificate
from tools.toolchain import ROOT

FROZEN = ("public_file", "revocation", "status_list", "status_publication")


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path}/issuer.db"
    command.upgrade(migrations(url), "head")
    return url


def migrations(url):
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["url"] = url
    return config


@pytest.fixture
def session(url, tmp_path):
    """A database of the migrations with one revoked certificate."""
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        certificate_id = make_certificate(session, house, bits=1)
        keys = make_keys(tmp_path, DID)
        publishing = Publishing(PUBLIC_URL, ContextLibrary.load(), keys)
        revoke_certificate(
            session,
            house.sirpa,
            publishing,
            certificate_id=certificate_id,
            reason=ReasonCode.ERROR,
            at=LATER,
        )
        publish_unit_names(
            session, publishing, organisation_id=house.organisation_id, at=LATER
        )
        session.commit()
        yield session
    engine.dispose()


@pytest.mark.parametrize("table", FROZEN)
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_what_was_stated_is_never_changed_or_removed(session, table, deed):
    assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608
    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(text(deed.format(table)))


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM status_entry",
        'UPDATE status_entry SET "index" = 5',
        "UPDATE status_entry SET certificate_id = NULL",
        "UPDATE status_entry SET list_id = 2",
    ],
)
def test_a_place_stays_with_its_certificate(session, deed):
    with pytest.raises(IntegrityError, match="never"):
        session.execute(text(deed))


def test_the_second_migration_goes_down_and_up_again(url):
    command.downgrade(migrations(url), "0001")
    assert tables(url).isdisjoint({*FROZEN, "status_entry"})
    command.upgrade(migrations(url), "head")
    assert tables(url) >= {*FROZEN, "status_entry"}


def tables(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table'")
        )
        names = {row[0] for row in found}
    engine.dispose()
    return names


def test_the_migration_makes_the_tables_the_rows_describe(url):
    """Columns, keys and indexes, of the tables of this migration alone."""
    ours = {*FROZEN, "status_entry"}
    engine = build_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": False,
                "include_name": lambda name, kind, _: kind != "table" or name in ours,
                "include_object": lambda item, name, kind, *_: (
                    kind != "table" or name in ours
                ),
            },
        )
        found = compare_metadata(context, status.Record.metadata)
    engine.dispose()
    assert public_files.PublicFileRecord.__tablename__ in ours
    assert found == []
