"""Training plans."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "training_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("goal", TEXT, nullable=False),
        sa.Column("intensity", TEXT, nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.Column("preferred_session_minutes", sa.Integer(), nullable=False),
        sa.Column("generation_source", TEXT, nullable=False),
        sa.Column("bulk_import_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_training_plans_organization_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_training_plans_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_training_plans"),
    )
    op.create_index("ix_training_plans_organization_id", "training_plans", ["organization_id"], unique=False)
    op.create_index("ix_training_plans_user_id", "training_plans", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("training_plans")
