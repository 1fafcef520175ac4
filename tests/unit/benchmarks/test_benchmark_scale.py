"""The curve over sizes."""

from benchmarks import scale
from benchmarks.recipe import recipe_of
from benchmarks.scale import Measured
from scheduler.budget import Budget


def test_a_landscape_is_planned_in_parts_and_checked():
    row = scale.measure(recipe_of("60x6x3", 1), Budget(600.0, 30, 0, 1))
    assert row.violations == 0
    assert 40 <= row.served <= row.visits == 60
    assert row.megabytes > 0


def test_growth_is_told_as_exponents():
    small = Measured("a", 1, 1.0, 10.0, 100, 9, 1000, 1.0, 0, 0.1, 0)
    large = Measured("b", 1, 9.0, 1000.0, 1000, 9, 10_000, 1.0, 0, 0.1, 0)
    assert list(scale.growth([small, large])) == ["a -> b: time ~ n^2.00, memory ~ n^1.00"]


def test_a_bare_size_is_fifty_visits_for_each_engineer():
    assert scale.recipe_name("5000") == "5000x100x10"
    assert scale.recipe_name("4000x50x14") == "4000x50x14"
