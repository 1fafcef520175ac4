"""What goes into the log, and what must not."""

import json
import logging
import sys

import asyncpg

from logs import JsonFormatter
from models.session import create_engine


def test_an_error_is_logged_without_the_row_that_the_database_quotes() -> None:
    refused = asyncpg.CheckViolationError("refused by rule")
    refused.detail = "Failing row contains (Max Muster, +49 40 1234567)."
    try:
        raise refused
    except asyncpg.CheckViolationError:
        record = logging.LogRecord("x", logging.WARNING, __file__, 1, "activity_failed", None, sys.exc_info())
    error = json.loads(JsonFormatter().format(record))["error"]
    assert "refused by rule" in error
    assert "Muster" not in error


def test_errors_of_the_database_do_not_repeat_what_was_sent_to_it() -> None:
    assert create_engine("postgresql+asyncpg://callout@127.0.0.1/callout").sync_engine.hide_parameters
