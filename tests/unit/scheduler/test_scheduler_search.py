"""What the search keeps while visits come and go is what working everything out anew gives."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.arrays import Arrays, arrays_of
from scheduler.facts import Facts
from scheduler.labels import refresh
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Window
from scheduler.search import Search, Tuning
from scheduler.supplies import book, release, settle
from scheduler.tables import LENGTH, STOPS, VERSION
from tests.unit.scheduler.builders import Skill, a_problem, a_shift, a_visit, an_engineer
from tests.unit.scheduler.random_problems import territory

PAID = SchedulingPolicy(travel_percent=0, working_percent=100)


def _arrays(seed: int, days: int, policy: SchedulingPolicy, with_breaks: bool) -> Arrays:
    """A territory with parts at two warehouses; plain without breaks. With two days each van serves two shifts."""
    problem = territory(40, 6, days, seed)
    if not with_breaks:
        crew = (replace(e, shifts=tuple(replace(s, break_=None) for s in e.shifts)) for e in problem.engineers)
        always = (Window(0, problem.horizon),)
        houses = (replace(house, opening=always) for house in problem.warehouses)
        visits = (replace(visit, late_cost_per_minute=0) for visit in problem.visits)
        problem = replace(problem, engineers=tuple(crew), warehouses=tuple(houses), visits=tuple(visits))
    return arrays_of(Facts(problem, policy))


@pytest.mark.parametrize("policy", [SchedulingPolicy(), PAID], ids=["ways", "time"])
@pytest.mark.parametrize("days", [1, 2])
@pytest.mark.parametrize("with_breaks", [False, True])
def test_what_is_known_of_a_route_is_what_working_it_out_anew_gives(
    days: int, policy: SchedulingPolicy, with_breaks: bool
) -> None:
    stops = 0
    for seed in range(4):
        arrays = _arrays(seed, days, policy, with_breaks)
        assert arrays.plain != with_breaks
        search = Search(arrays, seed, Tuning(exchanges=0.2))
        for heat in (2.0, 0.2, 0.02):
            search.step(400, heat * search.way_per_visit())
            t = search.tables
            known = [table.copy() for table in (t.info, t.labels)]
            held = t.left.copy()
            stops += int(t.info[:, STOPS].sum())
            for s in range(arrays.slots):
                taken, n = t.taken[s].copy(), t.info[s, LENGTH]
                assert settle(s, t.address)
                assert np.array_equal(t.taken[s], taken)
                assert refresh(s, t.info[s, VERSION], t.address)
                assert np.array_equal(t.info[s], known[0][s])
                if arrays.plain:
                    assert np.array_equal(t.labels[s, : n + 1], known[1][s, : n + 1])
            assert np.array_equal(t.left, held)
            for s in range(arrays.slots):
                taken = t.taken[s].copy()
                release(s, t.address)
                t.taken[s] = taken
            assert np.array_equal(t.left, np.concatenate([arrays.van, arrays.stock]))
            for s in range(arrays.slots):
                book(s, -1, t.address)
    assert stops > 0


def test_whole_routes_go_to_the_engineers_who_live_there() -> None:
    # Each engineer has the other's day; to carry it over in pieces, both would have to drive far meanwhile.
    crew = [an_engineer(f"E{i}", a_shift(start_place=home, end_place=home)) for i, home in enumerate((0, 11))]
    work = [a_visit(f"V{i}", place) for i, place in enumerate((1, 1, 2, 9, 10, 10))]
    arrays = arrays_of(Facts(a_problem(*crew, *work), SchedulingPolicy()))
    for seed in range(10):
        search = Search(arrays, seed, Tuning(exchanges=1.0))
        assert search.load({0: [3, 4, 5], 1: [0, 1, 2]})
        search.step(60, 1.0)
        assert {s: set(items) for s, items in search.best.items()} == {0: {0, 1, 2}, 1: {3, 4, 5}}


def test_an_exchange_leaves_behind_what_the_other_engineer_cannot_do() -> None:
    crew = [
        an_engineer("E0", a_shift(start_place=0, end_place=0), skills={"gas": Skill(1)}, max_visits_per_shift=2),
        an_engineer("E1", a_shift(start_place=11, end_place=11)),
    ]
    work = [a_visit("V0", 10, skills={"gas": 1}), a_visit("V1", 10), a_visit("V2", 1)]
    arrays = arrays_of(Facts(a_problem(*crew, *work), SchedulingPolicy()))
    search = Search(arrays, 0, Tuning(exchanges=1.0))
    assert search.load({0: [0, 1], 1: [2]})
    search.step(30, 1.0)
    assert {s: set(items) for s, items in search.best.items()} == {0: {0, 2}, 1: {1}}


def test_the_last_parts_of_two_routes_go_to_the_engineers_who_are_near_by_then() -> None:
    # Both begin near home, then drive to the other's town: whole routes are as far for the one as for the other.
    crew = [an_engineer(f"E{i}", a_shift(start_place=home, end_place=home)) for i, home in enumerate((0, 11))]
    places = [1] * 12 + [10] * 24 + [1] * 12
    work = [a_visit(f"V{i}", place, duration=60) for i, place in enumerate(places)]
    arrays = arrays_of(Facts(a_problem(*crew, *work), SchedulingPolicy()))
    near, far = {*range(12), *range(36, 48)}, {*range(12, 36)}
    for seed in range(5):
        search = Search(arrays, seed, Tuning(exchanges=1.0, tails=1.0))
        assert search.load({0: list(range(24)), 1: list(range(24, 48))})
        search.step(3000, 1.0)
        assert {s: set(items) for s, items in search.best.items()} == {0: near, 1: far}
