"""The report as a page: nothing is fetched, nothing breaks out of the data, nobody's contact data is in it."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

from domain.clock import ClockName
from domain.sla import SlaState
from domain.vocabulary import CaseState, Outcome
from simulation.comparison import DispatcherResult, RunResult, as_document, comparison
from simulation.days import days_of
from simulation.metrics import figures
from simulation.page import as_page, promise_of
from simulation.records import PlanningRecord, RunRecords
from tests.unit.simulation.builders import HOUR, MINUTE, NOON, a_case_record, a_done_visit, a_shift

EVIL = "</script><script>alert(1)</script> <!-- & \u2028"


def a_result(key: str, travel: timedelta, reason: str = "") -> DispatcherResult:
    states = {ClockName.RESPOND: SlaState.KEPT, ClockName.RESOLVE: SlaState.KEPT}
    cases = (
        a_case_record(1, clocks=states, resolved_at=NOON + 2 * HOUR),
        a_case_record(2, state=CaseState.VISITING, next_step="plan", responsible="dispatcher", due=NOON, reason=reason),
    )
    records = RunRecords(
        cases,
        (a_done_visit(1, NOON, travel, HOUR, outcome=Outcome.FIXED),),
        (a_shift(name=EVIL),),
        PlanningRecord(3, 4, 1),
    )
    days = days_of(records.shifts, records.visits, lambda *_: 10 * MINUTE)
    found = figures(records, days, NOON, NOON + HOUR)
    return DispatcherResult(key, f"Dispatcher {key}", found, tuple(days), cases)


def a_run(reason: str = "") -> RunResult:
    return RunResult(
        run="r1",
        source="requests.csv",
        time_zone="America/Los_Angeles",
        first_day=date(2014, 12, 11),
        last_day=date(2014, 12, 11),
        seed=1,
        speed=720,
        engineers=1,
        ended_at=NOON + 24 * HOUR,
        dispatchers=(a_result("C", 20 * MINUTE, reason), a_result("F", 50 * MINUTE)),
    )


def test_the_comparison_marks_the_better_dispatcher() -> None:
    rows = {row.name: row for row in comparison(a_run().dispatchers)}
    assert rows["Travel"].cells == ("0.5 h", "1.0 h")
    assert rows["Travel"].better == 0
    assert rows["Promises kept"].cells == ("100.0% (2/2)", "100.0% (2/2)")
    assert rows["Promises kept"].better is None
    assert rows["… on site"].cells == ("–", "–")


def test_the_document_is_json_and_lists_open_cases_with_their_reason() -> None:
    document = json.loads(json.dumps(as_document(a_run("no engineer has the skill"))))
    assert document["dispatchers"]["C"]["open_cases"] == [
        {
            "case": "SIM-C.2",
            "state": "visiting",
            "next_step": "plan",
            "responsible": "dispatcher",
            "due": "2014-12-11T20:00:00+00:00",
            "reason": "no engineer has the skill",
        }
    ]
    assert document["dispatchers"]["F"]["travel_hours"] == 1.0
    assert document["dispatchers"]["C"]["promises"]["resolve"] == {"kept": 1, "decided": 1, "open": 0}


def test_the_page_asks_nobody_for_anything() -> None:
    page = as_page(a_run())
    addresses = set(re.findall(r"https?://[^\s\"']+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, not a request
    assert "default-src 'none'" in page
    assert not re.search(r"<(link|img|iframe|script[^>]+src)", page)


def test_text_cannot_break_out_of_the_data() -> None:
    page = as_page(a_run(EVIL))
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "\u2028" not in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))
    assert data["dispatchers"][0]["open"][0][5] == EVIL
    assert data["dispatchers"][0]["days"]["2014-12-11"][0]["name"] == EVIL


def test_the_page_shows_minutes_of_the_local_day_and_coarse_places() -> None:
    page = as_page(a_run())
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))
    (row,) = data["dispatchers"][0]["days"]["2014-12-11"]
    (stop,) = row["stops"]
    assert row["shift"] == [12 * 60, 20 * 60]
    assert (stop["d"], stop["a"], stop["f"]) == (720, 740, 800)
    assert row["home_at"] == 810
    assert stop["site"] == [37.75, -122.42]
    assert (stop["promise"], stop["outcome"]) == ("kept", "fixed")


def test_a_case_is_as_good_as_its_worst_promise() -> None:
    case = a_case_record(1, clocks={ClockName.RESPOND: SlaState.KEPT, ClockName.RESOLVE: SlaState.BREACHED})
    assert promise_of(case) == "missed"
    assert promise_of(replace(case, clocks={ClockName.RESPOND: SlaState.KEPT})) == "kept"
    assert promise_of(replace(case, clocks={ClockName.RESOLVE: SlaState.WARNING})) == "open"
    assert promise_of(None) == "open"
