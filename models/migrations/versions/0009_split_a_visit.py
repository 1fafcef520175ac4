"""A long job may be two visits, the second after the first."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("after_visit_id", sa.String(), nullable=True))
    op.create_foreign_key("visit_after_visit_id_fkey", "visit", "visit", ["after_visit_id"], ["id"])
    op.create_unique_constraint("visit_after_visit_id_key", "visit", ["after_visit_id"])


def downgrade() -> None:
    op.drop_column("visit", "after_visit_id")
