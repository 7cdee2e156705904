"""Which versions of a template were used, and as what bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "template_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_template_version")),
    )
    # A version is frozen by its first use; the database itself refuses a change.
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER frozen_template_version_{deed.lower()} BEFORE {deed} "
                "ON template_version BEGIN SELECT RAISE(ABORT, "
                "'template_version rows are never changed'); END"
            )


def downgrade():
    op.drop_table("template_version")
