"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows of these tables are statements: they are added and never changed or removed.
FROZEN = (
    "audit_line",
    "catalogue_edition",
    "environment_report",
    "grading_level",
    "proposal",
    "proposal_answer",
    "proposal_item",
    "proposal_unit",
    "reported_mapping",
    "reported_task",
    "requirement",
    "sign_off",
    "sign_off_resolution",
    "sign_off_withdrawal",
    "sub_area",
    "target_area",
    "unit",
)


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
    # A certificate moves from reserved to issued once; what is sealed stays as it is.
    op.execute(
        "CREATE TRIGGER frozen_certificate_delete BEFORE DELETE ON certificate "
        "BEGIN SELECT RAISE(ABORT, 'a certificate is never removed'); END"
    )
    op.execute(
        "CREATE TRIGGER frozen_certificate_update BEFORE UPDATE ON certificate "
        "WHEN OLD.serial IS NOT NEW.serial OR OLD.draft IS NOT NEW.draft "
        "OR OLD.proposal_id IS NOT NEW.proposal_id "
        "OR (OLD.credential IS NOT NULL AND OLD.credential IS NOT NEW.credential) "
        "OR (OLD.page_sha256 IS NOT NULL AND OLD.page_sha256 IS NOT NEW.page_sha256) "
        "BEGIN SELECT RAISE(ABORT, 'an issued certificate is never changed'); END"
    )


