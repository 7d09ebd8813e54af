"""Idempotency keys: what was asked under each, and what was answered; and indexes for relations read backwards."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
BACKWARDS = (
    ("pai_calculations", "pai_summary_id"),
    ("training_plans", "bulk_import_id"),
    ("vo2max_assessments", "vo2max_summary_id"),
    ("vo2max_calculations", "vo2max_summary_id"),
)


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("viewer", TEXT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_idempotency_keys_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.UniqueConstraint("viewer", "key_hash", name="uq_idempotency_keys_viewer_key_hash"),
    )
    for column in ("account_id", "created_at"):
        op.create_index(f"ix_idempotency_keys_{column}", "idempotency_keys", [column], unique=False)
    for table, column in BACKWARDS:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table, column in BACKWARDS:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("idempotency_keys")
