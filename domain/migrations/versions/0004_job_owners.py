"""Whose a job is, and what went wrong with it in words for anybody."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("organization_id", sa.Uuid(), nullable=True))
        jobs.add_column(sa.Column("problem", TEXT, nullable=True))
        jobs.create_foreign_key("fk_jobs_organization_id", "organizations", ["organization_id"], ["id"], ondelete="CASCADE")
        jobs.create_index("ix_jobs_organization_id", ["organization_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_index("ix_jobs_organization_id")
        jobs.drop_constraint("fk_jobs_organization_id", type_="foreignkey")
        jobs.drop_column("problem")
        jobs.drop_column("organization_id")
