"""Great-circle travel times, against geopy's own distance."""

import math

import numpy as np
import pytest
from geopy.distance import great_circle

from domain.errors import InvalidInputError
from travel.errors import CoordinateError
from travel.great_circle import CITY_SPEED_KMH, GreatCircleTravel
from travel.points import Point, validate_point

SHANGHAI, HANGZHOU = Point(31.2304, 121.4737), Point(30.2741, 120.1551)
QUITO, FIJI, SAMOA = Point(-0.1807, -78.4678), Point(-17.7134, 178.065), Point(-13.759, -172.1046)
STRAIGHT = GreatCircleTravel(circuity=1.0, speed_by_hour=dict.fromkeys(range(24), 36.0))


def test_the_matrix_is_the_great_circle_of_geopy_rounded_up() -> None:
    points = [SHANGHAI, HANGZHOU, QUITO, FIJI, SAMOA]
    found = STRAIGHT.matrix(points, 12)
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            exact = great_circle((a.lat, a.lon), (b.lat, b.lon)).meters
            assert found.metres[i, j] == math.ceil(round(exact, 3))
            assert found.seconds[i, j] == math.ceil(round(exact / 10, 3))


def test_a_single_leg_agrees_with_the_matrix() -> None:
    travel = GreatCircleTravel()
    found = travel.matrix([SHANGHAI, HANGZHOU], 8)
    leg = travel.leg(SHANGHAI, HANGZHOU, 8)
    assert (leg.seconds, leg.metres) == (found.seconds[0, 1], found.metres[0, 1])


def test_circuity_lengthens_the_way_and_the_hour_slows_it() -> None:
    straight = great_circle((SHANGHAI.lat, SHANGHAI.lon), (HANGZHOU.lat, HANGZHOU.lon)).meters
    travel = GreatCircleTravel()
    assert travel.leg(SHANGHAI, HANGZHOU, 12).metres == math.ceil(straight * 1.3)
    assert travel.leg(SHANGHAI, HANGZHOU, 12).seconds == math.ceil(straight * 1.3 / (CITY_SPEED_KMH / 3.6))
    assert travel.leg(SHANGHAI, HANGZHOU, 8).seconds == math.ceil(straight * 1.3 / (CITY_SPEED_KMH * 0.75 / 3.6))


def test_the_matrix_is_symmetric_with_a_zero_diagonal_of_small_whole_numbers() -> None:
    rng = np.random.default_rng(1)
    points = [Point(31 + lat, 121 + lon) for lat, lon in rng.random((60, 2))]
    found = GreatCircleTravel().matrix(points, 9)
    for matrix in (found.seconds, found.metres):
        assert matrix.dtype == np.int32
        assert not matrix.diagonal().any()
        assert np.array_equal(matrix, matrix.T)


def test_the_same_place_twice_is_no_way_at_all_and_no_points_are_no_matrix() -> None:
    found = GreatCircleTravel().matrix([SHANGHAI, SHANGHAI], 3)
    assert found.seconds.tolist() == [[0, 0], [0, 0]]
    assert GreatCircleTravel().matrix([], 3).seconds.shape == (0, 0)


@pytest.mark.parametrize(
    ("point", "field"),
    [
        (Point(90.1, 0), "point.lat"),
        (Point(-90.1, 0), "point.lat"),
        (Point(1, 180.1), "point.lon"),
        (Point(1, -180.1), "point.lon"),
        (Point(math.nan, 1), "point.lat"),
        (Point(1, math.inf), "point.lon"),
        (Point(0, 0), "point"),
    ],
)
def test_coordinates_that_cannot_be_a_site_are_refused_by_field(point: Point, field: str) -> None:
    with pytest.raises(CoordinateError) as caught:
        validate_point(point)
    assert caught.value.field == field


def test_a_wrong_point_in_a_matrix_is_named_by_its_position() -> None:
    with pytest.raises(CoordinateError) as caught:
        GreatCircleTravel().matrix([SHANGHAI, Point(0, 0)], 3)
    assert caught.value.field == "points[1]"


def test_the_equator_and_the_prime_meridian_alone_are_places() -> None:
    assert validate_point(Point(0, 10)) == Point(0, 10)
    assert validate_point(Point(51.5, 0)) == Point(51.5, 0)


def test_figures_out_of_range_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="circuity"):
        GreatCircleTravel(circuity=0.9)
    with pytest.raises(InvalidInputError, match="speed_by_hour"):
        GreatCircleTravel(speed_by_hour={0: 30.0})
    with pytest.raises(InvalidInputError, match="above 0"):
        GreatCircleTravel(speed_by_hour=dict.fromkeys(range(24), 0.0))
    with pytest.raises(InvalidInputError, match="hour"):
        GreatCircleTravel().matrix([SHANGHAI], 24)
