"""Ways that are remembered: asked for once, and the same as if they had been asked for anew."""

from collections.abc import Sequence

import numpy as np

from activities.planning.engines import MatrixTravel, RememberedTravel
from activities.planning.grid import Ways
from domain.world import Point
from travel.great_circle import GreatCircleTravel

PLACES = [Point(53.5 + 0.01 * n, 10.0 - 0.02 * n) for n in range(6)]


class Counted:
    """A source that counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0
        self.source = MatrixTravel(GreatCircleTravel())

    async def ways(self, points: Sequence[Point]) -> Ways:
        self.times += 1
        return await self.source.ways(points)


async def test_known_places_are_not_asked_about_again_in_whatever_order_and_number():
    counted = Counted()
    travel = RememberedTravel(counted)
    await travel.ways(PLACES)
    for asked in (PLACES, PLACES[::-1], PLACES[2:5], []):
        found, anew = await travel.ways(asked), await counted.source.ways(asked)
        assert found.points == anew.points
        assert np.array_equal(found.seconds, anew.seconds)
        assert np.array_equal(found.metres, anew.metres)
        assert [found.place(point) for point in asked] == list(range(len(asked)))
    assert counted.times == 1


async def test_a_new_place_is_asked_about_and_only_the_last_territories_are_kept():
    counted = Counted()
    travel = RememberedTravel(counted, most=2)
    first, second, third = (PLACES[n : n + 2] for n in (0, 2, 4))
    for asked in (first, second, first, third, first):
        await travel.ways(asked)
    assert counted.times == 3
    await travel.ways(second)
    assert counted.times == 4
