"""How a large problem is divided: visits over engineers, shifts into tiles, stock among parts."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from scheduler.large_spread import NOBODY, candidates_of, homes_of, spread
from scheduler.large_stock import grants, house, van
from scheduler.large_tiles import Size, cut
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Published
from tests.unit.scheduler.large_builders import on_a_line


def test_engineers_with_too_much_to_do_leave_the_farther_visits_to_others():
    """The first engineer has nine hours, and 1:15 is reckoned for each of ten visits."""
    big = on_a_line([(0, "it"), (30, "it")], [(n / 2, "it") for n in range(10)])
    owner = spread(big, *candidates_of(big, SchedulingPolicy())).tolist()
    assert owner[0] == 0
    assert owner == sorted(owner)
    assert 6 <= owner.count(0) <= 8


def test_a_scarce_skill_is_kept_for_those_who_need_it():
    big = on_a_line([(0, "gas"), (9, "it")], [(0, "gas")] * 7 + [(1, "it")] * 7)
    visits = (*big.visits[:7], *(replace(visit, skills={}) for visit in big.visits[7:]))
    big = replace(big, visits=visits)
    owner = spread(big, *candidates_of(big, SchedulingPolicy())).tolist()
    assert owner == [0] * 7 + [1] * 7


def test_nobody_is_found_for_what_nobody_can_do():
    big = on_a_line([(0, "it")], [(0, "gas"), (0, "it")])
    assert spread(big, *candidates_of(big, SchedulingPolicy())).tolist() == [NOBODY, 0]


def test_the_engineer_of_a_booking_comes_first():
    big = on_a_line([(0, "it"), (50, "it")], [(0, "it")])
    big = replace(big, visits=(replace(big.visits[0], published=Published("E1", 40_000)),))
    near, far = candidates_of(big, SchedulingPolicy())
    assert (near.tolist(), far.tolist()) == ([[0, 1]], [[0.0, 0.0]])


@pytest.mark.parametrize("angle", [0.0, 0.7, 2.1])
@pytest.mark.parametrize("crew", [1, 4, 40])
def test_tiles_hold_every_shift_once_and_no_more_than_they_may(angle, crew):
    big = on_a_line([(n * n % 37, "it") for n in range(30)], [], days=7)
    load = {key: float((key[0] + key[1]) % 9) for key in big.slots}
    tiles = cut(big, homes_of(big), load, Size(visits=60, slots=20, crew=crew), angle)
    assert Counter(key for tile in tiles for key in tile.keys) == Counter(big.slots)
    assert max(len(tile.keys) for tile in tiles) <= 20
    assert max(sum(load[key] for key in tile.keys) for tile in tiles) <= 60
    assert all(len(set(tile.keys)) == len(tile.keys) for tile in tiles)


def test_a_tile_with_few_engineers_is_cut_by_days():
    big = on_a_line([(0, "it"), (5, "it")], [], days=6)
    tiles = cut(big, homes_of(big), {}, Size(visits=60, slots=6, crew=2), 0.0)
    assert [tile.keys for tile in tiles] == [
        tuple((e, k) for e in (0, 1) for k in days) for days in ((0, 1, 2), (3, 4, 5))
    ]


def test_free_stock_is_shared_by_need_and_own_stock_stays():
    free = Counter({(house("W"), "P"): 5, (van("E0"), "P"): 4})
    own = [Counter({(house("W"), "P"): 2}), Counter()]
    needs = [{"P": 3}, {"P": 1}]
    usable = [frozenset({house("W"), van("E0")}), frozenset({house("W")})]
    assert grants(free, own, needs, usable) == [
        {house("W"): {"P": 2 + 3}, van("E0"): {"P": 3}},
        {house("W"): {"P": 1}},
    ]


@pytest.mark.parametrize("seed", range(30))
def test_shares_of_stock_are_never_more_than_there_is(seed):
    rng = random.Random(seed)
    parts, skus = rng.randint(1, 6), ["A", "B", "C"]
    holders = [house("W0"), house("W1"), van("E0"), van("E1")]
    free = Counter({(holder, sku): rng.randint(0, 9) for holder in holders for sku in skus})
    needs = [{sku: rng.randint(0, 7) for sku in skus} for _ in range(parts)]
    usable = [frozenset(rng.sample(holders, rng.randint(1, 4))) for _ in range(parts)]
    given = grants(free, [Counter()] * parts, needs, usable)
    for holder in holders:
        for sku in skus:
            shares = [share.get(holder, {}).get(sku, 0) for share in given]
            wanted = sum(need[sku] for need, own in zip(needs, usable, strict=True) if holder in own)
            assert sum(shares) <= free[holder, sku]
            assert sum(shares) == min(free[holder, sku], wanted) or wanted > free[holder, sku] > 0
            if wanted >= free[holder, sku]:
                assert sum(shares) == free[holder, sku]
