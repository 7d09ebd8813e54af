"""Where accounts have proven lately who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TABLE = "known_addresses"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("address_hash", TEXT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.UniqueConstraint("account_id", "address_hash"),
    )
    op.create_index(op.f("ix_known_addresses_account_id"), TABLE, ["account_id"])
    op.create_index(op.f("ix_known_addresses_seen_at"), TABLE, ["seen_at"])


def downgrade() -> None:
    op.drop_table(TABLE)
