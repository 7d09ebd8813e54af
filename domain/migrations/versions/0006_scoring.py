"""Training load, VO2 max, calculations that wait, and the time zone heart rate was cut in."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
LOAD = (
    ("trimp_banister", sa.Float()),
    ("trimp_edwards", sa.Float()),
    ("heart_rate_stress_score", sa.Float()),
    ("threshold_heart_rate_bpm", sa.Float()),
    ("threshold_estimated", sa.Boolean()),
    ("training_load", sa.Float()),
    ("training_load_source", TEXT),
    ("training_load_reason", TEXT),
)


def upgrade() -> None:
    for name, kind in LOAD:
        op.add_column("activities", sa.Column(name, kind, nullable=True))
    op.create_index("ix_activities_user_id_local_date", "activities", ["user_id", "local_date"], unique=False)
    op.add_column("biometrics", sa.Column("threshold_heart_rate_bpm", sa.Integer(), nullable=True))
    _heart_rate_recordings()
    with op.batch_alter_table("pai_calculations") as batch:
        batch.alter_column("started_at", existing_type=INSTANT, nullable=True)
        batch.alter_column("completed_at", existing_type=INSTANT, nullable=True)
    op.create_index("ix_pai_calculations_user_id_status", "pai_calculations", ["user_id", "status"], unique=False)
    op.create_index("ix_pai_summaries_date", "pai_summaries", ["date"], unique=False)
    _training_days()
    _vo2max_assessments()
    _vo2max_calculations()
    _vo2max_summaries()


def downgrade() -> None:
    for table in ("vo2max_summaries", "vo2max_calculations", "vo2max_assessments", "training_days"):
        op.drop_table(table)
    op.drop_index("ix_pai_summaries_date", "pai_summaries")
    op.drop_index("ix_pai_calculations_user_id_status", "pai_calculations")
    op.execute("DELETE FROM pai_calculations WHERE completed_at IS NULL")
    with op.batch_alter_table("pai_calculations") as batch:
        batch.alter_column("started_at", existing_type=INSTANT, nullable=False)
        batch.alter_column("completed_at", existing_type=INSTANT, nullable=False)
    op.drop_column("heart_rate_recordings", "time_zone")
    op.drop_column("biometrics", "threshold_heart_rate_bpm")
    op.drop_index("ix_activities_user_id_local_date", "activities")
    for name, _ in LOAD:
        op.drop_column("activities", name)


def _heart_rate_recordings() -> None:
    op.add_column("heart_rate_recordings", sa.Column("time_zone", TEXT, nullable=True))
    op.execute(
        "UPDATE heart_rate_recordings SET time_zone ="
        " (SELECT users.time_zone FROM users WHERE users.id = heart_rate_recordings.user_id)"
    )
    with op.batch_alter_table("heart_rate_recordings") as batch:
        batch.alter_column("time_zone", existing_type=TEXT, nullable=False)


def _training_days() -> None:
    op.create_table(
        "training_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("activity_count", sa.Integer(), nullable=True),
        sa.Column("load", sa.Float(), nullable=False),
        sa.Column("ctl", sa.Float(), nullable=False),
        sa.Column("atl", sa.Float(), nullable=False),
        sa.Column("tsb", sa.Float(), nullable=False),
        sa.Column("monotony", sa.Float(), nullable=True),
        sa.Column("strain", sa.Float(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        *_stamps(),
        *_owned("training_days"),
        sa.UniqueConstraint("user_id", "date", name="uq_training_days_user_id_date"),
    )
    _index_owner("training_days")
    op.create_index("ix_training_days_user_id_stale_date", "training_days", ["user_id", "stale", "date"], unique=False)
    _mark_activities()


def _mark_activities() -> None:
    """Every day with activities has its load to compute; one of the activities lends it its id and its times."""
    op.execute(
        "INSERT INTO training_days (id, organization_id, user_id, date, load, ctl, atl, tsb, stale, created_at,"
        " modified_at) SELECT id, organization_id, user_id, local_date, 0, 0, 0, 0, true, created_at, modified_at"
        " FROM activities WHERE NOT EXISTS (SELECT 1 FROM activities AS other WHERE other.user_id = activities.user_id"
        " AND other.local_date = activities.local_date AND other.id < activities.id)"
    )


def _vo2max_assessments() -> None:
    op.create_table(
        "vo2max_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("activity_frequency", TEXT, nullable=False),
        sa.Column("activity_intensity", TEXT, nullable=False),
        sa.Column("activity_duration", TEXT, nullable=False),
        sa.Column("resting_heart_rate_bpm", sa.Float(), nullable=False),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column("height_cm", sa.Float(), nullable=True),
        sa.Column("waist_cm", sa.Float(), nullable=True),
        sa.Column("vo2max_summary_id", sa.Uuid(), nullable=True),
        *_stamps(),
        *_owned("vo2max_assessments"),
    )
    _index_owner("vo2max_assessments")
    op.create_index("ix_vo2max_assessments_user_id_date", "vo2max_assessments", ["user_id", "date"], unique=False)


def _vo2max_calculations() -> None:
    op.create_table(
        "vo2max_calculations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("trigger", TEXT, nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("algorithm_version", TEXT, nullable=False),
        sa.Column("vo2max_summary_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        *_stamps(),
        *_owned("vo2max_calculations"),
        sa.UniqueConstraint("user_id", "date", name="uq_vo2max_calculations_user_id_date"),
    )
    _index_owner("vo2max_calculations")
    op.create_index("ix_vo2max_calculations_user_id_status", "vo2max_calculations", ["user_id", "status"], unique=False)


def _vo2max_summaries() -> None:
    op.create_table(
        "vo2max_summaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("vo2max", sa.Float(), nullable=False),
        sa.Column("fitness_age", sa.Integer(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("calibration_status", TEXT, nullable=False),
        sa.Column("algorithm_version", TEXT, nullable=False),
        *_stamps(),
        *_owned("vo2max_summaries"),
        sa.UniqueConstraint("user_id", "date", name="uq_vo2max_summaries_user_id_date"),
    )
    _index_owner("vo2max_summaries")
    op.create_index("ix_vo2max_summaries_vo2max", "vo2max_summaries", ["vo2max"], unique=False)


def _stamps() -> tuple[sa.Column[datetime], ...]:
    return (
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
    )


def _owned(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _index_owner(table: str) -> None:
    op.create_index(f"ix_{table}_organization_id", table, ["organization_id"], unique=False)
    op.create_index(f"ix_{table}_user_id", table, ["user_id"], unique=False)
