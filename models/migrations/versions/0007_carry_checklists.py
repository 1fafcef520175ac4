"""Checklists, and the one with which the work of a visit began."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist_edition",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checklists", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="checklist_edition_pkey"),
    )
    op.add_column("visit", sa.Column("checklist_edition", sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("checklist_id", sa.String(), nullable=True))
    op.create_foreign_key(
        "visit_checklist_edition_fkey", "visit", "checklist_edition", ["checklist_edition"], ["version"]
    )
    op.create_check_constraint(
        op.f("visit_checklist_check"), "visit", "(checklist_edition IS NULL) = (checklist_id IS NULL)"
    )


def downgrade() -> None:
    op.drop_column("visit", "checklist_id")
    op.drop_column("visit", "checklist_edition")
    op.drop_table("checklist_edition")
