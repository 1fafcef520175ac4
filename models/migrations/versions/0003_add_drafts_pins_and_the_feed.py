"""Add dispatchers' drafts, pins of bookings, and the feed of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _words(name: str, *words: str) -> sa.Enum:
    """Text with a check constraint that is named after the table and the vocabulary."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


TRANSACTION = sa.text("pg_current_xact_id()::text::bigint")
MOMENT = sa.DateTime(timezone=True)
PIN_KIND = _words("pin_kind", "resource", "time", "both")
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

CHOSEN_BY_PEOPLE = """
UPDATE booking SET pin = 'both'
 WHERE plan_id IS NULL AND made_by_role <> 'system' AND state IN ('planned', 'offered', 'confirmed', 'started')
"""
"""Until now planning left alone what a person had chosen, without saying so on the booking."""

PRUNE = """
CREATE FUNCTION prune_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM change WHERE id IN (
    SELECT id FROM change WHERE at < now() - interval '1 day' ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
  );
  RETURN NULL;
END $$
"""
PRUNE_TRIGGER = """
CREATE TRIGGER change_prune AFTER INSERT ON change FOR EACH ROW WHEN (NEW.id % 100 = 0)
EXECUTE FUNCTION prune_changes()
"""
OF_ENGINEER = "'engineer', e.id, e.territory_id, NULL, e.id FROM {rows} r JOIN engineer e ON e.id = r.engineer_id"
SOURCES = {
    "visit": "'visit', r.id, r.territory_id, r.case_id, NULL FROM {rows} r",
    "booking": (
        "'booking', r.id, v.territory_id, v.case_id, r.engineer_id FROM {rows} r JOIN visit v ON v.id = r.visit_id"
    ),
    "reservation": (
        "'booking', r.booking_id, v.territory_id, v.case_id, NULL FROM {rows} r JOIN visit v ON v.id = r.visit_id"
    ),
    "service_case": "'case', r.id, r.territory_id, r.id, NULL FROM {rows} r",
    "plan": "'plan', r.id, r.territory_id, NULL, NULL FROM {rows} r",
    "draft": "'draft', r.territory_id, r.territory_id, NULL, NULL FROM {rows} r",
    "absence": (
        "'absence', r.id::text, e.territory_id, NULL, e.id FROM {rows} r JOIN engineer e ON e.id = r.engineer_id"
    ),
    "stock": (
        "'stock', r.location_id, coalesce(e.territory_id, w.territory_id), NULL, l.engineer_id FROM {rows} r"
        " JOIN stock_location l ON l.id = r.location_id LEFT JOIN engineer e ON e.id = l.engineer_id"
        " LEFT JOIN warehouse w ON w.id = l.warehouse_id"
    ),
    "shift": OF_ENGINEER,
    "engineer": "'engineer', r.id, r.territory_id, NULL, r.id FROM {rows} r",
    "engineer_skill": OF_ENGINEER,
    "engineer_tool": OF_ENGINEER,
    "warehouse": "'settings', r.id, r.territory_id, NULL, NULL FROM {rows} r",
    "territory": "'settings', r.id, r.id, NULL, NULL FROM {rows} r",
    "setting": "'settings', r.key, NULL, NULL, NULL FROM {rows} r",
}
STATEMENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    op.add_column("booking", sa.Column("pin", PIN_KIND, nullable=True))
    op.execute(CHOSEN_BY_PEOPLE)
    op.create_table(
        "draft",
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by_role", ROLE, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="draft_territory_id_fkey"),
        sa.PrimaryKeyConstraint("territory_id", name="draft_pkey"),
    )
    op.create_table(
        "draft_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=True),
        sa.Column("arrival", MOMENT, nullable=True),
        sa.Column("pin", PIN_KIND, nullable=True),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=True),
        sa.Column("made_by_role", ROLE, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("(engineer_id IS NULL) = (arrival IS NULL)", name="place"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="draft_change_territory_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="draft_change_visit_id_fkey"),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="draft_change_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="draft_change_pkey"),
    )
    op.create_index("draft_change_territory_idx", "draft_change", ["territory_id", "id"], unique=False)
    op.create_index("draft_change_visit_id_idx", "draft_change", ["visit_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("xid", sa.BigInteger(), server_default=TRANSACTION, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("engineer_id", sa.String(), nullable=True),
        sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="change_pkey"),
    )
    op.create_index("change_xid_id_idx", "change", ["xid", "id"], unique=False)
    op.create_index("change_territory_xid_idx", "change", ["territory_id", "xid", "id"], unique=False)
    op.execute(PRUNE)
    op.execute(PRUNE_TRIGGER)
    for table, source in SOURCES.items():
        for statement in _notes(table, source.format(rows="changed_rows")):
            op.execute(statement)


def _notes(table: str, found: str) -> list[str]:
    function = f"""
CREATE FUNCTION note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change (topic, subject, territory_id, case_id, engineer_id) SELECT DISTINCT {found};
  IF FOUND THEN
    PERFORM pg_notify('callout_change', '');
  END IF;
  RETURN NULL;
END $$
"""
    triggers = [
        f"CREATE TRIGGER {table}_noted_{kind.lower()} AFTER {kind} ON {table} REFERENCING {rows} TABLE AS changed_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION note_{table}()"
        for kind, rows in STATEMENTS.items()
    ]
    return [function, *triggers]


def downgrade() -> None:
    for table in SOURCES:
        op.execute(f"DROP FUNCTION note_{table}() CASCADE")
    op.drop_table("change")
    op.execute("DROP FUNCTION prune_changes()")
    op.drop_table("draft_change")
    op.drop_table("draft")
    op.drop_column("booking", "pin")
