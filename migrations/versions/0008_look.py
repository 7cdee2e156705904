"""An organisation's logo and colours, a second language, and licence cards."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def look():
    return (
        sa.Column("accent", sa.Text(), nullable=False, server_default="#14523f"),
        sa.Column("logo_sha256", sa.Text(), nullable=True),
        sa.Column("logo_type", sa.Text(), nullable=True),
        sa.Column("logo_alt", sa.Text(), nullable=False, server_default=""),
        sa.Column("logo_ratio", sa.Text(), nullable=True),
        sa.Column("second_language", sa.Text(), nullable=True),
    )


def upgrade():
    # Columns are added in place: to make a frozen table anew would drop its triggers.
    for column in look():
        op.add_column("organisation", column)
    op.add_column("proposal", sa.Column("second_language", sa.Text(), nullable=True))
    op.create_table(
        "licence_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_licence_card_{column}_{table}"),
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("person_id", "person"),
                ("seen_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_card")),
    )
    op.create_index(op.f("ix_licence_card_person_id"), "licence_card", ["person_id"])
    op.create_table(
        "proposal_licence_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("licence_card_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_proposal_licence_card_{table}_id_{table}"),
            )
            for table in ("proposal", "licence_card")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_licence_card")),
        sa.UniqueConstraint(
            "proposal_id",
            "licence_card_id",
            name=op.f("uq_proposal_licence_card_proposal_id_licence_card_id"),
        ),
    )
    op.create_index(
        op.f("ix_proposal_licence_card_proposal_id"),
        "proposal_licence_card",
        ["proposal_id"],
    )
    _freeze()


def _freeze():
    """Let the database itself refuse to change a card, or what a proposal lists."""
    if op.get_bind().dialect.name != "sqlite":
        return
    kept = " AND ".join(
        f"OLD.{name} IS NEW.{name}"
        for name in (
            "id",
            "organisation_id",
            "person_id",
            "name",
            "issuer",
            "issued_on",
            "valid_until",
            "seen_on",
            "seen_by",
            "recorded_at",
        )
    )
    for table, deed, when in (
        ("licence_card", "UPDATE", f" WHEN NOT ({kept} AND OLD.removed_at IS NULL)"),
        ("licence_card", "DELETE", ""),
        ("proposal_licence_card", "UPDATE", ""),
        ("proposal_licence_card", "DELETE", ""),
    ):
        op.execute(
            f"CREATE TRIGGER frozen_{table}_{deed.lower()} BEFORE {deed} ON {table}"
            f"{when} BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
        )


def downgrade():
    op.drop_index(op.f("ix_proposal_licence_card_proposal_id"), "proposal_licence_card")
    op.drop_table("proposal_licence_card")
    op.drop_index(op.f("ix_licence_card_person_id"), "licence_card")
    op.drop_table("licence_card")
    op.drop_column("proposal", "second_language")
    for column in reversed(look()):
        op.drop_column("organisation", column.name)
