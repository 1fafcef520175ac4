"""Warehouses and parts that are not used any more."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("warehouse", "part")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        op.alter_column(table, "active", server_default=None)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "active")