def upgrade():
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_organisation_id"),
            ["organisation_id"],
            unique=False,
        )

    op.create_table(
        "catalogue_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("record_number", sa.Text(), nullable=False),
        sa.Column("qualification_type", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("transition_until", sa.Date(), nullable=True),
        sa.Column("modified", sa.Date(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("raw_size", sa.Integer(), nullable=False),
        sa.Column("unit_count", sa.Integer(), nullable=False),
        sa.Column("target_area_count", sa.Integer(), nullable=False),
        sa.Column("requirement_count", sa.Integer(), nullable=False),
        sa.Column("coded_count", sa.Integer(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=True),
        sa.Column("name_sv", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_edition")),
        sa.UniqueConstraint("sha256", name=op.f("uq_catalogue_edition_sha256")),
    )
    with op.batch_alter_table("catalogue_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_catalogue_edition_record_number"),
            ["record_number"],
            unique=False,
        )

    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("certificate_language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("did", name=op.f("uq_organisation_did")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_organisation_pseudonym")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "grading_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=True),
        sa.Column("name_sv", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["catalogue_edition.id"],
            name=op.f("fk_grading_level_edition_id_catalogue_edition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_level")),
    )
    with op.batch_alter_table("grading_level", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grading_level_edition_id"), ["edition_id"], unique=False
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_person_pseudonym")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("reference_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("scope_maximum", sa.Text(), nullable=True),
        sa.Column("scope_unit", sa.Text(), nullable=False),
        sa.Column("is_common", sa.Boolean(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("assessment", sa.JSON(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=True),
        sa.Column("name_sv", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["catalogue_edition.id"],
            name=op.f("fk_unit_edition_id_catalogue_edition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_code"), ["code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_unit_edition_id"), ["edition_id"], unique=False
        )

    op.create_table(
        "person_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_person_role_given_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
        sa.UniqueConstraint(
            "person_id", "role", name=op.f("uq_person_role_person_id_role")
        ),
    )
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_role_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_session_token_sha256")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_site_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_site_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_site_pseudonym")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "sub_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("mandatory_scope", sa.Text(), nullable=True),
        sa.Column("optional_scope", sa.Text(), nullable=True),
        sa.Column("name_fi", sa.Text(), nullable=True),
        sa.Column("name_sv", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_sub_area_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_area")),
    )
    with op.batch_alter_table("sub_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sub_area_unit_id"), ["unit_id"], unique=False
        )

    op.create_table(
        "environment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_environment_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["catalogue_edition.id"],
            name=op.f("fk_environment_edition_id_catalogue_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_environment_site_id_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment")),
        sa.UniqueConstraint(
            "site_id", "edition_id", name=op.f("uq_environment_site_id_edition_id")
        ),
    )
    with op.batch_alter_table("environment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_environment_site_id"), ["site_id"], unique=False
        )

    op.create_table(
        "target_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sub_area_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_optional", sa.Boolean(), nullable=False),
        sa.Column("has_heading", sa.Boolean(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=True),
        sa.Column("name_sv", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sub_area_id"],
            ["sub_area.id"],
            name=op.f("fk_target_area_sub_area_id_sub_area"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_target_area_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_area")),
    )
    with op.batch_alter_table("target_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_target_area_sub_area_id"), ["sub_area_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_target_area_unit_id"), ["unit_id"], unique=False
        )

    op.create_table(
        "work_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["person.id"], name=op.f("fk_work_period_coach_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_work_period_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_work_period_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["person.id"],
            name=op.f("fk_work_period_participant_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_work_period_site_id_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_period")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_work_period_pseudonym")),
    )
    with op.batch_alter_table("work_period", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_period_organisation_id"),
            ["organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_work_period_participant_id"),
            ["participant_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_work_period_site_id"), ["site_id"], unique=False
        )

    op.create_table(
        "environment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
            name=op.f("fk_environment_report_environment_id_environment"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["person.id"],
            name=op.f("fk_environment_report_published_by_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment_report")),
        sa.UniqueConstraint(
            "environment_id",
            "version",
            name=op.f("uq_environment_report_environment_id_version"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_environment_report_public_id")),
    )
    with op.batch_alter_table("environment_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_environment_report_environment_id"),
            ["environment_id"],
            unique=False,
        )

    op.create_table(
        "period_instructor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["person.id"],
            name=op.f("fk_period_instructor_instructor_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["named_by"],
            ["person.id"],
            name=op.f("fk_period_instructor_named_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["work_period.id"],
            name=op.f("fk_period_instructor_period_id_work_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_instructor")),
        sa.UniqueConstraint(
            "period_id",
            "instructor_id",
            name=op.f("uq_period_instructor_period_id_instructor_id"),
        ),
    )
    with op.batch_alter_table("period_instructor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_period_instructor_instructor_id"),
            ["instructor_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_period_instructor_period_id"), ["period_id"], unique=False
        )

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["person.id"], name=op.f("fk_proposal_coach_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["catalogue_edition.id"],
            name=op.f("fk_proposal_edition_id_catalogue_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["work_period.id"],
            name=op.f("fk_proposal_period_id_work_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_period_id"), ["period_id"], unique=False
        )

    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_area_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("text_fi", sa.Text(), nullable=True),
        sa.Column("text_sv", sa.Text(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_area_id"],
            ["target_area.id"],
            name=op.f("fk_requirement_target_area_id_target_area"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
    )
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_key"), ["key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_requirement_target_area_id_position"),
            ["target_area_id", "position"],
            unique=False,
        )

    op.create_table(
        "workplace_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["person.id"],
            name=op.f("fk_workplace_task_created_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
            name=op.f("fk_workplace_task_environment_id_environment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplace_task")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_workplace_task_pseudonym")),
    )
    with op.batch_alter_table("workplace_task", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workplace_task_environment_id"),
            ["environment_id"],
            unique=False,
        )

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("draft_sha256", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("credential_sha256", sa.Text(), nullable=True),
        sa.Column("page_state", sa.Text(), nullable=False),
        sa.Column("page_sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certificate_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["person.id"],
            name=op.f("fk_certificate_participant_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_certificate_proposal_id_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["released_by"],
            ["person.id"],
            name=op.f("fk_certificate_released_by_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_certificate_proposal_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_certificate_serial")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_organisation_id"),
            ["organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_page_state"), ["page_state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_participant_id"),
            ["participant_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_state"), ["state"], unique=False
        )

    op.create_table(
        "proposal_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shows_birth_date", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_answer_proposal_id_proposal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_answer")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_proposal_answer_proposal_id")),
    )
    op.create_table(
        "proposal_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_unit_proposal_id_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_proposal_unit_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_unit")),
        sa.UniqueConstraint(
            "proposal_id", "unit_id", name=op.f("uq_proposal_unit_proposal_id_unit_id")
        ),
    )
    with op.batch_alter_table("proposal_unit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_unit_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "reported_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["environment_report.id"],
            name=op.f("fk_reported_task_report_id_environment_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_task")),
    )
    with op.batch_alter_table("reported_task", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reported_task_report_id"), ["report_id"], unique=False
        )

    op.create_table(
        "task_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("mapped_by", sa.Integer(), nullable=False),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mapped_by"], ["person.id"], name=op.f("fk_task_mapping_mapped_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_task_mapping_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["workplace_task.id"],
            name=op.f("fk_task_mapping_task_id_workplace_task"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_mapping")),
        sa.UniqueConstraint(
            "task_id",
            "requirement_id",
            name=op.f("uq_task_mapping_task_id_requirement_id"),
        ),
    )
    with op.batch_alter_table("task_mapping", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_task_mapping_task_id"), ["task_id"], unique=False
        )

    op.create_table(
        "reported_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reported_task_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reported_task_id"],
            ["reported_task.id"],
            name=op.f("fk_reported_mapping_reported_task_id_reported_task"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_reported_mapping_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_mapping")),
        sa.UniqueConstraint(
            "reported_task_id",
            "requirement_id",
            name=op.f("uq_reported_mapping_reported_task_id_requirement_id"),
        ),
    )
    with op.batch_alter_table("reported_mapping", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reported_mapping_reported_task_id"),
            ["reported_task_id"],
            unique=False,
        )

    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("reported_mapping_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("statement_version", sa.Integer(), nullable=False),
        sa.Column("assurance", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["person.id"],
            name=op.f("fk_sign_off_instructor_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sign_off_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["person.id"],
            name=op.f("fk_sign_off_participant_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["work_period.id"],
            name=op.f("fk_sign_off_period_id_work_period"),
        ),
        sa.ForeignKeyConstraint(
            ["reported_mapping_id"],
            ["reported_mapping.id"],
            name=op.f("fk_sign_off_reported_mapping_id_reported_mapping"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_sign_off_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("nonce", name=op.f("uq_sign_off_nonce")),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_off_instructor_id"), ["instructor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sign_off_period_id"), ["period_id"], unique=False
        )

    op.create_table(
        "proposal_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_item_proposal_id_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_proposal_item_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"],
            ["sign_off.id"],
            name=op.f("fk_proposal_item_sign_off_id_sign_off"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_item")),
        sa.UniqueConstraint(
            "proposal_id",
            "requirement_id",
            name=op.f("uq_proposal_item_proposal_id_requirement_id"),
        ),
    )
    with op.batch_alter_table("proposal_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_item_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "sign_off_resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("considered", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["work_period.id"],
            name=op.f("fk_sign_off_resolution_period_id_work_period"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_sign_off_resolution_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by"],
            ["person.id"],
            name=op.f("fk_sign_off_resolution_resolved_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"],
            ["sign_off.id"],
            name=op.f("fk_sign_off_resolution_sign_off_id_sign_off"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off_resolution")),
    )
    with op.batch_alter_table("sign_off_resolution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_off_resolution_period_id"), ["period_id"], unique=False
        )

    op.create_table(
        "sign_off_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_off_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_off_id"],
            ["sign_off.id"],
            name=op.f("fk_sign_off_withdrawal_sign_off_id_sign_off"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["person.id"],
            name=op.f("fk_sign_off_withdrawal_withdrawn_by_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off_withdrawal")),
        sa.UniqueConstraint(
            "sign_off_id", name=op.f("uq_sign_off_withdrawal_sign_off_id")
        ),
    )
    _freeze()


def downgrade():
    op.drop_table("sign_off_withdrawal")
    with op.batch_alter_table("sign_off_resolution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_off_resolution_period_id"))

    op.drop_table("sign_off_resolution")
    with op.batch_alter_table("proposal_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_item_proposal_id"))

    op.drop_table("proposal_item")
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_off_period_id"))
        batch_op.drop_index(batch_op.f("ix_sign_off_instructor_id"))

    op.drop_table("sign_off")
    with op.batch_alter_table("reported_mapping", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reported_mapping_reported_task_id"))

    op.drop_table("reported_mapping")
    with op.batch_alter_table("task_mapping", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_mapping_task_id"))

    op.drop_table("task_mapping")
    with op.batch_alter_table("reported_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reported_task_report_id"))

    op.drop_table("reported_task")
    with op.batch_alter_table("proposal_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_unit_proposal_id"))

    op.drop_table("proposal_unit")
    op.drop_table("proposal_answer")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_state"))
        batch_op.drop_index(batch_op.f("ix_certificate_participant_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_page_state"))
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("workplace_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workplace_task_environment_id"))

    op.drop_table("workplace_task")
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requirement_target_area_id_position"))
        batch_op.drop_index(batch_op.f("ix_requirement_key"))

    op.drop_table("requirement")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_period_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("period_instructor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_instructor_period_id"))
        batch_op.drop_index(batch_op.f("ix_period_instructor_instructor_id"))

    op.drop_table("period_instructor")
    with op.batch_alter_table("environment_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_environment_report_environment_id"))

    op.drop_table("environment_report")
    with op.batch_alter_table("work_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_period_site_id"))
        batch_op.drop_index(batch_op.f("ix_work_period_participant_id"))
        batch_op.drop_index(batch_op.f("ix_work_period_organisation_id"))

    op.drop_table("work_period")
    with op.batch_alter_table("target_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_area_unit_id"))
        batch_op.drop_index(batch_op.f("ix_target_area_sub_area_id"))

    op.drop_table("target_area")
    with op.batch_alter_table("environment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_environment_site_id"))

    op.drop_table("environment")
    with op.batch_alter_table("sub_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sub_area_unit_id"))

    op.drop_table("sub_area")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_organisation_id"))

    op.drop_table("site")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_person_id"))

    op.drop_table("session")
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_role_person_id"))

    op.drop_table("person_role")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_edition_id"))
        batch_op.drop_index(batch_op.f("ix_unit_code"))

    op.drop_table("unit")
    op.drop_table("person")
    with op.batch_alter_table("grading_level", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grading_level_edition_id"))

    op.drop_table("grading_level")
    op.drop_table("organisation")
    with op.batch_alter_table("catalogue_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_edition_record_number"))

    op.drop_table("catalogue_edition")
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_line_organisation_id"))

    op.drop_table("audit_line")
