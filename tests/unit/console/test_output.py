"""What commands write."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from console import failures
from console.output import facts, plain, span, table, when, words
from domain.errors import InvalidInputError, UnavailableError
from domain.vocabulary import CaseState
from runtime.errors import StackError


@dataclass(frozen=True)
class Thing:
    state: CaseState
    at: datetime
    spans: tuple[timedelta, ...]


class Wanted(BaseModel):
    database_url: str


def fail(error: BaseException) -> Any:
    def work() -> None:
        raise error

    return work


def test_values_become_plain_json() -> None:
    thing = Thing(CaseState.VISITING, datetime(2026, 3, 2, 9, tzinfo=UTC), (timedelta(minutes=2),))

    assert json.loads(json.dumps(plain({"thing": thing, "day": date(2026, 3, 2)}))) == {
        "thing": {"state": "visiting", "at": "2026-03-02T09:00:00+00:00", "spans": [120.0]},
        "day": "2026-03-02",
    }


def test_what_a_customer_wrote_is_never_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table("", ("symptom",), [("[red]loud[/] and [bold",)])

    assert "[red]loud[/] and [bold" in capsys.readouterr().out


def test_an_empty_table_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    table("", ("case",), [], "No case fits.")

    assert capsys.readouterr().out == "No case fits.\n"


def test_facts_leave_out_what_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    facts({"state": "visiting", "note": "", "serial": None, "visits": 0})

    shown = capsys.readouterr().out
    assert "visiting" in shown
    assert "visits" in shown
    assert "note" not in shown
    assert "serial" not in shown


def test_times_and_spans_are_said_as_people_say_them() -> None:
    assert when(datetime(2026, 3, 2, 9, 5, tzinfo=UTC), "Europe/Berlin") == "Mon 02 Mar 10:05"
    assert when(None) == "–"
    assert (span(59), span(60), span(3_660), span(90_000)) == ("1 min", "1 min", "1 h 01 min", "25 h 00 min")
    assert (words({"open": 2, "late": 0, "held": 1}), words({})) == ("1 held, 2 open", "none")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InvalidInputError("symptom", "is missing"), 1, "Error: symptom: is missing"),
        (UnavailableError("Temporal does not answer."), 3, "Error: Temporal does not answer."),
        (StackError("port 5432 is used [by another]"), 1, "Error: port 5432 is used [by another]"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_each_failure_has_its_exit_code_and_no_traceback(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert failures.run(fail(error), []) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"{said}\n")


def test_a_failure_is_json_when_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(fail(InvalidInputError("symptom", "is missing")), ["--json"]) == 1

    assert json.loads(capsys.readouterr().err) == {
        "error": {"message": "symptom: is missing", "code": "invalid_input", "field": "symptom", "rule": "is missing"}
    }


def test_settings_are_named_as_the_environment_has_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(lambda: Wanted.model_validate({}), []) == 1

    assert "CALLOUT_DATABASE_URL: Field required" in capsys.readouterr().err


def test_an_exit_keeps_its_code() -> None:
    assert failures.run(lambda: sys.exit(2), []) == 2
    assert failures.run(lambda: None, []) == 0
