from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidInputError
from domain.timebase import REAL_TIME, Timebase

STORM = datetime(2014, 12, 10, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_real_time_is_the_wall_clock():
    assert REAL_TIME.virtual(TODAY) == TODAY
    assert REAL_TIME.real_delay(timedelta(hours=2)) == timedelta(hours=2)


def test_a_day_passes_in_two_minutes_at_speed_720():
    fast = Timebase(STORM, TODAY, 720)
    assert fast.virtual(TODAY + timedelta(minutes=2)) == STORM + timedelta(days=1)
    assert fast.real(STORM + timedelta(days=1)) == TODAY + timedelta(minutes=2)
    assert fast.real_delay(timedelta(hours=12)) == timedelta(minutes=1)


@pytest.mark.parametrize("speed", [0, -1, 1e9])
def test_a_speed_out_of_range_is_refused(speed):
    with pytest.raises(InvalidInputError, match="speed"):
        Timebase(STORM, TODAY, speed)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(InvalidInputError, match="epoch: must carry a time zone"):
        Timebase(datetime(2014, 12, 10), TODAY)  # noqa: DTZ001 - the point of the test
