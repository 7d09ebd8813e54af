"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Text compares by code point on both databases: SQLite always does, PostgreSQL needs to be told.
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _jobs()
    _organizations()
    _raw_files()
    _api_keys()
    _oauth_clients()
    _partners()
    _users()
    _workout_templates()
    _accounts()
    _biometrics()
    _fit_files()
    _heart_rate_days()
    _pai_calculations()
    _pai_summaries()
    _partner_users()
    _access_tokens()
    _activities()
    _heart_rate_recordings()
    _refresh_tokens()
    _activity_streams()


def downgrade() -> None:
    for table in (
        "activity_streams",
        "refresh_tokens",
        "heart_rate_recordings",
        "activities",
        "access_tokens",
        "partner_users",
        "pai_summaries",
        "pai_calculations",
        "heart_rate_days",
        "fit_files",
        "biometrics",
        "accounts",
        "workout_templates",
        "users",
        "partners",
        "oauth_clients",
        "api_keys",
        "raw_files",
        "organizations",
        "jobs",
    ):
        op.drop_table(table)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("rung_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_kind", "jobs", ["kind"], unique=False)
    op.create_index("ix_jobs_state_due_at", "jobs", ["state", "due_at"], unique=False)


def _organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
    )


def _raw_files() -> None:
    op.create_table(
        "raw_files",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_raw_files"),
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("env", TEXT, nullable=False),
        sa.Column("lookup", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_api_keys_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("lookup", name="uq_api_keys_lookup"),
    )
    op.create_index("ix_api_keys_organization_id", "api_keys", ["organization_id"], unique=False)


def _oauth_clients() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_oauth_clients_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_clients"),
    )
    op.create_index("ix_oauth_clients_organization_id", "oauth_clients", ["organization_id"], unique=False)


