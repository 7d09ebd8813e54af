"""PAI calculations are found by user and day: of each day all but the latest are forgotten after a while."""

from alembic import op

revision = "0014"
down_revision = "0013"

INDEX = "ix_pai_calculations_user_id_date"


def upgrade() -> None:
    op.create_index(INDEX, "pai_calculations", ["user_id", "date"], unique=False)


def downgrade() -> None:
    op.drop_index(INDEX, "pai_calculations")
