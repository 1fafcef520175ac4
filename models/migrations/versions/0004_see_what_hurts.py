"""See what hurts: promises that age with the clock on the wall, saved views, held slots, and their indexes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = postgresql.JSONB(none_as_null=True)
OPEN = sa.text("closed_at IS NULL")

FROM_THE_CLOCKS = """
UPDATE service_case SET sla_clock = running.first, sla_warn_at = running.warn_at, sla_jeopardy = running.jeopardy
FROM (
  SELECT case_id, (array_agg(name ORDER BY due_at, name))[1] AS first, min(warn_at) AS warn_at,
    coalesce(bool_or(predicted > due_at), false) AS jeopardy
  FROM sla_clock WHERE stopped_at IS NULL AND due_at IS NOT NULL GROUP BY case_id
) AS running WHERE running.case_id = service_case.id
"""

NOTE_SLOT_HOLD = """
CREATE FUNCTION note_slot_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change (topic, subject, territory_id, case_id, engineer_id) SELECT DISTINCT 'case', r.case_id, r.territory_id, r.case_id, NULL FROM changed_rows r;
  IF FOUND THEN
    PERFORM pg_notify('callout_change', '');
  END IF;
  RETURN NULL;
END $$
"""  # noqa: E501 - as models.change_triggers writes it


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.add_column("service_case", sa.Column("sla_clock", sa.String(32)))
    op.create_check_constraint(
        op.f("service_case_clock_name_check"),
        "service_case",
        "sla_clock IN ('respond', 'dispatch', 'on_site', 'resolve')",
    )
    op.add_column("service_case", sa.Column("sla_warn_at", MOMENT))
    op.add_column("service_case", sa.Column("sla_jeopardy", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("service_case", "sla_jeopardy", server_default=None)
    op.execute(FROM_THE_CLOCKS)
    op.create_index("service_case_hurts_idx", "service_case", ["sla_due_at", "id"], postgresql_where=OPEN)
    op.create_index(
        "service_case_territory_hurts_idx", "service_case", ["territory_id", "sla_due_at", "id"], postgresql_where=OPEN
    )
    op.create_index("service_case_open_idx", "service_case", ["opened_at", "id"], postgresql_where=OPEN)
    op.create_index("service_case_closed_at_idx", "service_case", ["closed_at"])
    op.create_index("service_case_site_idx", "service_case", ["site_id", "product_model_code"])
    op.create_index("service_case_model_idx", "service_case", ["product_model_code", "error_code", "opened_at"])
    op.create_index("service_case_knowledge_idx", "service_case", ["product_model_code", "closed_at"])
    op.create_index(
        "site_neighbourhood_idx",
        "site",
        ["neighbourhood"],
        postgresql_using="gin",
        postgresql_ops={"neighbourhood": "gin_trgm_ops"},
    )
    op.create_index("sla_clock_stopped_at_idx", "sla_clock", ["stopped_at"])
    op.create_index(
        "clock_pause_open_idx", "clock_pause", ["reason", "case_id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "visit_finished_at_idx", "visit", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL")
    )
    op.create_index(
        "reservation_awaited_idx",
        "reservation",
        ["visit_id"],
        postgresql_where=sa.text("source = 'shipment' AND state IN ('held', 'shipped')"),
    )
    op.create_table(
        "saved_view",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", DOCUMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", name="saved_view_pkey"),
    )
    op.create_table(
        "slot_hold",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("window_end", MOMENT, nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("arrival", MOMENT, nullable=False),
        sa.Column("finish", MOMENT, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("needs", DOCUMENT, nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint("window_start <= window_end AND arrival < finish AND held_at < expires_at", name="order"),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="slot_hold_case_id_fkey"),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="slot_hold_engineer_id_fkey"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="slot_hold_territory_id_fkey"),
        sa.PrimaryKeyConstraint("case_id", name="slot_hold_pkey"),
        sa.UniqueConstraint("id", name="slot_hold_id_key"),
    )
    op.create_index("slot_hold_territory_idx", "slot_hold", ["territory_id", "expires_at"])
    op.execute(NOTE_SLOT_HOLD)
    for kind, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER slot_hold_noted_{kind.lower()} AFTER {kind} ON slot_hold"
            f" REFERENCING {rows} TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION note_slot_hold()"
        )


def downgrade() -> None:
    op.execute("DROP FUNCTION note_slot_hold() CASCADE")
    op.drop_table("slot_hold")
    op.drop_table("saved_view")
    op.drop_index("reservation_awaited_idx", "reservation")
    op.drop_index("visit_finished_at_idx", "visit")
    op.drop_index("clock_pause_open_idx", "clock_pause")
    op.drop_index("sla_clock_stopped_at_idx", "sla_clock")
    op.drop_index("site_neighbourhood_idx", "site")
    for name in ("knowledge", "model", "site", "closed_at", "open", "territory_hurts", "hurts"):
        op.drop_index(f"service_case_{name}_idx", "service_case")
    op.drop_column("service_case", "sla_jeopardy")
    op.drop_column("service_case", "sla_warn_at")
    op.drop_column("service_case", "sla_clock")
    op.execute("DROP EXTENSION pg_trgm")
