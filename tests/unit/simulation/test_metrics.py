"""The figures of a run, on examples small enough to work out by hand."""

from datetime import datetime, timedelta

from domain.clock import ClockName
from domain.ids import CaseId
from domain.sla import SlaState
from domain.vocabulary import CaseState, Outcome, VisitState
from domain.world import Point
from simulation.days import days_of
from simulation.metrics import Kept, figures, first_time_fixes, promises_kept
from simulation.records import PlanningRecord, RunRecords
from tests.unit.simulation.builders import HOUR, MINUTE, NOON, a_case_record, a_done_visit, a_shift


def ten_minutes(_from: Point, _to: Point, _at: datetime) -> timedelta:
    return 10 * MINUTE


def test_a_day_is_travel_work_and_the_way_home() -> None:
    first = a_done_visit(1, NOON, 20 * MINUTE, 60 * MINUTE)
    second = a_done_visit(2, NOON + 2 * HOUR, 15 * MINUTE, 45 * MINUTE)
    (day,) = days_of([a_shift(hours=8, pause_seconds=1800)], [second, first], ten_minutes)
    assert [stop.visit.id for stop in day.stops] == ["SIM-C.1-V1", "SIM-C.2-V1"]
    assert day.travel == (20 + 15 + 10) * MINUTE
    assert day.work == 105 * MINUTE
    assert day.home_at == NOON + 3 * HOUR + 10 * MINUTE
    assert day.overtime == timedelta(0)
    assert day.idle == (8 * 60 - 45 - 105 - 30) * MINUTE


def test_the_way_begins_where_the_last_visit_was() -> None:
    visits = [a_done_visit(n, NOON + n * HOUR, 10 * MINUTE, 20 * MINUTE) for n in (1, 2)]
    (day,) = days_of([a_shift()], visits, ten_minutes)
    assert [stop.from_ for stop in day.stops] == [a_shift().home, visits[0].site]


def test_overtime_runs_until_the_engineer_is_home_and_is_no_idle_time() -> None:
    visit = a_done_visit(1, NOON, 30 * MINUTE, 100 * MINUTE)
    (day,) = days_of([a_shift(hours=2)], [visit], ten_minutes)
    assert day.overtime == 20 * MINUTE
    assert day.idle == timedelta(0)


def test_a_visit_belongs_to_the_last_shift_that_began_before_it() -> None:
    today, tomorrow = a_shift(), a_shift(NOON + 24 * HOUR)
    late, early = a_done_visit(1, NOON + 9 * HOUR, MINUTE, MINUTE), a_done_visit(2, NOON - HOUR, MINUTE, MINUTE)
    next_day = a_done_visit(3, NOON + 25 * HOUR, MINUTE, MINUTE)
    days = days_of([tomorrow, today], [late, early, next_day], ten_minutes)
    assert [[s.visit.case_id for s in day.stops] for day in days] == [["SIM-C.2", "SIM-C.1"], ["SIM-C.3"]]


def test_a_shift_without_visits_is_idle_but_for_its_break() -> None:
    (day,) = days_of([a_shift(hours=8, pause_seconds=1800)], [], ten_minutes)
    assert (day.travel, day.overtime, day.home_at) == (timedelta(0), timedelta(0), None)
    assert day.idle == 7.5 * HOUR


def test_a_promise_counts_as_broken_while_its_case_is_still_open() -> None:
    states = [SlaState.KEPT, SlaState.KEPT, SlaState.MISSED, SlaState.BREACHED, SlaState.RUNNING]
    cases = [a_case_record(n, clocks={ClockName.RESOLVE: state}) for n, state in enumerate(states)]
    cases.append(a_case_record(9))
    assert promises_kept(cases, ClockName.RESOLVE) == Kept(kept=2, decided=4, open=1)
    assert promises_kept(cases, ClockName.ON_SITE) == Kept()


def test_the_share_of_no_decided_promise_is_unknown() -> None:
    assert Kept(0, 0, 3).share is None
    assert Kept(3, 4).share == 0.75


def test_a_first_time_fix_is_solved_by_the_first_visit_and_never_reopened() -> None:
    cases = [a_case_record(1), a_case_record(2), a_case_record(3, reopened=1)]
    visits = [
        a_done_visit(1, NOON, MINUTE, MINUTE, outcome=Outcome.FIXED),
        a_done_visit(2, NOON, MINUTE, MINUTE, outcome=Outcome.PART_MISSING),
        a_done_visit(2, NOON, MINUTE, MINUTE, outcome=Outcome.FIXED, number=2),
        a_done_visit(3, NOON, MINUTE, MINUTE, outcome=Outcome.FIXED),
    ]
    assert first_time_fixes(cases, visits) == 1


def test_the_figures_of_a_small_run() -> None:
    kept = {ClockName.RESPOND: SlaState.KEPT, ClockName.RESOLVE: SlaState.KEPT}
    missed = {ClockName.RESPOND: SlaState.KEPT, ClockName.RESOLVE: SlaState.MISSED}
    cases = (
        a_case_record(1, clocks=kept, resolved_at=NOON + 2 * HOUR, satisfaction=5),
        a_case_record(2, clocks=missed, resolved_at=NOON + 5 * HOUR, satisfaction=2),
        a_case_record(3, clocks={}, state=CaseState.CANCELLED),
        a_case_record(4, clocks={ClockName.RESPOND: SlaState.RUNNING}, state=CaseState.DIAGNOSING),
    )
    visits = (
        a_done_visit(1, NOON, 30 * MINUTE, 60 * MINUTE, outcome=Outcome.FIXED),
        a_done_visit(2, NOON + 2 * HOUR, 20 * MINUTE, 40 * MINUTE, outcome=Outcome.FIXED),
        a_done_visit(3, NOON, MINUTE, MINUTE, state=VisitState.CANCELLED, departed_at=None, case_id=CaseId("SIM-C.3")),
    )
    records = RunRecords(cases, visits, (a_shift(hours=4), a_shift(NOON + 24 * HOUR)), PlanningRecord(7, 9, 2))
    days = days_of(records.shifts, records.visits, ten_minutes)
    found = figures(records, days, NOON, NOON + 24 * HOUR)
    assert (found.cases, found.archived, found.cancelled, found.open) == (4, 2, 1, 1)
    assert found.kept == Kept(kept=3, decided=4, open=1)
    assert (found.first_time_fixes, found.visited, found.first_time_fix_share) == (2, 2, 1.0)
    assert (found.visits, found.visits_cancelled) == (2, 1)
    assert found.travel_hours == 1.0
    assert round(found.work_hours, 9) == round(100 / 60, 9)
    assert found.overtime_hours == 0
    assert round(found.idle_hours, 9) == round((240 - 60 - 100) / 60, 9)
    assert (found.replans, found.bookings_moved) == (7, 2)
    assert found.hours_to_resolve == 3.5
    assert (found.satisfaction, found.answers) == (3.5, 2)
