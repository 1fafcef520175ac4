"""Logging: one JSON object per line, events rather than prose, never a name, phone or address."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Temporal adds its context as one dictionary per record; what we want of it is the workflow's id.
_NOISE = frozenset({"temporal_workflow", "temporal_activity", "temporal_nexus_operation"})

# PostgreSQL quotes the row that it refuses, which may be a person.
_ROWS = re.compile(r"DETAIL:.*")


class JsonFormatter(logging.Formatter):
    """Writes time, level, logger, event and the fields given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage().split(" ({", 1)[0],
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD | _NOISE}
        workflow = record.__dict__.get("temporal_workflow") or record.__dict__.get("temporal_activity")
        if isinstance(workflow, dict):
            line["workflow_id"] = workflow.get("workflow_id")
        if record.exc_info:
            line["error"] = _ROWS.sub("DETAIL: (not logged)", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str) -> None:
    """Send everything from ``level`` upwards to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
