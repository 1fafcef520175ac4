"""The audit of what administrators change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLE = sa.Enum(
    "agent",
    "dispatcher",
    "engineer",
    "stock_keeper",
    "operations",
    "team_lead",
    "manager",
    "director",
    "admin",
    "customer",
    "system",
    name="role",
    native_enum=False,
    create_constraint=True,
    length=32,
)
APPEND_ONLY = """
CREATE TRIGGER admin_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""


def upgrade() -> None:
    op.create_table(
        "admin_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_role", ROLE, nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("after", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="admin_change_pkey"),
        sa.UniqueConstraint("command_id", name="admin_change_command_id_key"),
    )
    op.create_index("admin_change_subject_idx", "admin_change", ["subject", "id"], unique=False)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("admin_change")
