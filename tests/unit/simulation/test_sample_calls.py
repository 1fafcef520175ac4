"""Which calls the people of the sample company answer when they come to work."""

from datetime import UTC, datetime, timedelta

from samples.generate import generate
from simulation.people import LEFT_OVER, MISSED_CALLS, CompanyCalls, calls_since

MORNING = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_first_morning_finds_what_came_in_since_noon_and_hears_it_then() -> None:
    assert calls_since(MORNING, MORNING) == MORNING - LEFT_OVER
    calls = CompanyCalls(generate(1, MORNING.date()), MORNING)
    waiting = list(calls.between(calls_since(MORNING, MORNING), MORNING))
    assert 20 <= len(waiting) <= 60
    assert len({call.case_id for call in waiting}) == len(waiting)
    assert {call.at for call in waiting} == {MORNING}
    later = list(calls.between(MORNING, MORNING + timedelta(hours=3)))
    assert later == sorted(later, key=lambda call: call.at)
    assert later[-1].at > MORNING


def test_nobody_hears_a_call_before_somebody_is_at_the_phone() -> None:
    came = MORNING + timedelta(hours=1)
    heard = list(CompanyCalls(generate(1, MORNING.date()), came).between(MORNING - LEFT_OVER, came))
    assert {call.at for call in heard} == {came}


def test_a_restart_in_the_first_hours_asks_for_the_same_calls() -> None:
    assert calls_since(MORNING, MORNING + MISSED_CALLS - MINUTE) == MORNING - LEFT_OVER


def test_who_called_long_before_a_later_start_has_given_up() -> None:
    later = MORNING + timedelta(days=3)
    assert calls_since(MORNING, later) == later - MISSED_CALLS
