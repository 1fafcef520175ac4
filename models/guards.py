"""What the database does beyond constraints: nobody rewrites the audit, and the feed tells of every change."""

from collections.abc import Callable

from sqlalchemy import Connection, event

from models import change_triggers
from models.columns import Row
from models.event import CaseEvent

METADATA = Row.metadata
EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
"""Lets the exclusion constraints compare an engineer's id in the same index as a range of time."""
SIMILARITY = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
"""Says how alike two symptoms are worded, and finds parts of words by an index."""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$
"""

APPEND_ONLY = """
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""

ADMIN_APPEND_ONLY = """
CREATE TRIGGER admin_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""

MOVEMENTS_APPEND_ONLY = """
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""


def _create(statement: str) -> Callable[..., None]:
    def run(_target: object, connection: Connection, **_rest: object) -> None:
        connection.exec_driver_sql(statement)

    return run


_AUDIT = METADATA.tables[CaseEvent.__tablename__]
event.listen(METADATA, "before_create", _create(EXTENSION))
event.listen(METADATA, "before_create", _create(SIMILARITY))
event.listen(_AUDIT, "after_create", _create(REFUSE_CHANGE))
event.listen(_AUDIT, "after_create", _create(APPEND_ONLY))
for _statement in change_triggers.create_all():
    event.listen(METADATA, "after_create", _create(_statement))
event.listen(METADATA, "after_create", _create(ADMIN_APPEND_ONLY))
event.listen(METADATA, "after_create", _create(MOVEMENTS_APPEND_ONLY))
