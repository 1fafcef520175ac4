"""Passwords, sessions, tokens of machines, and the count of failed sign-ins."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
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


def upgrade() -> None:
    op.add_column("app_user", sa.Column("password_hash", sa.String(), nullable=True))
    op.add_column("app_user", sa.Column("password_changed_at", MOMENT, nullable=True))
    op.add_column("app_user", sa.Column("last_sign_in_at", MOMENT, nullable=True))
    op.add_column("app_user", sa.Column("session_version", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("app_user", "session_version", server_default=None)
    op.execute("UPDATE app_user SET email = lower(email)")
    op.create_check_constraint(op.f("app_user_email_check"), "app_user", "email = lower(email)")
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="user_session_user_id_fkey"),
        sa.PrimaryKeyConstraint("token_hash", name="user_session_pkey"),
    )
    op.create_index("user_session_user_id_idx", "user_session", ["user_id"], unique=False)
    op.create_index("user_session_expires_at_idx", "user_session", ["expires_at"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="api_token_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="api_token_pkey"),
        sa.UniqueConstraint("token_hash", name="api_token_token_hash_key"),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="sign_in_attempts_pkey"),
    )
    op.create_index("sign_in_attempts_since_idx", "sign_in_attempts", ["since"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_in_attempts")
    op.drop_table("api_token")
    op.drop_table("user_session")
    op.drop_constraint("app_user_email_check", "app_user")
    op.drop_column("app_user", "session_version")
    op.drop_column("app_user", "last_sign_in_at")
    op.drop_column("app_user", "password_changed_at")
    op.drop_column("app_user", "password_hash")