def _partners() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", TEXT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("auth_key_hash", TEXT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("creates_users", sa.Boolean(), nullable=False),
        sa.Column("event_url", TEXT, nullable=True),
        sa.Column("callback_hosts", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_partners_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
        sa.UniqueConstraint("partner_id", name="uq_partners_partner_id"),
    )
    op.create_index("ix_partners_organization_id", "partners", ["organization_id"], unique=False)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", TEXT, nullable=True),
        sa.Column("first_name", TEXT, nullable=True),
        sa.Column("last_name", TEXT, nullable=True),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("sex", TEXT, nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_users_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_index("ix_users_external_id", "users", ["external_id"], unique=False)
    op.create_index("ix_users_organization_id", "users", ["organization_id"], unique=False)


def _workout_templates() -> None:
    op.create_table(
        "workout_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("sport", TEXT, nullable=False),
        sa.Column("estimated_duration_seconds", sa.Integer(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_workout_templates_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_workout_templates"),
    )
    op.create_index("ix_workout_templates_organization_id", "workout_templates", ["organization_id"], unique=False)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("username", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("email_confirmed", sa.Boolean(), nullable=False),
        sa.Column("phone_number", TEXT, nullable=True),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("account_type", TEXT, nullable=False),
        sa.Column("account_status", TEXT, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("locale", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_accounts_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_accounts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("organization_id", "username", name="uq_accounts_organization_id_username"),
    )
    op.create_index("ix_accounts_organization_id", "accounts", ["organization_id"], unique=False)
    op.create_index("ix_accounts_user_id", "accounts", ["user_id"], unique=False)


def _biometrics() -> None:
    op.create_table(
        "biometrics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("max_heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("resting_heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column("height_cm", sa.Float(), nullable=True),
        sa.Column("waist_cm", sa.Float(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_biometrics_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_biometrics_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_biometrics"),
        sa.UniqueConstraint("user_id", "date", name="uq_biometrics_user_id_date"),
    )
    op.create_index("ix_biometrics_organization_id", "biometrics", ["organization_id"], unique=False)
    op.create_index("ix_biometrics_user_id", "biometrics", ["user_id"], unique=False)


def _fit_files() -> None:
    op.create_table(
        "fit_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("summary_id", TEXT, nullable=False),
        sa.Column("activity_name", TEXT, nullable=True),
        sa.Column("announced_start_at", INSTANT, nullable=True),
        sa.Column("callback_url", TEXT, nullable=True),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("problem_code", TEXT, nullable=True),
        sa.Column("problem_message", TEXT, nullable=True),
        sa.Column("file_types", sa.JSON(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=True),
        sa.Column("heart_rate_count", sa.Integer(), nullable=True),
        sa.Column("heart_rate_sum", sa.Integer(), nullable=True),
        sa.Column("session_count", sa.Integer(), nullable=True),
        sa.Column("reader", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.Column("ingested_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_fit_files_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["raw_files.sha256"], name="fk_fit_files_sha256", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_fit_files_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fit_files"),
        sa.UniqueConstraint("origin", "user_id", "source", "summary_id", name="uq_fit_files_origin_user_id_source_summary_id"),
    )
    op.create_index("ix_fit_files_organization_id", "fit_files", ["organization_id"], unique=False)
    op.create_index("ix_fit_files_sha256", "fit_files", ["sha256"], unique=False)
    op.create_index("ix_fit_files_user_id", "fit_files", ["user_id"], unique=False)


def _heart_rate_days() -> None:
    op.create_table(
        "heart_rate_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("sample_count", sa.Integer(), nullable=False),
        sa.Column("min_bpm", sa.Integer(), nullable=False),
        sa.Column("max_bpm", sa.Integer(), nullable=False),
        sa.Column("average_bpm", sa.Float(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_heart_rate_days_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_heart_rate_days_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_heart_rate_days"),
        sa.UniqueConstraint("user_id", "date", name="uq_heart_rate_days_user_id_date"),
    )
    op.create_index("ix_heart_rate_days_organization_id", "heart_rate_days", ["organization_id"], unique=False)
    op.create_index("ix_heart_rate_days_user_id", "heart_rate_days", ["user_id"], unique=False)


def _pai_calculations() -> None:
    op.create_table(
        "pai_calculations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("trigger", TEXT, nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("algorithm_version", TEXT, nullable=False),
        sa.Column("pai_summary_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("completed_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_pai_calculations_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_pai_calculations_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_pai_calculations"),
    )
    op.create_index("ix_pai_calculations_organization_id", "pai_calculations", ["organization_id"], unique=False)
    op.create_index("ix_pai_calculations_user_id", "pai_calculations", ["user_id"], unique=False)


def _pai_summaries() -> None:
    op.create_table(
        "pai_summaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("measured", sa.Boolean(), nullable=False),
        sa.Column("activity_score", sa.Float(), nullable=False),
        sa.Column("low_zone_raw", sa.Float(), nullable=False),
        sa.Column("medium_zone_raw", sa.Float(), nullable=False),
        sa.Column("high_zone_raw", sa.Float(), nullable=False),
        sa.Column("pai_score", sa.Float(), nullable=False),
        sa.Column("daily_pai", sa.Float(), nullable=False),
        sa.Column("low_zone_pai", sa.Float(), nullable=False),
        sa.Column("medium_zone_pai", sa.Float(), nullable=False),
        sa.Column("high_zone_pai", sa.Float(), nullable=False),
        sa.Column("low_zone_minutes", sa.Float(), nullable=False),
        sa.Column("medium_zone_minutes", sa.Float(), nullable=False),
        sa.Column("high_zone_minutes", sa.Float(), nullable=False),
        sa.Column("low_zone_lower_limit_bpm", sa.Integer(), nullable=False),
        sa.Column("medium_zone_lower_limit_bpm", sa.Integer(), nullable=False),
        sa.Column("high_zone_lower_limit_bpm", sa.Integer(), nullable=False),
        sa.Column("max_heart_rate_bpm", sa.Float(), nullable=False),
        sa.Column("resting_heart_rate_bpm", sa.Float(), nullable=False),
        sa.Column("algorithm_version", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_pai_summaries_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_pai_summaries_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_pai_summaries"),
        sa.UniqueConstraint("user_id", "date", name="uq_pai_summaries_user_id_date"),
    )
    op.create_index("ix_pai_summaries_measured_date", "pai_summaries", ["measured", "date"], unique=False)
    op.create_index("ix_pai_summaries_organization_id", "pai_summaries", ["organization_id"], unique=False)
    op.create_index("ix_pai_summaries_pai_score", "pai_summaries", ["pai_score"], unique=False)
    op.create_index("ix_pai_summaries_user_id", "pai_summaries", ["user_id"], unique=False)


def _partner_users() -> None:
    op.create_table(
        "partner_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_partner_users_partner_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_partner_users_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_users"),
        sa.UniqueConstraint("partner_id", "external_id", name="uq_partner_users_partner_id_external_id"),
    )
    op.create_index("ix_partner_users_partner_id", "partner_users", ["partner_id"], unique=False)
    op.create_index("ix_partner_users_user_id", "partner_users", ["user_id"], unique=False)


def _access_tokens() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_access_tokens_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_access_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_access_tokens_token_hash"),
    )
    op.create_index("ix_access_tokens_account_id", "access_tokens", ["account_id"], unique=False)


def _activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("fit_file_id", sa.Uuid(), nullable=False),
        sa.Column("session_index", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("sport", TEXT, nullable=False),
        sa.Column("sub_sport", TEXT, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("elapsed_seconds", sa.Float(), nullable=True),
        sa.Column("timer_seconds", sa.Float(), nullable=True),
        sa.Column("distance_meters", sa.Float(), nullable=True),
        sa.Column("calories_kcal", sa.Integer(), nullable=True),
        sa.Column("average_heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("max_heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("average_power_watts", sa.Integer(), nullable=True),
        sa.Column("max_power_watts", sa.Integer(), nullable=True),
        sa.Column("normalized_power_watts", sa.Integer(), nullable=True),
        sa.Column("ascent_meters", sa.Integer(), nullable=True),
        sa.Column("descent_meters", sa.Integer(), nullable=True),
        sa.Column("training_stress_score", sa.Float(), nullable=True),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("totals_from", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["fit_file_id"], ["fit_files.id"], name="fk_activities_fit_file_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_activities_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_activities_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_activities"),
        sa.UniqueConstraint("fit_file_id", "session_index", name="uq_activities_fit_file_id_session_index"),
    )
    op.create_index("ix_activities_fit_file_id", "activities", ["fit_file_id"], unique=False)
    op.create_index("ix_activities_organization_id", "activities", ["organization_id"], unique=False)
    op.create_index("ix_activities_user_id", "activities", ["user_id"], unique=False)
    op.create_index("ix_activities_user_id_started_at", "activities", ["user_id", "started_at"], unique=False)


def _heart_rate_recordings() -> None:
    op.create_table(
        "heart_rate_recordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("contribution", TEXT, nullable=False),
        sa.Column("fit_file_id", sa.Uuid(), nullable=True),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.Column("bpm", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["fit_file_id"], ["fit_files.id"], name="fk_heart_rate_recordings_fit_file_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_heart_rate_recordings_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_heart_rate_recordings"),
        sa.UniqueConstraint("user_id", "date", "contribution", name="uq_heart_rate_recordings_user_id_date_contribution"),
    )
    op.create_index("ix_heart_rate_recordings_fit_file_id", "heart_rate_recordings", ["fit_file_id"], unique=False)
    op.create_index("ix_heart_rate_recordings_user_id", "heart_rate_recordings", ["user_id"], unique=False)


def _refresh_tokens() -> None:
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("user_agent", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_refresh_tokens_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_clients.id"], name="fk_refresh_tokens_client_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_refresh_tokens_token_hash"),
    )
    op.create_index("ix_refresh_tokens_account_id", "refresh_tokens", ["account_id"], unique=False)
    op.create_index("ix_refresh_tokens_client_id", "refresh_tokens", ["client_id"], unique=False)
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["family_id"], unique=False)


def _activity_streams() -> None:
    op.create_table(
        "activity_streams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("metric", TEXT, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name="fk_activity_streams_activity_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_activity_streams"),
        sa.UniqueConstraint("activity_id", "metric", name="uq_activity_streams_activity_id_metric"),
    )
    op.create_index("ix_activity_streams_activity_id", "activity_streams", ["activity_id"], unique=False)
