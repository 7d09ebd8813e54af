"""Templates in the order they change, plans, what left view, and when an API key was last used."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
READ_ALL = ["workout_templates:read", "plan_templates:read"]


def upgrade() -> None:
    _clocks()
    _withdrawals()
    _plans()
    _workouts()
    op.add_column("api_keys", sa.Column("last_used_at", INSTANT, nullable=True))
    _exchange_scopes(["templates:read"], READ_ALL)


def downgrade() -> None:
    _exchange_scopes(READ_ALL, ["templates:read"])
    op.drop_column("api_keys", "last_used_at")
    op.drop_index("ix_workout_templates_modified_at", "workout_templates")
    op.drop_index("ix_workout_templates_category", "workout_templates")
    for column in ("tags", "estimated_distance_meters", "estimated_load"):
        op.drop_column("workout_templates", column)
    for table in ("training_plan_templates", "template_withdrawals", "template_clocks"):
        op.drop_table(table)


def _clocks() -> None:
    op.create_table(
        "template_clocks",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_template_clocks"),
    )


def _withdrawals() -> None:
    op.create_table(
        "template_withdrawals",
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("template_id", name="pk_template_withdrawals"),
    )
    op.create_index("ix_template_withdrawals_modified_at", "template_withdrawals", ["modified_at"], unique=False)


def _plans() -> None:
    op.create_table(
        "training_plan_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("goal_distance", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("duration_weeks", sa.Integer(), nullable=False),
        sa.Column("sessions_per_week", sa.Integer(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_training_plan_templates_organization_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_training_plan_templates"),
    )
    op.create_index("ix_training_plan_templates_organization_id", "training_plan_templates", ["organization_id"], unique=False)
    op.create_index("ix_training_plan_templates_goal_distance", "training_plan_templates", ["goal_distance"], unique=False)
    op.create_index("ix_training_plan_templates_modified_at", "training_plan_templates", ["modified_at"], unique=True)


def _workouts() -> None:
    with op.batch_alter_table("workout_templates") as table:
        table.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("estimated_distance_meters", sa.Integer(), nullable=True))
        table.add_column(sa.Column("estimated_load", sa.Float(), nullable=True))
    with op.batch_alter_table("workout_templates") as table:
        table.alter_column("tags", server_default=None)
    _set_apart()
    op.create_index("ix_workout_templates_category", "workout_templates", ["category"], unique=False)
    op.create_index("ix_workout_templates_modified_at", "workout_templates", ["modified_at"], unique=True)


def _set_apart() -> None:
    """Templates of one commit had the same instant: from now on no two of a kind have."""
    templates = sa.table("workout_templates", sa.column("id", sa.Uuid()), sa.column("modified_at", INSTANT))
    clocks = sa.table("template_clocks", sa.column("kind", TEXT), sa.column("latest", sa.BigInteger()))
    connection, latest = op.get_bind(), EPOCH
    for row in connection.execute(sa.select(templates).order_by(templates.c.modified_at, templates.c.id)).all():
        own = row.modified_at if row.modified_at.tzinfo else row.modified_at.replace(tzinfo=UTC)
        latest = max(own, latest + MICROSECOND)
        connection.execute(templates.update().where(templates.c.id == row.id).values(modified_at=latest))
    if latest > EPOCH:
        connection.execute(clocks.insert().values(kind="workout", latest=(latest - EPOCH) // MICROSECOND))


def _exchange_scopes(old: list[str], new: list[str]) -> None:
    keys = sa.table("api_keys", sa.column("id", sa.Uuid()), sa.column("scopes", sa.JSON()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(keys)).all():
        if set(old) & set(row.scopes):
            kept = [scope for scope in row.scopes if scope not in old]
            connection.execute(keys.update().where(keys.c.id == row.id).values(scopes=[*kept, *new]))
