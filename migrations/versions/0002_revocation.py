"""status lists, revocations and the files that are published of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Rows of these tables are statements: they are added and never changed or removed.
FROZEN = ("public_file", "revocation", "status_list", "status_publication")


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
    # A place is given to one certificate, once, and is never free again.
    op.execute(
        "CREATE TRIGGER frozen_status_entry_delete BEFORE DELETE ON status_entry "
        "BEGIN SELECT RAISE(ABORT, 'a place in a status list is never freed'); END"
    )
    op.execute(
        "CREATE TRIGGER frozen_status_entry_update BEFORE UPDATE ON status_entry "
        "WHEN OLD.certificate_id IS NOT NULL OR OLD.id IS NOT NEW.id "
        'OR OLD.list_id IS NOT NEW.list_id OR OLD."index" IS NOT NEW."index" '
        "BEGIN SELECT RAISE(ABORT, 'a place in a status list is never moved'); END"
    )


def upgrade():
    op.create_table(
        "status_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_status_list_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
        sa.UniqueConstraint(
            "organisation_id",
            "number",
            name=op.f("uq_status_list_organisation_id_number"),
        ),
    )
    op.create_table(
        "status_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_status_entry_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["status_list.id"],
            name=op.f("fk_status_entry_list_id_status_list"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_entry")),
        sa.UniqueConstraint(
            "certificate_id", name=op.f("uq_status_entry_certificate_id")
        ),
        sa.UniqueConstraint(
            "list_id", "index", name=op.f("uq_status_entry_list_id_index")
        ),
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_revocation_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["person.id"],
            name=op.f("fk_revocation_revoked_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["certificate.id"],
            name=op.f("fk_revocation_successor_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint(
            "certificate_id", name=op.f("uq_revocation_certificate_id")
        ),
    )
    op.create_table(
        "status_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        *_signed(),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["status_list.id"],
            name=op.f("fk_status_publication_list_id_status_list"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_publication")),
    )
    with op.batch_alter_table("status_publication", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_status_publication_list_id"), ["list_id"], unique=False
        )
    op.create_table(
        "public_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        *_signed(),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_public_file_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_file")),
    )
    with op.batch_alter_table("public_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_public_file_organisation_id_path"),
            ["organisation_id", "path"],
            unique=False,
        )
    _freeze()


def _signed():
    return (
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )


def downgrade():
    with op.batch_alter_table("public_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_file_organisation_id_path"))

    op.drop_table("public_file")
    with op.batch_alter_table("status_publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_publication_list_id"))

    op.drop_table("status_publication")
    op.drop_table("revocation")
    op.drop_table("status_entry")
    op.drop_table("status_list")
