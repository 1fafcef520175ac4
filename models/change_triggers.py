"""Triggers that write the feed of changes: one per table and kind of statement, however many rows it touches.

Each tells whoever listens on the channel; PostgreSQL passes that on when the transaction commits, once per transaction.
"""

CHANNEL = "callout_change"

PRUNE = """
CREATE FUNCTION prune_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM change WHERE id IN (
    SELECT id FROM change WHERE at < now() - interval '1 day' ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
  );
  RETURN NULL;
END $$
"""
"""Nobody needs a schedule for it: about every hundredth row that is written takes up to a thousand old ones along."""

PRUNE_TRIGGER = """
CREATE TRIGGER change_prune AFTER INSERT ON change FOR EACH ROW WHEN (NEW.id % 100 = 0)
EXECUTE FUNCTION prune_changes()
"""

SOURCES = {
    "visit": "'visit', r.id, r.territory_id, r.case_id, NULL FROM {rows} r",
    "booking": (
        "'booking', r.id, v.territory_id, v.case_id, r.engineer_id FROM {rows} r JOIN visit v ON v.id = r.visit_id"
    ),
    "reservation": (
        "'booking', r.booking_id, v.territory_id, v.case_id, NULL FROM {rows} r JOIN visit v ON v.id = r.visit_id"
    ),
    "service_case": "'case', r.id, r.territory_id, r.id, NULL FROM {rows} r",
    "slot_hold": "'case', r.case_id, r.territory_id, r.case_id, NULL FROM {rows} r",
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
    "shift": "'engineer', e.id, e.territory_id, NULL, e.id FROM {rows} r JOIN engineer e ON e.id = r.engineer_id",
    "engineer": "'engineer', r.id, r.territory_id, NULL, r.id FROM {rows} r",
    "engineer_skill": (
        "'engineer', e.id, e.territory_id, NULL, e.id FROM {rows} r JOIN engineer e ON e.id = r.engineer_id"
    ),
    "engineer_tool": (
        "'engineer', e.id, e.territory_id, NULL, e.id FROM {rows} r JOIN engineer e ON e.id = r.engineer_id"
    ),
    "warehouse": "'settings', r.id, r.territory_id, NULL, NULL FROM {rows} r",
    "territory": "'settings', r.id, r.id, NULL, NULL FROM {rows} r",
    "setting": "'settings', r.key, NULL, NULL, NULL FROM {rows} r",
}
"""For each table: topic, subject, territory, case and engineer of its changed rows."""

STATEMENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def create_all() -> list[str]:
    """The statements that create every function and trigger of the feed."""
    return [PRUNE, PRUNE_TRIGGER, *(text for table in SOURCES for text in _of_table(table))]


def drop_all() -> list[str]:
    """The statements that take them away again; the triggers go with their functions."""
    return [f"DROP FUNCTION note_{table}() CASCADE" for table in SOURCES] + ["DROP FUNCTION prune_changes() CASCADE"]


def _of_table(table: str) -> list[str]:
    found = SOURCES[table].format(rows="changed_rows")
    function = f"""
CREATE FUNCTION note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change (topic, subject, territory_id, case_id, engineer_id) SELECT DISTINCT {found};
  IF FOUND THEN
    PERFORM pg_notify('{CHANNEL}', '');
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
