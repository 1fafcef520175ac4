"""Tell people and systems: attachments, customers' links, messages, webhooks, calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    """Text with a check constraint that is named after the table and the vocabulary."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


ATTACHMENT_KIND = _words("attachment_kind", "photo", "signature", "document")
MESSAGE_STATE = _words("message_state", "queued", "sending", "sent", "failed", "undeliverable")
ROLE = _words(
    "role",
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
)


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("kind", ATTACHMENT_KIND, nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("given_sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_role", ROLE, nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("attachment_size_check")),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="attachment_case_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="attachment_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="attachment_pkey"),
    )
    op.create_index("attachment_case_id_idx", "attachment", ["case_id"], unique=False)
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name="attachment_content_attachment_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name="attachment_content_pkey"),
    )
    op.create_table(
        "customer_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_role", ROLE, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="customer_link_case_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="customer_link_pkey"),
    )
    op.create_index("customer_link_case_id_idx", "customer_link", ["case_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", MESSAGE_STATE, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("handed_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="message_case_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="message_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="message_pkey"),
        sa.UniqueConstraint("case_id", "key", name="message_case_id_key_key"),
    )
    op.create_index(
        "message_waiting_idx",
        "message",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'queued' AND handed_at IS NULL"),
    )
    op.create_index("message_state_idx", "message", ["state", "id"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="webhook_pkey"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("state", MESSAGE_STATE, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("handed_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["case_event.id"], name="webhook_delivery_event_id_fkey"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="webhook_delivery_webhook_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="webhook_delivery_pkey"),
        sa.UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_webhook_id_event_id_key"),
    )
    op.create_index(
        "webhook_delivery_waiting_idx",
        "webhook_delivery",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued' AND handed_at IS NULL"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="calendar_feed_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("engineer_id", name="calendar_feed_pkey"),
        sa.UniqueConstraint("secret_sha256", name="calendar_feed_secret_sha256_key"),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_table("message")
    op.drop_table("customer_link")
    op.drop_table("attachment_content")
    op.drop_table("attachment")
