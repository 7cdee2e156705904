"""What a proposal's certificate will show is kept with it; find what one replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Columns of `proposal`, and the organisation's setting each is a copy of.
_PINNED = {
    "shows_levels": "shows_levels",
    "policy_hides_site": "hides_site",
    "names_instructors": "names_instructors",
    "valid_for_months": "valid_for_months",
    "language": "certificate_language",
}


def pinned():
    return (
        sa.Column(
            "shows_levels", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.Column(
            "policy_hides_site", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.Column(
            "names_instructors", sa.Boolean(), nullable=False, server_default=sa.true()
        ),
        sa.Column("valid_for_months", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False, server_default="fi"),
    )


def upgrade():
    # Columns are added in place: to make a frozen table anew would drop its triggers.
    for column in pinned():
        op.add_column("proposal", column)
    _unfreeze()
    for own, of_organisation in _PINNED.items():
        op.execute(
            f"UPDATE proposal SET {own} = (SELECT organisation.{of_organisation} "  # noqa: S608
            "FROM work_period JOIN organisation "
            "ON organisation.id = work_period.organisation_id "
            "WHERE work_period.id = proposal.period_id)"
        )
    _freeze()
    op.create_index("ix_revocation_successor_id", "revocation", ["successor_id"])


def downgrade():
    op.drop_index("ix_revocation_successor_id", "revocation")
    for column in reversed(pinned()):
        op.drop_column("proposal", column.name)


def _unfreeze():
    """Let the rows take today's policy; the one change they see, in one transaction."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER frozen_proposal_update")


def _freeze():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER frozen_proposal_update BEFORE UPDATE ON proposal "
            "BEGIN SELECT RAISE(ABORT, 'proposal rows are never changed'); END"
        )
