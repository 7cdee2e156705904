"""Making the table of certificates anew keeps its rows, and what the database refuses.

A proposal has one certificate that was not given up; who is given up stays so.
"""

import sqlite3

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from issuer.cli.database import migrations
from issuer.credentials.contexts import ContextLibrary
from issuer.database import build_engine, build_sessions
from issuer.domain.certificates import CertificateState
from issuer.services.revocation import supersede_certificate
from issuer.services.status import Publishing
from tests import cast
from tests.cast import LATER
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.services.publishing import make_certificate

SCRIPTS = ScriptDirectory.from_config(migrations("sqlite://"))
AFTER = "0009"
BEFORE = str(SCRIPTS.get_revision(AFTER).down_revision)
AGAIN = """
INSERT INTO certificate (id, organisation_id, proposal_id, participant_id, serial,
  state, released_by, reserved_at, draft, draft_sha256, page_state)
SELECT id + 100, organisation_id, proposal_id, participant_id, serial || 'x',
  'reserved', released_by, reserved_at, draft, draft_sha256, page_state
FROM certificate WHERE id = {}
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/issuer.db"


@pytest.fixture
def filled(url, tmp_path):
    """A database of the form before: 1 superseded by 2, and 3 reserved in place of 2.

    Everything that points at certificates does: places, a revocation, a page's seal.
    It is filled in the newest form, which is the one that the program writes.
    """
    command.upgrade(migrations(url), "head")
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        for bits in (1, 2):
            make_certificate(session, house, bits=bits)
        make_certificate(
            session, house, bits=3, state=CertificateState.RESERVED, supersedes_id=2
        )
        keys = make_keys(tmp_path, DID)
        publishing = Publishing(PUBLIC_URL, ContextLibrary.load(), keys)
        supersede_certificate(
            session, house.sirpa, publishing, old_id=1, new_id=2, at=LATER
        )
        session.execute(
            text(
                "INSERT INTO page_seal (certificate_id, seal, sealed_at) "
                "VALUES (2, 's', '2025-03-10')"
            )
        )
        session.commit()
    engine.dispose()
    command.downgrade(migrations(url), BEFORE)
    return tmp_path / "issuer.db"


def ask(file, statement):
    books = sqlite3.connect(file)
    try:
        books.execute("PRAGMA foreign_keys = ON")
        found = books.execute(statement).fetchall()
        books.commit()
    finally:
        books.close()
    return found


def rows(file):
    return {
        table: ask(file, f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        for table in ("certificate", "status_entry", "revocation", "page_seal")
    }


def schema(file):
    return {
        name: " ".join(sql.split())
        for name, sql in ask(
            file, "SELECT name, sql FROM sqlite_master WHERE sql <> ''"
        )
    }


def test_no_row_is_lost_and_what_points_at_it_still_does(url, filled):
    before = rows(filled)
    command.upgrade(migrations(url), AFTER)
    assert rows(filled) == before
    assert [len(found) for found in before.values()] == [3, 3, 1, 1]
    assert ask(filled, "PRAGMA foreign_key_check") == []
    assert ask(filled, "PRAGMA integrity_check") == [("ok",)]
    assert "certificate_before" not in schema(filled)
    command.upgrade(migrations(url), "head")
    command.check(migrations(url))


def test_all_that_was_frozen_is_frozen(url, filled):
    before = schema(filled)
    command.upgrade(migrations(url), AFTER)
    after = schema(filled)
    assert {
        n: s for n, s in before.items() if n != "certificate"
    }.items() <= after.items()
    for deed in (
        "UPDATE certificate SET draft = x'00' WHERE id = 3",
        "UPDATE certificate SET proposal_id = 1 WHERE id = 3",
        "UPDATE certificate SET credential = x'00' WHERE id = 1",
        "DELETE FROM certificate WHERE id = 3",
        'INSERT INTO status_entry (list_id, "index", certificate_id) VALUES (1, 7, 99)',
    ):
        with pytest.raises(sqlite3.IntegrityError):
            ask(filled, deed)


def test_a_proposal_has_one_certificate_that_was_not_given_up(url, filled):
    with pytest.raises(sqlite3.IntegrityError):
        ask(filled, AGAIN.format(3))
    command.upgrade(migrations(url), AFTER)
    for taken in (1, 3):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            ask(filled, AGAIN.format(taken))
    ask(filled, "UPDATE certificate SET state = 'given_up' WHERE id = 3")
    ask(filled, AGAIN.format(3))
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        ask(filled, AGAIN.format(103))


def test_given_up_is_final_and_for_reserved_ones_only(url, filled):
    command.upgrade(migrations(url), AFTER)
    with pytest.raises(sqlite3.IntegrityError, match="given up"):
        ask(filled, "UPDATE certificate SET state = 'given_up' WHERE id = 1")
    ask(filled, "UPDATE certificate SET state = 'given_up' WHERE id = 3")
    for deed in (
        "UPDATE certificate SET state = 'reserved' WHERE id = 3",
        "UPDATE certificate SET state = 'issued', credential = x'00' WHERE id = 3",
        "UPDATE certificate SET page_state = 'stored' WHERE id = 3",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="given up"):
            ask(filled, deed)


def test_down_and_up_again(url, filled):
    schema_before, rows_before = schema(filled), rows(filled)
    command.upgrade(migrations(url), AFTER)
    command.downgrade(migrations(url), BEFORE)
    assert rows(filled) == rows_before
    after = schema(filled)
    assert after.keys() == schema_before.keys()
    assert (
        after.items()
        >= {n: s for n, s in schema_before.items() if n != "certificate"}.items()
    )
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        ask(filled, AGAIN.format(3))
    command.upgrade(migrations(url), AFTER)
    command.upgrade(migrations(url), "head")
    command.check(migrations(url))


def test_what_was_given_up_keeps_the_newer_form(url, filled):
    command.upgrade(migrations(url), AFTER)
    ask(filled, "UPDATE certificate SET state = 'given_up' WHERE id = 3")
    schema_before, rows_before = schema(filled), rows(filled)
    with pytest.raises(RuntimeError, match="given up"):
        command.downgrade(migrations(url), BEFORE)
    assert (schema(filled), rows(filled)) == (schema_before, rows_before)


def test_where_it_breaks_off_nothing_was_done(url, filled):
    schema_before, rows_before = schema(filled), rows(filled)
    ask(
        filled, "CREATE INDEX ix_certificate_proposal_id ON proposal (id)"
    )  # in its way
    with pytest.raises(OperationalError, match="already"):
        command.upgrade(migrations(url), AFTER)
    ask(filled, "DROP INDEX ix_certificate_proposal_id")
    assert (schema(filled), rows(filled)) == (schema_before, rows_before)
