"""Sign-offs signed by passkeys, bindings of keys to people, the lowest assurance."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FROZEN = ("passkey_binding", "signature", "signed_mark")


def upgrade():
    op.add_column(
        "organisation",
        sa.Column("lowest_assurance", sa.Text(), nullable=False, server_default="none"),
    )
    op.create_table(
        "passkey_binding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passkey_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passkey_id"],
            ["passkey.id"],
            name=op.f("fk_passkey_binding_passkey_id_passkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_binding")),
        sa.UniqueConstraint("passkey_id", name=op.f("uq_passkey_binding_passkey_id")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passkey_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("rp_id", sa.Text(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("client_data", sa.LargeBinary(), nullable=False),
        sa.Column("authenticator_data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passkey_id"], ["passkey.id"], name=op.f("fk_signature_passkey_id_passkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("nonce", name=op.f("uq_signature_nonce")),
    )
    op.create_index(op.f("ix_signature_passkey_id"), "signature", ["passkey_id"])
    op.create_table(
        "signed_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_off_id"],
            ["sign_off.id"],
            name=op.f("fk_signed_mark_sign_off_id_sign_off"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["signature.id"],
            name=op.f("fk_signed_mark_signature_id_signature"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_mark")),
        sa.UniqueConstraint("sign_off_id", name=op.f("uq_signed_mark_sign_off_id")),
    )
    op.create_index(
        op.f("ix_signed_mark_signature_id"), "signed_mark", ["signature_id"]
    )
    _freeze()


def _freeze():
    """Let the database itself refuse a change; a tool with its password too."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in FROZEN:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER frozen_{table}_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )


def downgrade():
    for table in reversed(FROZEN):
        op.drop_table(table)
    op.drop_column("organisation", "lowest_assurance")
