"""what a certificate says: an organisation's policy, one target area of a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def policy():
    return (
        sa.Column(
            "shows_levels", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.Column(
            "hides_site", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.Column(
            "names_instructors", sa.Boolean(), nullable=False, server_default=sa.true()
        ),
        sa.Column("valid_for_months", sa.Integer(), nullable=True),
    )


def upgrade():
    # Columns are added in place: to make a frozen table anew would drop its triggers.
    for column in policy():
        op.add_column("organisation", column)
    op.add_column(
        "proposal",
        sa.Column(
            "hides_site", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.add_column(
        "proposal_unit",
        sa.Column(
            "target_area_id",
            sa.Integer(),
            sa.ForeignKey(
                "target_area.id",
                name=op.f("fk_proposal_unit_target_area_id_target_area"),
            ),
            nullable=True,
        ),
        inline_references=op.get_bind().dialect.name == "sqlite",
    )


def downgrade():
    op.drop_column("proposal_unit", "target_area_id")
    op.drop_column("proposal", "hides_site")
    for column in reversed(policy()):
        op.drop_column("organisation", column.name)
