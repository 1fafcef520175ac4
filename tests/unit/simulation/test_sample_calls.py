"""Which calls the people of the sample company answer when they come to work."""

from datetime import UTC, datetime, timedelta

from samples.arrivals import arrivals
from samples.generate import generate
from simulation.people import LEFT_OVER, MISSED_CALLS, calls_since

MORNING = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_first_morning_finds_what_came_in_since_noon() -> None:
    assert calls_since(MORNING, MORNING) == MORNING - LEFT_OVER
    company = generate(1, MORNING.date())
    waiting = list(arrivals(company, calls_since(MORNING, MORNING), MORNING))
    assert 20 <= len(waiting) <= 60
    assert len({arrival.case_id for arrival in waiting}) == len(waiting)


def test_a_restart_in_the_first_hours_asks_for_the_same_calls() -> None:
    assert calls_since(MORNING, MORNING + MISSED_CALLS - MINUTE) == MORNING - LEFT_OVER


def test_who_called_long_before_a_later_start_has_given_up() -> None:
    later = MORNING + timedelta(days=3)
    assert calls_since(MORNING, later) == later - MISSED_CALLS
