"""The stability benchmark: what is left of a day, what a replan moved of it, and the tables."""

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from benchmarks.landscape import HOUR, MINUTE
from benchmarks.stability import main
from benchmarks.stability_day import published_day, situation
from benchmarks.stability_judge import Asked, Row, judged
from benchmarks.stability_left import Booking, Kind, PublishedDay, left_at
from benchmarks.stability_table import markdown, tables
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Window
from scheduler.solve import plan

SMALL = "20x4x2:scarcity=0:promises=0.6:skills=4:parts=0.8"


@cache
def a_day() -> PublishedDay:
    return published_day(SMALL, 110, Budget(600, 300))


def units(problem: Problem) -> Counter[str]:
    """Of each part, what vans and warehouses hold."""
    out: Counter[str] = Counter()
    for holder in (*(e.van for e in problem.engineers), *(house.stock for house in problem.warehouses)):
        out.update(holder)
    return out


def test_what_is_left_at_noon_has_the_other_visits_and_the_parts_that_were_not_used() -> None:
    day = a_day()
    left = left_at(day, 12 * HOUR)
    begun = [visit for visit in day.problem.visits if visit.id not in left.bookings]
    assert 0 < len(begun) < len(day.problem.visits)
    for got in (day.plan.assignments[visit.id] for visit in begun):
        assert all(got.arrival < later.start for later in left.bookings.values() if later.engineer == got.engineer)
    used: Counter[str] = sum((Counter(visit.parts) for visit in begun), Counter())
    assert used
    assert +units(left.problem) == units(day.problem) - used


def test_before_the_day_begins_nothing_but_the_published_bookings_is_new() -> None:
    day = a_day()
    left = left_at(day, 5 * HOUR)
    assert left.problem.engineers == day.problem.engineers
    assert left.problem.warehouses == day.problem.warehouses
    assert [visit.id for visit in left.problem.visits] == [visit.id for visit in day.problem.visits]
    for visit in left.problem.visits:
        told = visit.published
        assert told is not None
        got = day.plan.assignments[visit.id]
        assert (told.engineer, told.start) == (got.engineer, got.arrival)
        assert (visit.pin is not None) == (told.start <= 7 * HOUR)


def a_replan(bookings: dict[str, Booking]) -> Row:
    """The published plan judged against other bookings than its own."""
    left = replace(left_at(a_day(), 5 * HOUR), bookings=bookings)
    asked = Asked(replace(left.problem, visits=a_day().problem.visits), SchedulingPolicy())
    return judged("", 0, "", left, asked, a_day().plan)


def test_a_booking_has_moved_with_another_engineer_or_day_and_shifted_with_a_noticed_start() -> None:
    id_, got = next(iter(a_day().plan.assignments.items()))

    def counted(booking: Booking) -> tuple[int, int]:
        row = a_replan({id_: booking})
        return row.moved, row.shifted

    at, told = got.arrival, Window(got.arrival - 60 * MINUTE, got.arrival)
    assert counted(Booking(got.engineer, at, None)) == (0, 0)
    assert counted(Booking("somebody else", at, None)) == (1, 0)
    assert counted(Booking(got.engineer, at + 24 * HOUR, None)) == (1, 0)
    assert counted(Booking(got.engineer, at - 30 * MINUTE, None)) == (0, 0)
    assert counted(Booking(got.engineer, at - 31 * MINUTE, None)) == (0, 1)
    assert counted(Booking(got.engineer, at - 60 * MINUTE, told)) == (0, 0)
    assert counted(Booking(got.engineer, at, Window(at + 1, at + 2))) == (0, 1)
    assert a_replan({}).violations == 0


def a_row(way: str, moved: int, cost: int, left_out: tuple[str, ...] = ()) -> Row:
    return Row("a", 1, Kind.EMERGENCY, way, moved, 0, left_out, 0, cost, 0)


def test_the_price_of_a_booking_is_what_the_next_weight_costs_for_each_that_it_spares() -> None:
    rows = [a_row("0/0", 7, 1000), a_row("10/1", 2, 1100), a_row("20/1", 2, 1150), a_row("all held", 0, 900, ("V1",))]
    found = tables(rows, ["0/0", "10/1", "20/1"])
    costs = {cells[0]: cells[5:] for cells in found["all disturbances"]}
    # Who leaves out other visits is not compared.
    assert costs == {
        "0/0": ("+0.00 %", "", "1 of 1"),
        "10/1": ("+10.00 %", "20", "1 of 1"),
        "20/1": ("+15.00 %", "", "1 of 1"),
        "all held": ("", "", "0 of 1"),
    }
    assert "| 10/1 | 2.00 | 0.00 | 0.00 | 0 | +10.00 % | 20 | 1 of 1 |" in list(markdown(found))


def test_costs_are_compared_only_where_every_weight_serves_the_same_visits() -> None:
    rows = [a_row("0/0", 7, 1000), a_row("10/1", 2, 1100), a_row("20/1", 1, 50, ("V1",))]
    found = tables(rows, ["0/0", "10/1", "20/1"])
    assert [cells[5:] for cells in found["emergency"]] == [("", "", "0 of 1")] * 3


def test_the_command_prints_the_tables_and_every_plan_passes_the_checker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--json", str(tmp_path / "rows"), "--markdown", str(tmp_path / "table")]
    assert main(["--sets", SMALL, "--days", "110", "--steps", "50", "--weights", "0/0,1000/5", *files]) == 0
    assert "0 of 20 plans break a rule" in capsys.readouterr().out
    rows = json.loads((tmp_path / "rows").read_text())["rows"]
    assert len(rows) == 20
    assert {row["kind"] for row in rows} == {str(kind) for kind in Kind}
    assert "| 1000/5 |" in (tmp_path / "table").read_text()


def test_a_visit_that_takes_longer_frees_its_engineer_later_and_an_emergency_is_one_visit_more() -> None:
    base = {kind: situation(a_day(), kind).problem for kind in (Kind.EMERGENCY, Kind.OVERRUN)}
    assert any(visit.mandatory and visit.priority == 5 for visit in base[Kind.EMERGENCY].visits)
    free = [e.position.free_from for e in base[Kind.OVERRUN].engineers if e.position is not None]
    assert max(free) > 11 * HOUR


def test_the_same_steps_give_the_same_replan() -> None:
    left = situation(a_day(), Kind.ILL_DAY)

    def again() -> Plan:
        return plan(left.problem, SchedulingPolicy(), Budget(600, 100, seed=3), warm_start=left.kept)

    assert again().assignments == again().assignments
