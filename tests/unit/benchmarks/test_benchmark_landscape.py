"""Landscapes of any size, repeatable, with problems of any part of them."""

import numpy as np
import pytest

from benchmarks.landscape import landscape
from benchmarks.recipe import Recipe
from scheduler.budget import Budget
from scheduler.check import check
from scheduler.solve import plan
from scheduler.validation import validate

SMALL = Recipe(visits=30, engineers=5, seed=3, days=2)


def test_the_same_recipe_makes_the_same_landscape() -> None:
    once, again, other = landscape(SMALL), landscape(SMALL), landscape(Recipe(30, 5, seed=4, days=2))
    assert once.problem() == again.problem()
    assert once.problem() != other.problem()


def test_a_small_landscape_has_everything_and_can_be_planned() -> None:
    problem = landscape(SMALL).problem()
    validate(problem)
    assert len(problem.visits) == 30
    assert {len(visit.windows) for visit in problem.visits} == {0, 1, 2}
    assert any(visit.parts for visit in problem.visits)
    assert any(visit.latest_sla_end is not None for visit in problem.visits)
    assert any(shift.break_ is not None for engineer in problem.engineers for shift in engineer.shifts)
    made = plan(problem, budget=Budget(0.3, seed=1), engine="insertion")
    assert check(problem, made) == ()
    assert len(made.assignments) > 15


def test_a_part_has_the_ways_of_the_whole() -> None:
    whole = landscape(SMALL)
    every, some = whole.problem(), whole.problem(whole.visits[10:14], whole.engineers[:2])
    validate(some)
    assert [visit.id for visit in some.visits] == ["V10", "V11", "V12", "V13"]
    assert some.places == len(whole.warehouses) + 2 + 4
    ways = every.travel[np.ix_([v.place for v in every.visits[10:14]], [v.place for v in every.visits[10:14]])]
    assert some.travel[np.ix_([v.place for v in some.visits], [v.place for v in some.visits])].tolist() == ways.tolist()


def test_a_large_landscape_needs_no_matrix() -> None:
    large = landscape(Recipe(visits=5000, engineers=100, days=10))
    assert large.points.shape == (5102, 2)
    # 12 engineers in a thousand square kilometres.
    assert large.points.max() == pytest.approx((100 / 12 * 1000) ** 0.5, rel=0.01)
    assert large.problem(large.visits[:50], large.engineers[:5]).places == 57


@pytest.mark.parametrize(("scarcity", "supply"), [(0.0, 2.0), (1.0, 0.5)])
def test_scarcity_is_felt_in_vans_and_warehouses(scarcity: float, supply: float) -> None:
    made = landscape(Recipe(visits=2000, engineers=20, days=3, scarcity=scarcity))
    needed = sum(count for visit in made.visits for count in visit.parts.values())
    vans = sum(count for engineer in made.engineers for count in engineer.van.values())
    houses = sum(count for house in made.warehouses for count in house.stock.values())
    assert (vans / needed, houses / needed) == pytest.approx((supply / 2, supply / 2), rel=0.1)
