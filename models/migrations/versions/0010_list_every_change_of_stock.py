"""Every change of stock is listed; what lies there already is the list's beginning. Units can be written off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = (
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
KINDS = ("opening", "received", "reserved", "released", "used", "transferred", "counted", "written_off")
REASONS = ("broken", "lost", "expired")
APPEND_ONLY = """
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""
# The company's clock may run ahead of the server's: the newest event tells its time.
OPENING = """
INSERT INTO stock_movement (at, kind, location_id, sku, units, held, on_hand, note, serials)
SELECT coalesce((SELECT max(recorded_at) FROM case_event), now()), 'opening', location_id, sku, on_hand, reserved,
  on_hand, '', '[]'
FROM stock WHERE on_hand > 0 ORDER BY location_id, sku
"""
STATE = "serial_number_serial_state_check"


def upgrade() -> None:
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", _choice(KINDS, "movement_kind"), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("other_location_id", sa.String(), nullable=True),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("reason", _choice(REASONS, "write_off_reason"), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("serials", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("actor_role", _choice(ROLES, "role"), nullable=True),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.CheckConstraint("units <> 0 OR held <> 0 OR kind = 'counted'", name=op.f("stock_movement_change_check")),
        sa.CheckConstraint("(kind = 'counted') = (counted IS NOT NULL)", name=op.f("stock_movement_counted_check")),
        sa.CheckConstraint("(kind = 'written_off') = (reason IS NOT NULL)", name=op.f("stock_movement_reason_check")),
        sa.CheckConstraint(
            "(kind = 'transferred') = (other_location_id IS NOT NULL)", name=op.f("stock_movement_other_check")
        ),
        sa.ForeignKeyConstraint(["location_id"], ["stock_location.id"], name="stock_movement_location_id_fkey"),
        sa.ForeignKeyConstraint(["sku"], ["part.sku"], name="stock_movement_sku_fkey"),
        sa.ForeignKeyConstraint(
            ["other_location_id"], ["stock_location.id"], name="stock_movement_other_location_id_fkey"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="stock_movement_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="stock_movement_pkey"),
    )
    op.create_index("stock_movement_location_idx", "stock_movement", ["location_id", "id"])
    op.create_index("stock_movement_sku_idx", "stock_movement", ["sku", "id"])
    op.create_index(
        "reservation_held_idx",
        "reservation",
        ["location_id", "sku"],
        postgresql_where=sa.text("state IN ('held', 'shipped', 'ready')"),
    )
    op.execute(OPENING)
    op.execute(APPEND_ONLY)
    _serial_states("in_stock", "used", "written_off")


def downgrade() -> None:
    op.drop_index("reservation_held_idx", "reservation")
    op.drop_table("stock_movement")
    op.execute("UPDATE serial_number SET state = 'used' WHERE state = 'written_off'")
    _serial_states("in_stock", "used")


def _choice(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _serial_states(*words: str) -> None:
    op.drop_constraint(STATE, "serial_number")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(STATE), "serial_number", f"state IN ({listed})")
