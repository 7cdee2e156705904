"""The other sealed forms of a certificate, and what it replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FROZEN = (
    "CREATE TRIGGER frozen_certificate_update BEFORE UPDATE ON certificate "
    "WHEN OLD.serial IS NOT NEW.serial OR OLD.draft IS NOT NEW.draft "
    "OR OLD.proposal_id IS NOT NEW.proposal_id {more}"
    "OR (OLD.credential IS NOT NULL AND OLD.credential IS NOT NEW.credential) "
    "OR (OLD.page_sha256 IS NOT NULL AND OLD.page_sha256 IS NOT NEW.page_sha256) "
    "BEGIN SELECT RAISE(ABORT, 'an issued certificate is never changed'); END"
)
_MORE = (
    "OR OLD.supersedes_id IS NOT NEW.supersedes_id "
    "OR (OLD.jwt IS NOT NULL AND OLD.jwt IS NOT NEW.jwt) "
    "OR (OLD.digits IS NOT NULL AND OLD.digits IS NOT NEW.digits) "
)


def upgrade():
    op.add_column("certificate", sa.Column("jwt", sa.LargeBinary()))
    op.add_column("certificate", sa.Column("digits", sa.Text()))
    # A column with a foreign key is added in place, since a rebuilt table would lose
    # its triggers; SQLite allows it where the default is null.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE certificate ADD COLUMN supersedes_id INTEGER "
            "CONSTRAINT fk_certificate_supersedes_id_certificate "
            "REFERENCES certificate (id)"
        )
        _freeze(_MORE)
    else:
        op.add_column(
            "certificate",
            sa.Column("supersedes_id", sa.Integer(), sa.ForeignKey("certificate.id")),
        )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        _freeze("")
    for column in ("supersedes_id", "digits", "jwt"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"ALTER TABLE certificate DROP COLUMN {column}")
        else:
            op.drop_column("certificate", column)


def _freeze(more):
    op.execute("DROP TRIGGER frozen_certificate_update")
    op.execute(_FROZEN.format(more=more))
