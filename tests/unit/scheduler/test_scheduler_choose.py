"""A choice of routes keeps everything that couples them, and is never worse than the hint."""

import numpy as np

from scheduler.arrays import arrays_of
from scheduler.choose import choose, holds, plan_cost
from scheduler.columns import Routes
from scheduler.facts import Facts
from scheduler.policy import SchedulingPolicy
from scheduler.price_cost import priced, uses
from tests.unit.scheduler.builders import a_problem, a_shift, a_visit, a_warehouse, an_engineer

NONE = np.zeros(0, np.intp)


def arrays_for(*things):
    """Arrays of a problem where a visit left out costs 100,000."""
    return arrays_of(Facts(a_problem(*things), SchedulingPolicy(unserved=dict.fromkeys(range(1, 6), 100_000))))


def routes_of(arrays, *rows):
    """Exact routes of (slot, items)."""
    width = max(len(items) for _, items in rows)
    items = np.array([[*items, *[-1] * (width - len(items))] for _, items in rows])
    return priced(arrays, np.array([s for s, _ in rows]), np.array([len(items) for _, items in rows]), items)


def test_each_visit_is_served_once_and_each_slot_used_once():
    arrays = arrays_for(an_engineer("E0"), an_engineer("E1"), a_visit("V0", 1), a_visit("V1", 2))
    routes = routes_of(arrays, (0, [0]), (0, [1]), (1, [0]), (1, [0, 1]), (0, [0, 1]))
    chosen = choose(arrays, routes, NONE, 5)
    assert chosen.optimal
    assert chosen.rows.tolist() in ([3], [4])
    assert chosen.cost == 4 * 600


def test_the_hint_is_kept_when_nothing_is_cheaper():
    arrays = arrays_for(an_engineer("E0"), an_engineer("E1"), a_visit("V0", 1), a_visit("V1", 2))
    routes = routes_of(arrays, (0, [0]), (1, [0, 1]), (0, [0, 1]))
    for hint in ([1], [2]):
        assert choose(arrays, routes, np.array(hint), 5).rows.tolist() == hint


def test_a_warehouse_gives_no_more_than_it_holds():
    parts = {"A": 1}
    arrays = arrays_for(
        an_engineer("E0"), an_engineer("E1"), a_warehouse(stock=parts), a_visit("V0", 1, parts=parts),
        a_visit("V1", 3, parts=parts),
    )  # fmt: skip
    routes = routes_of(arrays, (0, [2, 0]), (1, [2, 1]))
    assert uses(arrays, routes).tolist() == [[0, 2, 0, 1], [1, 2, 0, 1]]
    chosen = choose(arrays, routes, NONE, 5)
    assert len(chosen.rows) == 1
    assert holds(arrays, routes.take(chosen.rows))
    assert not holds(arrays, routes)


def test_a_van_gives_no_more_than_it_holds_over_all_shifts_together():
    parts = {"A": 1}
    crew = an_engineer("E0", a_shift(8, 12), a_shift(13, 17), van=parts)
    arrays = arrays_for(crew, a_visit("V0", 1, parts=parts), a_visit("V1", 3, parts=parts))
    routes = routes_of(arrays, (0, [0]), (1, [1]))
    assert choose(arrays, routes, NONE, 5).cost == 2 * 600 + 100_000


def test_a_filtered_pool_gives_the_same_choice():
    arrays = arrays_for(an_engineer("E0"), an_engineer("E1"), a_visit("V0", 1), a_visit("V1", 2), a_visit("V2", 8))
    rows = [(s, list(items)) for s in (0, 1) for items in ([0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2])]
    routes = routes_of(arrays, *rows)
    whole, part = choose(arrays, routes, NONE, 5), choose(arrays, routes, NONE, 5, filtered=True)
    assert (whole.cost, whole.optimal) == (part.cost, part.optimal)
    few = choose(arrays, routes, NONE, 5, most=3, filtered=True)
    assert few.bound <= whole.cost <= few.cost


def test_without_time_for_the_relaxation_the_hint_stays_and_the_bound_is_no_lie():
    arrays = arrays_for(*(an_engineer(f"E{e}") for e in range(6)), *(a_visit(f"V{v}", v + 1) for v in range(9)))
    rows = [(s, [v, (v + k) % 9]) for s in range(6) for v in range(9) for k in (1, 2, 3)]
    routes = routes_of(arrays, *rows)
    hint = np.array([0])
    best = choose(arrays, routes, hint, 20)
    assert best.optimal
    for seconds in (0.0, 1e-4, 1e-3, 1e-2):
        chosen = choose(arrays, routes, hint, seconds, filtered=True)
        assert chosen.bound <= best.cost <= chosen.cost <= plan_cost(arrays, routes, hint)


def test_the_same_seed_gives_the_same_choice():
    arrays = arrays_for(*(an_engineer(f"E{e}") for e in range(3)), *(a_visit(f"V{v}", v + 1) for v in range(5)))
    rows = [(s, [v, (v + k) % 5]) for s in range(3) for v in range(5) for k in (1, 2)]
    routes = routes_of(arrays, *rows)
    first, again = (choose(arrays, routes, NONE, 60, seed=3, work=1.0) for _ in range(2))
    assert first.rows.tolist() == again.rows.tolist()
    assert first.cost == plan_cost(arrays, routes, first.rows)


def test_a_route_that_costs_more_than_its_visits_is_left_out():
    arrays = arrays_for(an_engineer("E0"), a_visit("V0", 1))
    routes = routes_of(arrays, (0, [0]))
    dear = Routes(routes.slots, routes.lengths, routes.items, routes.costs + 200_000)
    assert choose(arrays, dear, NONE, 5).cost == 100_000
