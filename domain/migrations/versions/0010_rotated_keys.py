"""API keys say when they were rotated: each has one successor."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("rotated_at", INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "rotated_at")
