"""A heart-rate day knows when its samples are others, even where they come to the same figures."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("heart_rate_days", sa.Column("fingerprint", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("heart_rate_days", "fingerprint")
