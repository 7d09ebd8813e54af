"""Routines: clients, templates, queues, runs, AI Move, and who signs in to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLANS = "training_plans"


def upgrade() -> None:
    _clients()
    _assessments()
    _exercises()
    _routine_templates()
    _catalog_entries()
    _routine_instances()
    _routine_runs()
    _exercise_sessions()
    _firebase_users()
    _spent_tokens()
    _training_plans()


def downgrade() -> None:
    for column in ("assigned_by", "equipment", "assessments", "picks"):
        op.drop_column(PLANS, column)
    op.drop_table("spent_tokens")
    op.drop_table("firebase_users")
    op.drop_table("exercise_sessions")
    op.drop_table("routine_runs")
    op.drop_table("routine_instances")
    op.drop_table("catalog_entries")
    op.drop_table("routine_templates")
    op.drop_table("exercises")
    op.drop_table("assessments")
    op.drop_table("clients")


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=True),
        sa.Column("ai_training_enabled", sa.Boolean(), nullable=False),
        sa.Column("cross_client", sa.Boolean(), nullable=False),
        sa.Column("catalog_modified_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_clients_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("client_id", name="uq_clients_client_id"),
    )
    op.create_index("ix_clients_organization_id", "clients", ["organization_id"], unique=True)


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("assessed_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_assessments_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assessments_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_organization_id", "assessments", ["organization_id"], unique=False)
    op.create_index("ix_assessments_user_id", "assessments", ["user_id"], unique=False)
    op.create_index("ix_assessments_user_id_kind_assessed_at", "assessments", ["user_id", "kind", "assessed_at"], unique=False)


def _exercises() -> None:
    op.create_table(
        "exercises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("exercise_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_zh", TEXT, nullable=True),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("difficulty", TEXT, nullable=False),
        sa.Column("image_url", TEXT, nullable=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("target_value", sa.Integer(), nullable=False),
        sa.Column("estimated_calories", sa.Float(), nullable=False),
        sa.Column("algorithm", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_exercises_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_exercises"),
        sa.UniqueConstraint("organization_id", "exercise_id", name="uq_exercises_organization_id_exercise_id"),
    )
    op.create_index("ix_exercises_exercise_id", "exercises", ["exercise_id"], unique=False)
    op.create_index("ix_exercises_organization_id", "exercises", ["organization_id"], unique=False)


def _routine_templates() -> None:
    op.create_table(
        "routine_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_zh", TEXT, nullable=True),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("goal", TEXT, nullable=False),
        sa.Column("intensity", TEXT, nullable=False),
        sa.Column("risk_tiers", sa.JSON(), nullable=False),
        sa.Column("estimated_duration_minutes", sa.Integer(), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("created_by", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_routine_templates_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_routine_templates"),
    )
    op.create_index("ix_routine_templates_organization_id", "routine_templates", ["organization_id"], unique=False)


def _catalog_entries() -> None:
    op.create_table(
        "catalog_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("routine_template_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_catalog_entries_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["routine_template_id"], ["routine_templates.id"], name="fk_catalog_entries_routine_template_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_entries"),
        sa.UniqueConstraint("organization_id", "routine_template_id", name="uq_catalog_entries_organization_id_routine_template_id"),
    )
    op.create_index("ix_catalog_entries_organization_id", "catalog_entries", ["organization_id"], unique=False)
    op.create_index("ix_catalog_entries_routine_template_id", "catalog_entries", ["routine_template_id"], unique=False)


def _routine_instances() -> None:
    op.create_table(
        "routine_instances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("routine_template_id", sa.Uuid(), nullable=False),
        sa.Column("routine_template_name", TEXT, nullable=False),
        sa.Column("queue_index", sa.Integer(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("defer_count", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_routine_instances_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name="fk_routine_instances_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["routine_template_id"], ["routine_templates.id"], name="fk_routine_instances_routine_template_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_routine_instances_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_routine_instances"),
    )
    op.create_index("ix_routine_instances_organization_id", "routine_instances", ["organization_id"], unique=False)
    op.create_index("ix_routine_instances_plan_id", "routine_instances", ["plan_id"], unique=False)
    op.create_index("ix_routine_instances_routine_template_id", "routine_instances", ["routine_template_id"], unique=False)
    op.create_index("ix_routine_instances_user_id", "routine_instances", ["user_id"], unique=False)
    op.create_index("ix_routine_instances_user_id_status_queue_index", "routine_instances", ["user_id", "status", "queue_index"], unique=False)


def _routine_runs() -> None:
    op.create_table(
        "routine_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("routine_instance_id", sa.Uuid(), nullable=False),
        sa.Column("routine_template_name", TEXT, nullable=False),
        sa.Column("routine_template_name_zh", TEXT, nullable=True),
        sa.Column("started_from", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("current_step_index", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("completed_exercises", sa.Integer(), nullable=False),
        sa.Column("total_exercises", sa.Integer(), nullable=False),
        sa.Column("completion_rate", sa.Float(), nullable=False),
        sa.Column("total_duration_seconds", sa.Integer(), nullable=False),
        sa.Column("total_calories_burned", sa.Float(), nullable=False),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_routine_runs_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name="fk_routine_runs_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["routine_instance_id"], ["routine_instances.id"], name="fk_routine_runs_routine_instance_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_routine_runs_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_routine_runs"),
    )
    op.create_index("ix_routine_runs_organization_id", "routine_runs", ["organization_id"], unique=False)
    op.create_index("ix_routine_runs_plan_id", "routine_runs", ["plan_id"], unique=False)
    op.create_index("ix_routine_runs_routine_instance_id", "routine_runs", ["routine_instance_id"], unique=False)
    op.create_index("ix_routine_runs_user_id", "routine_runs", ["user_id"], unique=False)
    op.create_index("ix_routine_runs_user_id_created_at", "routine_runs", ["user_id", "created_at"], unique=False)


def _exercise_sessions() -> None:
    op.create_table(
        "exercise_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("rep_count", sa.Integer(), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=False),
        sa.Column("calories_burned", sa.Float(), nullable=False),
        sa.Column("form_score", sa.Float(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("routine_instance_id", sa.Uuid(), nullable=True),
        sa.Column("routine_run_id", sa.Uuid(), nullable=True),
        sa.Column("sequence_index", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_exercise_sessions_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["routine_run_id"], ["routine_runs.id"], name="fk_exercise_sessions_routine_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_exercise_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_exercise_sessions"),
    )
    op.create_index("ix_exercise_sessions_organization_id", "exercise_sessions", ["organization_id"], unique=False)
    op.create_index("ix_exercise_sessions_routine_run_id", "exercise_sessions", ["routine_run_id"], unique=False)
    op.create_index("ix_exercise_sessions_routine_run_id_sequence_index", "exercise_sessions", ["routine_run_id", "sequence_index"], unique=False)
    op.create_index("ix_exercise_sessions_user_id", "exercise_sessions", ["user_id"], unique=False)


def _firebase_users() -> None:
    op.create_table(
        "firebase_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_firebase_users_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_firebase_users"),
        sa.UniqueConstraint("uid", name="uq_firebase_users_uid"),
    )
    op.create_index("ix_firebase_users_account_id", "firebase_users", ["account_id"], unique=False)


def _spent_tokens() -> None:
    op.create_table(
        "spent_tokens",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_spent_tokens"),
    )
    op.create_index("ix_spent_tokens_expires_at", "spent_tokens", ["expires_at"], unique=False)


def _training_plans() -> None:
    op.add_column(PLANS, sa.Column("assigned_by", sa.Uuid(), nullable=True))
    op.add_column(PLANS, sa.Column("equipment", sa.JSON(), nullable=True))
    op.add_column(PLANS, sa.Column("assessments", sa.JSON(), nullable=True))
    op.add_column(PLANS, sa.Column("picks", sa.JSON(), nullable=True))
