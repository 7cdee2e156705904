"""A reserved certificate that no key may seal is given up, and its proposal is free."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNIQUE = "CONSTRAINT uq_certificate_proposal_id UNIQUE (proposal_id)"
_INDEX = "ix_certificate_proposal_id"
_TRIGGER = "frozen_certificate_given_up"


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(lambda table: re.sub(rf",\s*{re.escape(_UNIQUE)}", "", table))
        # Given up is final, and what was sealed is never given up.
        op.execute(
            f"CREATE TRIGGER {_TRIGGER} BEFORE UPDATE ON certificate "
            "WHEN OLD.state = 'given_up' "
            "OR (NEW.state = 'given_up' AND NEW.credential IS NOT NULL) "
            "BEGIN SELECT RAISE(ABORT, 'only a reserved certificate is given up, "
            "for good'); END"
        )
    else:
        op.drop_constraint("uq_certificate_proposal_id", "certificate", type_="unique")
    op.create_index(
        _INDEX,
        "certificate",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'given_up'"),
        postgresql_where=sa.text("state <> 'given_up'"),
    )


def downgrade():
    given_up = sa.text("SELECT count(*) FROM certificate WHERE state = 'given_up'")
    if op.get_bind().execute(given_up).scalar():
        raise RuntimeError(
            "certificates were given up, which the older form cannot say"
        )
    op.drop_index(_INDEX, "certificate")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {_TRIGGER}")
        _make_anew(lambda table: f"{table.rstrip().removesuffix(')')}, {_UNIQUE})")
    else:
        op.create_unique_constraint(
            "uq_certificate_proposal_id", "certificate", ["proposal_id"]
        )


def _make_anew(changed):
    """Make the table anew in this transaction, its rows, indexes and triggers kept.

    SQLite drops no constraint in place. Other tables point at the rows: those are
    missed until they are back, which is looked at when all is committed.
    """
    bind = op.get_bind()
    named = "SELECT {} FROM sqlite_master WHERE tbl_name = 'certificate' AND {}"
    table = bind.exec_driver_sql(named.format("sql", "type = 'table'")).scalar_one()
    made = changed(table)
    if made == table:
        raise RuntimeError("the table of certificates is not as it was expected")
    others = bind.exec_driver_sql(
        named.format("sql", "type IN ('index', 'trigger') AND sql IS NOT NULL")
    )
    statements = [row[0] for row in others]
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TABLE certificate_before AS SELECT * FROM certificate",
        "DROP TABLE certificate",
        made,
        "INSERT INTO certificate SELECT * FROM certificate_before",
        "DROP TABLE certificate_before",
        *statements,
    ):
        bind.exec_driver_sql(statement)
