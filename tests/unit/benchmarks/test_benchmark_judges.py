"""The judges know the cost of an answer, and name what is wrong with a damaged one."""

from pathlib import Path

import pytest

from benchmarks.case import Verdict
from benchmarks.day import Day
from benchmarks.territory import territory_day
from benchmarks.trsp import DEPOT, Trsp, read_trsp
from benchmarks.vrplib import read_site_dependent, read_solomon
from benchmarks.walk import Halt, walk
from tests.unit.benchmarks.texts import SITE_DEPENDENT, SOLOMON, TRSP


@pytest.fixture
def solomon(tmp_path: Path) -> Day:
    return read_solomon(_written(tmp_path, SOLOMON))


@pytest.fixture
def site_dependent(tmp_path: Path) -> Day:
    return read_site_dependent(_written(tmp_path, SITE_DEPENDENT))


@pytest.fixture
def trsp(tmp_path: Path) -> Trsp:
    return read_trsp(_written(tmp_path, TRSP))


def _written(folder: Path, text: str) -> Path:
    path = folder / "TINY.txt"
    path.write_text(text)
    return path


def test_a_route_costs_its_distance(solomon: Day) -> None:
    assert solomon.judge({"K0": ["C1", "C2"], "K1": ["C3"]}) == Verdict(22.8, (), ())


def test_what_is_left_out_is_named_and_not_priced_where_all_are_needed(solomon: Day) -> None:
    assert solomon.judge({"K0": ["C1", "C2"]}) == Verdict(20.0, ("C3",), ())


def test_a_full_vehicle_is_named(solomon: Day) -> None:
    assert solomon.judge({"K0": ["C1", "C3"], "K1": ["C2"]}).violations == ("K0 carries 25, at most 20",)


def test_a_task_done_twice_and_one_that_is_unknown_are_named(solomon: Day) -> None:
    assert solomon.judge({"K0": ["C1"], "K1": ["C1", "C9"]}).violations == (
        "task C1 is done 2 times",
        "there is no task C9",
    )
    assert solomon.judge({"K7": ["C1"]}).violations == ("there is no vehicle K7",)


def test_coming_too_late_and_coming_home_too_late_are_named(tmp_path: Path) -> None:
    late = SOLOMON.replace("3 0 50", "3 0 19").replace("1 0 100\n", "1 0 39\n")
    day = read_solomon(_written(tmp_path, late))
    assert day.judge({"K0": ["C1", "C2"], "K1": ["C3"]}).violations == (
        "K0 comes too late to C2",
        "K0 is back at 400, at most 390",
    )


def test_a_vehicle_that_may_not_and_one_that_is_out_too_long_are_named(site_dependent: Day) -> None:
    assert site_dependent.judge({"K0": ["C1", "C2"], "K1": ["C3"]}) == Verdict(22_828, (), ())
    assert site_dependent.judge({"K1": ["C1"]}).violations == ("K1 may not do C1",)


def test_a_vehicle_that_is_out_too_long_is_named(tmp_path: Path) -> None:
    day = read_site_dependent(_written(tmp_path, SITE_DEPENDENT.replace("MAX_DURATION: 60", "MAX_DURATION: 39")))
    assert day.judge({"K0": ["C1", "C2"]}).violations == ("K0 is out for 40000, at most 39000",)


def test_a_territory_day_prices_what_is_left_out_by_priority() -> None:
    day = territory_day(20, 3, 0)
    weights = {1: 20_000, 2: 40_000, 3: 80_000}
    assert day.judge({}) == Verdict(
        sum(weights[task.priority] for task in day.tasks), tuple(task.name for task in day.tasks), ()
    )


def test_a_technicians_day_is_as_short_as_its_best_start_makes_it(trsp: Trsp) -> None:
    assert trsp.judge({"T1": [DEPOT, "R3", "R2"]}) == Verdict(50.0, (), ())
    # 10 to the request that opens at 20, so the technician leaves at 10 and nobody waits.
    assert trsp.judge({"T1": ["R2"]}) == Verdict(25.0, ("R3",), ())


def test_tools_parts_and_a_second_call_at_the_depot_are_named(trsp: Trsp) -> None:
    assert trsp.judge({"T1": ["R2", "R3"]}).violations == ("T1 lacks a tool for R3", "T1 has no part 0 left for R3")
    assert trsp.judge({"T1": [DEPOT, "R3", DEPOT]}).violations == ("T1 calls at the depot more than once",)


def test_a_missing_skill_is_named(tmp_path: Path) -> None:
    trsp = read_trsp(_written(tmp_path, TRSP.replace("[0,1] \t", "[1] \t")))
    assert trsp.judge({"T1": ["R2"]}).violations == ("T1 lacks a skill for R2",)


def test_waiting_that_no_start_avoids_counts() -> None:
    halts = [Halt("A", 10, opens=0, closes=20, service=5), Halt("B", 10, opens=100, closes=110, service=5)]
    walked = walk(0, 200, halts, 10)
    # Leaves at 10 to be at A when it closes, waits from 35 to 100 at B, is back at 115.
    assert (walked.end, walked.late, walked.spell, walked.leave) == (115, (), 105, 10)
