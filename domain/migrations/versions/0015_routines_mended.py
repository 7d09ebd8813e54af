"""Since when an account's ID tokens count, what a plan's choice could not fulfil, and sessions that are sent twice."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
KEYS = "uq_exercise_sessions_user_id_idempotency_key"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("signed_out_at", INSTANT, nullable=True))
    op.add_column("training_plans", sa.Column("notes", sa.JSON(), nullable=True))
    op.add_column("exercise_sessions", sa.Column("idempotency_key", TEXT, nullable=True))
    op.create_index(KEYS, "exercise_sessions", ["user_id", "idempotency_key"], unique=True)


def downgrade() -> None:
    op.drop_index(KEYS, "exercise_sessions")
    op.drop_column("exercise_sessions", "idempotency_key")
    op.drop_column("training_plans", "notes")
    op.drop_column("accounts", "signed_out_at")
