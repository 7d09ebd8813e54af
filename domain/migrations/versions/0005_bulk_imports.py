"""Bulk imports."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IS_RUNNING = sa.text("state = 'running'")
IS_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    _bulk_imports()
    _bulk_import_events()
    op.add_column("fit_files", sa.Column("bulk_import_id", sa.Uuid(), nullable=True))
    op.create_index("ix_fit_files_bulk_import_id_state", "fit_files", ["bulk_import_id", "state"], unique=False)
    op.create_index("ix_fit_files_waiting", "fit_files", ["modified_at"], unique=False, sqlite_where=IS_WAITING, postgresql_where=IS_WAITING)


def downgrade() -> None:
    op.drop_index("ix_fit_files_waiting", "fit_files")
    op.drop_index("ix_fit_files_bulk_import_id_state", "fit_files")
    op.drop_column("fit_files", "bulk_import_id")
    op.drop_table("bulk_import_events")
    op.drop_table("bulk_imports")


def _bulk_imports() -> None:
    op.create_table(
        "bulk_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("external_user_id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("is_initial_import", sa.Boolean(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("files_total", sa.Integer(), nullable=False),
        sa.Column("files_imported", sa.Integer(), nullable=False),
        sa.Column("files_failed", sa.Integer(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_bulk_imports_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_bulk_imports_partner_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_bulk_imports_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_imports"),
    )
    op.create_index("ix_bulk_imports_organization_id", "bulk_imports", ["organization_id"], unique=False)
    op.create_index("ix_bulk_imports_partner_id", "bulk_imports", ["partner_id"], unique=False)
    op.create_index("ix_bulk_imports_user_id", "bulk_imports", ["user_id"], unique=False)
    op.create_index("uq_bulk_imports_running", "bulk_imports", ["partner_id", "user_id", "source"], unique=True, sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING)


def _bulk_import_events() -> None:
    op.create_table(
        "bulk_import_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulk_import_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["bulk_import_id"], ["bulk_imports.id"], name="fk_bulk_import_events_bulk_import_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_bulk_import_events_partner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_import_events"),
        sa.UniqueConstraint("partner_id", "event_id", name="uq_bulk_import_events_partner_id_event_id"),
    )
    op.create_index("ix_bulk_import_events_bulk_import_id", "bulk_import_events", ["bulk_import_id"], unique=False)
    op.create_index("ix_bulk_import_events_partner_id", "bulk_import_events", ["partner_id"], unique=False)
