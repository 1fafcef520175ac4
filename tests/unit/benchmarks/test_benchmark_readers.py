"""Instances are read as they are published, with the conventions of their sets."""

from pathlib import Path
from typing import cast

import pytest

from benchmarks import sets
from benchmarks.case import WholeCase
from benchmarks.day import LOAD, Task, Vehicle
from benchmarks.dynamic import read_dynamic
from benchmarks.sets import UnknownSetError
from benchmarks.trsp import DEPOT, read_trsp
from benchmarks.vrplib import read_site_dependent, read_solomon
from scheduler.problem import Window
from tests.unit.benchmarks.texts import PRAXEDO, RELEASES, SHARED, SITE_DEPENDENT, SOLOMON, TRSP

COUNTS = {"solomon": (56, 100), "gh200": (60, 200), "trsp": (24, 100), "praxedo": (2, None), "sdvrptw": (24, None)}
"""Instances of each set, and tasks of each instance where they are all alike."""


def a_file(folder: Path, text: str, name: str = "TINY.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_solomon_distances_and_times_are_tenths_and_distances_are_cut_off(tmp_path: Path) -> None:
    day = read_solomon(a_file(tmp_path, SOLOMON), best=22.8)
    assert day.travel.tolist()[0] == [0, 50, 100, 14]
    assert day.tasks[0] == Task("C1", 1, service=100, opens=0, closes=500, demand=10)
    assert day.vehicles == tuple(Vehicle(f"K{k}", 0, opens=0, closes=1000, capacity=20) for k in range(2))
    assert (day.name, day.best, day.scale, day.all_needed) == ("TINY", 22.8, 10, True)


def test_site_dependent_distances_are_rounded_thousandths_and_groups_are_skills(tmp_path: Path) -> None:
    day = read_site_dependent(a_file(tmp_path, SITE_DEPENDENT))
    assert day.travel.tolist()[0] == [0, 5000, 10000, 1414]
    assert [[task.name for task in day.tasks if vehicle.may(task)] for vehicle in day.vehicles] == [
        ["C1", "C2"],
        ["C2", "C3"],
    ]
    assert [(v.capacity, v.longest, v.closes) for v in day.vehicles] == [(30, 60_000, 100_000), (40, 60_000, 100_000)]
    assert [task.service for task in day.tasks] == [10_000] * 3


def test_capacity_is_a_part_in_the_van(tmp_path: Path) -> None:
    problem, policy = read_solomon(a_file(tmp_path, SOLOMON)).problem()
    assert [engineer.van for engineer in problem.engineers] == [{LOAD: 20}] * 2
    assert [visit.parts for visit in problem.visits] == [{LOAD: 10}, {LOAD: 10}, {LOAD: 15}]
    assert problem.visits[0].windows == (Window(0, 500),)
    assert policy.unserved[3] == 2 * (100 + 50 + 100 + 98)


def test_technicians_and_requests_are_read_with_skills_tools_and_parts(tmp_path: Path) -> None:
    instance = read_trsp(a_file(tmp_path, TRSP))
    (technician,), (first, second) = instance.technicians, instance.requests
    assert (technician.name, technician.place, technician.closes) == ("T1", 1, 100.0)
    assert (technician.skills, technician.tools, technician.parts) == ({"S0", "S1"}, frozenset(), (1,))
    assert (first.name, first.opens, first.closes, first.service) == ("R2", 20.0, 60.0, 5.0)
    assert (second.skills, second.tools, second.parts) == ({"S1"}, {"T0"}, (1,))
    assert instance.travel[1].tolist() == [10.0, 0.0, 10.0, pytest.approx(200**0.5)]


def test_the_scheduler_gets_ten_thousandths_with_travel_rounded_up(tmp_path: Path) -> None:
    problem, policy = read_trsp(a_file(tmp_path, TRSP)).problem()
    assert problem.travel[1].tolist() == [100_000, 0, 100_000, 141_422]
    assert problem.visits[0].windows == (Window(200_000, 600_000),)
    assert problem.warehouses[0].tools == {"T0"}
    assert policy.working_percent == 100
    assert policy.travel_percent == 0


def test_a_matrix_of_travel_times_takes_the_place_of_points(tmp_path: Path) -> None:
    instance = read_trsp(a_file(tmp_path, PRAXEDO))
    assert instance.travel[0, 2] == 10.4667
    assert instance.travel[2, 0] == 10.25
    assert instance.problem()[0].travel[0, 2] == 104_667


def test_release_times_belong_to_the_instance_one_folder_above(tmp_path: Path) -> None:
    a_file(tmp_path, TRSP)
    day = read_dynamic(a_file(tmp_path, RELEASES, "dyn/TINY_rd_50.txt"))
    assert day.released == {"R3": 12.0}
    assert day.instance.depot.name == DEPOT


def test_instances_are_named_by_patterns_and_short_names(tmp_path: Path) -> None:
    for name in ("R101.100.txt", "R102.100.txt", "C101.100.txt"):
        a_file(tmp_path, TRSP, f"trsp_pillac/crew25/{name}")
    assert sets.instances("trsp", tmp_path) == ["C101.100", "R101.100", "R102.100"]
    assert sets.instances("trsp", tmp_path, ["R101"]) == ["R101.100"]
    assert sets.instances("trsp", tmp_path, ["R*"]) == ["R101.100", "R102.100"]
    with pytest.raises(UnknownSetError, match="R103"):
        sets.instances("trsp", tmp_path, ["R103"])
    with pytest.raises(UnknownSetError, match="--data"):
        sets.instances("solomon", tmp_path)
    with pytest.raises(UnknownSetError, match="no set nothing"):
        sets.instances("nothing", tmp_path)


@pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason="the public instances are not on this machine")
@pytest.mark.parametrize("name", COUNTS)
def test_every_instance_with_a_best_known_value_is_read_in_full(name: str) -> None:
    found = sets.instances(name, SHARED / "bench")
    count, tasks = COUNTS[name]
    assert len(found) == count
    for instance in found:
        case = cast(WholeCase, sets.load(name, instance, SHARED / "bench"))
        assert case.best is not None
        problem, _ = case.problem()
        assert tasks is None or len(problem.visits) == tasks
        assert problem.engineers


@pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason="the public instances are not on this machine")
def test_every_dynamic_day_releases_the_share_that_its_name_says() -> None:
    found = sets.instances("trsp-dynamic", SHARED / "bench")
    assert len(found) == 120
    for name in found:
        day = read_dynamic(SHARED / "bench" / "trsp_pillac" / "crew25" / "dyn" / f"{name}.txt")
        assert len(day.released) == int(name.rsplit("_", 1)[1])
        assert all(request in {node.name for node in day.instance.requests} for request in day.released)
