"""A coach who withdraws a sign-off may return it to its instructor, with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    # In place: to make a frozen table anew would drop its triggers.
    op.add_column(
        "sign_off_withdrawal",
        sa.Column("is_return", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade():
    op.drop_column("sign_off_withdrawal", "is_return")
