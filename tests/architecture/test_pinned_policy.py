"""What was proposed before policies were kept takes that of its organisation, once."""

import sqlite3

import pytest
from alembic import command
from sqlalchemy.exc import IntegrityError

from issuer.cli.database import migrations

PEOPLE = """
INSERT INTO organisation (id, pseudonym, slug, did, name, department, business_id, town,
  url, created_at, shows_levels, hides_site, names_instructors, valid_for_months,
  certificate_language)
VALUES (1, 'o1', 'one', 'did:1', '', '', '', '', '', '2026-11-24', 1, 0, 0, 24, 'sv'),
       (2, 'o2', 'two', 'did:2', '', '', '', '', '', '2026-11-24', 0, 1, 1, NULL, 'fi');
INSERT INTO work_period (id, organisation_id, pseudonym, participant_id, site_id,
  coach_id, starts_on, created_by, created_at)
VALUES (1, 1, 'p1', 1, 1, 1, '2026-11-24', 1, '2026-11-24'),
       (2, 2, 'p2', 2, 2, 2, '2026-11-24', 2, '2026-11-24');
"""
PROPOSAL = """
INSERT INTO proposal (id, period_id, edition_id, coach_id, proposed_at, summary)
VALUES ({id}, {period}, 1, 1, '2026-11-24', '')
"""
PINNED = [(1, 1, 0, 0, 24, "sv"), (2, 0, 1, 1, None, "fi")]


@pytest.fixture
def file(tmp_path):
    """A database as the version before left it, with two proposals."""
    file = tmp_path / "issuer.db"
    command.upgrade(migrations(f"sqlite:///{file}"), "0004")
    ask(file, PEOPLE, PROPOSAL.format(id=1, period=1), PROPOSAL.format(id=2, period=2))
    return file


def ask(file, *statements):
    """Run statements as any tool does that does not know foreign keys."""
    books = sqlite3.connect(file)
    try:
        for statement in statements[:-1]:
            books.executescript(statement)
        found = books.execute(statements[-1]).fetchall()
        books.commit()
    finally:
        books.close()
    return found


def pinned(file):
    return ask(
        file,
        "SELECT id, shows_levels, policy_hides_site, names_instructors, "
        "valid_for_months, language FROM proposal ORDER BY id",
    )


def require_frozen(file):
    for statement in ("UPDATE proposal SET hours = 1", "DELETE FROM proposal"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            ask(file, statement)


def test_each_takes_the_policy_of_its_own_organisation_and_is_frozen_again(file):
    require_frozen(file)
    command.upgrade(migrations(f"sqlite:///{file}"), "head")
    assert pinned(file) == PINNED
    require_frozen(file)


def test_down_and_up_again(file):
    url = f"sqlite:///{file}"
    command.upgrade(migrations(url), "0005")
    command.downgrade(migrations(url), "0004")
    require_frozen(file)
    command.upgrade(migrations(url), "0005")
    assert pinned(file) == PINNED
    require_frozen(file)


def test_where_it_breaks_off_nothing_was_done_and_all_is_frozen(file):
    ask(file, PROPOSAL.format(id=3, period=99))  # no such period: it has no policy
    with pytest.raises(IntegrityError):
        command.upgrade(migrations(f"sqlite:///{file}"), "head")
    assert ask(file, "SELECT version_num FROM alembic_version") == [("0004",)]
    columns = {row[1] for row in ask(file, "PRAGMA table_info(proposal)")}
    assert "shows_levels" not in columns
    require_frozen(file)
