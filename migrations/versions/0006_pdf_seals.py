"""The seals of printed certificates, and their long-term validation data."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "page_seal",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("extended_sha256", sa.Text(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extend_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_page_seal_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_page_seal")),
    )
    with op.batch_alter_table("page_seal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_page_seal_extend_at"), ["extend_at"], unique=False
        )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER frozen_page_seal_delete BEFORE DELETE ON page_seal "
            "BEGIN SELECT RAISE(ABORT, 'the seal of a page is never removed'); END"
        )
        op.execute(
            "CREATE TRIGGER frozen_page_seal_update BEFORE UPDATE ON page_seal "
            "WHEN OLD.certificate_id IS NOT NEW.certificate_id "
            "OR (OLD.level IS NOT NULL AND (OLD.level IS NOT NEW.level "
            "OR OLD.seal IS NOT NEW.seal OR OLD.sealed_at IS NOT NEW.sealed_at)) "
            "BEGIN SELECT RAISE(ABORT, 'the seal of a page is never changed'); END"
        )


def downgrade():
    with op.batch_alter_table("page_seal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_seal_extend_at"))
    op.drop_table("page_seal")
