"""Programs with their administrators, invitations and members, and exports that are built in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
CURRENT = sa.text("left_at IS NULL")
PENDING = sa.text("status = 'Pending'")


def upgrade() -> None:
    _programs()
    _program_administrators()
    _program_invitations()
    _program_members()
    _exports()
    _export_parts()
    with op.batch_alter_table("mails") as mails:
        mails.add_column(sa.Column("invitation_id", sa.Uuid(), nullable=True))
        mails.create_foreign_key("fk_mails_invitation_id", "program_invitations", ["invitation_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_mails_invitation_id", "mails", ["invitation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mails_invitation_id", "mails")
    with op.batch_alter_table("mails") as mails:
        mails.drop_constraint("fk_mails_invitation_id", type_="foreignkey")
        mails.drop_column("invitation_id")
    for table in ("export_parts", "exports", "program_members", "program_invitations", "program_administrators", "programs"):
        op.drop_table(table)


def _programs() -> None:
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_programs_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_programs"),
    )
    op.create_index("ix_programs_organization_id", "programs", ["organization_id"], unique=False)


def _program_administrators() -> None:
    op.create_table(
        "program_administrators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_administrators_program_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_program_administrators_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_program_administrators"),
        sa.UniqueConstraint("program_id", "account_id", name="uq_program_administrators_program_id_account_id"),
    )
    op.create_index("ix_program_administrators_account_id", "program_administrators", ["account_id"], unique=False)
    op.create_index("ix_program_administrators_program_id", "program_administrators", ["program_id"], unique=False)


def _program_invitations() -> None:
    op.create_table(
        "program_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_program_invitations_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_invitations_program_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_program_invitations_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_program_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_program_invitations_token_hash"),
    )
    op.create_index("ix_program_invitations_email", "program_invitations", ["email"], unique=False)
    op.create_index("ix_program_invitations_organization_id", "program_invitations", ["organization_id"], unique=False)
    op.create_index("ix_program_invitations_program_id", "program_invitations", ["program_id"], unique=False)
    op.create_index("ix_program_invitations_user_id", "program_invitations", ["user_id"], unique=False)
    op.create_index("uq_program_invitations_pending_email", "program_invitations", ["program_id", "email"], unique=True, sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index("uq_program_invitations_pending_user_id", "program_invitations", ["program_id", "user_id"], unique=True, sqlite_where=PENDING, postgresql_where=PENDING)


def _program_members() -> None:
    op.create_table(
        "program_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_program_members_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_program_members_program_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_program_members_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["invitation_id"], ["program_invitations.id"], name="fk_program_members_invitation_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_program_members"),
    )
    op.create_index("ix_program_members_invitation_id", "program_members", ["invitation_id"], unique=False)
    op.create_index("ix_program_members_organization_id", "program_members", ["organization_id"], unique=False)
    op.create_index("ix_program_members_program_id", "program_members", ["program_id"], unique=False)
    op.create_index("ix_program_members_user_id", "program_members", ["user_id"], unique=False)
    op.create_index("uq_program_members_current", "program_members", ["program_id", "user_id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT)


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT, nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_exports_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_exports_program_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_exports_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"], unique=False)
    op.create_index("ix_exports_organization_id", "exports", ["organization_id"], unique=False)
    op.create_index("ix_exports_program_id", "exports", ["program_id"], unique=False)
    op.create_index("ix_exports_user_id", "exports", ["user_id"], unique=False)


def _export_parts() -> None:
    op.create_table(
        "export_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_parts_export_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_export_parts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_export_parts"),
        sa.UniqueConstraint("export_id", "number", name="uq_export_parts_export_id_number"),
    )
    op.create_index("ix_export_parts_export_id", "export_parts", ["export_id"], unique=False)
    op.create_index("ix_export_parts_user_id", "export_parts", ["user_id"], unique=False)
