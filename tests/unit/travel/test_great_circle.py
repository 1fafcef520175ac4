import math

import numpy as np
import pytest
from geopy.distance import great_circle

from domain.errors import InvalidInputError
from travel.great_circle import GreatCircleTravel
from travel.times import Coordinate

HAMBURG, BERLIN, SYDNEY = Coordinate(53.55, 9.99), Coordinate(52.52, 13.40), Coordinate(-33.87, 151.21)


@pytest.mark.parametrize(("start", "end"), [(HAMBURG, BERLIN), (BERLIN, SYDNEY), (HAMBURG, SYDNEY)])
def test_distances_are_those_of_geopy_times_circuity(start, end):
    metres = GreatCircleTravel(circuity=1.3).matrix([start, end]).metres[0, 1]
    reference = great_circle((start.latitude, start.longitude), (end.latitude, end.longitude)).meters * 1.3
    assert metres == pytest.approx(reference, abs=1.0, rel=0)


def test_the_way_to_the_same_place_takes_no_time_and_back_takes_as_long():
    found = GreatCircleTravel().matrix([HAMBURG, BERLIN, HAMBURG])
    assert found.seconds[0, 0] == found.seconds[0, 2] == 0
    assert np.array_equal(found.seconds, found.seconds.T)


def test_the_rush_hour_is_slower_than_the_night():
    travel = GreatCircleTravel(circuity=1.0, speed_by_hour=[60.0] * 8 + [30.0] * 16)
    night, day = (travel.matrix([HAMBURG, BERLIN], hour).seconds[0, 1] for hour in (3, 12))
    assert abs(day - 2 * night) <= 1


def test_no_places_have_no_ways():
    assert GreatCircleTravel().matrix([]).seconds.shape == (0, 0)


@pytest.mark.parametrize("bad", [(91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_a_place_that_is_not_on_earth_is_refused(bad):
    with pytest.raises(InvalidInputError):
        Coordinate(*bad)


@pytest.mark.parametrize("bad", [{"circuity": 0.9}, {"speed_by_hour": [30.0] * 23}, {"speed_by_hour": [0.0] * 24}])
def test_impossible_factors_are_refused_by_name(bad):
    with pytest.raises(InvalidInputError, match=next(iter(bad))):
        GreatCircleTravel(**bad)


def test_an_hour_outside_the_day_is_refused():
    with pytest.raises(InvalidInputError, match="hour"):
        GreatCircleTravel().matrix([HAMBURG], 24)
