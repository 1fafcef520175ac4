"""What another policy would mean for open cases: pure arithmetic over clocks."""

from datetime import UTC, datetime, timedelta

from domain.calendars import ALWAYS
from domain.clock import Clock, ClockName, ClockTerms, PauseReason, pause, predict, start
from domain.differences import differences
from domain.policy import CaseTerms, ServicePolicy, StepLimits
from domain.policy_preview import OpenPromises, shifts

H = timedelta(hours=1)
BEGAN = datetime(2026, 11, 25, 8, tzinfo=UTC)


def terms(hours: float | None) -> CaseTerms:
    clocks = () if hours is None else (ClockTerms(ClockName.RESOLVE, hours * H, ALWAYS),)
    return CaseTerms(clocks=clocks)


def a_clock() -> Clock:
    # What is recorded of calendar and target does not count: both policies put their own terms upon it.
    return start(ClockTerms(ClockName.RESOLVE, 1000 * H, ALWAYS), BEGAN)


def after(hours: float, *cases: tuple[Clock, float | None, float | None]) -> tuple[int, int, int]:
    given = [OpenPromises(f"C-{n}", (clock,), terms(now), terms(then)) for n, (clock, now, then) in enumerate(cases)]
    found = next(each for each in shifts(given, BEGAN + hours * H) if each.clock is ClockName.RESOLVE)
    return found.newly_warning, found.newly_breached, found.eased


def test_a_shorter_target_warns_or_breaks_what_has_used_enough() -> None:
    assert after(10, (a_clock(), 48, 40)) == (0, 0, 0)
    assert after(31, (a_clock(), 48, 40)) == (1, 0, 0)
    assert after(41, (a_clock(), 48, 40)) == (0, 1, 0)


def test_the_very_moment_of_the_new_target_breaks_it() -> None:
    assert after(40, (a_clock(), 60, 40)) == (0, 1, 0)
    assert after(39.999, (a_clock(), 60, 40)) == (1, 0, 0)


def test_a_longer_target_eases() -> None:
    assert after(41, (a_clock(), 40, 80)) == (0, 0, 1)


def test_what_is_paused_does_not_use_the_new_target_either() -> None:
    paused = pause(a_clock(), PauseReason.WAITING_FOR_CUSTOMER, BEGAN + 2 * H)
    assert after(100, (paused, 48, 4)) == (0, 0, 0)


def test_a_prediction_later_than_the_new_target_counts_as_a_warning() -> None:
    late = predict(a_clock(), BEGAN + 20 * H)
    assert after(1, (late, 48, 16)) == (1, 0, 0)


def test_a_clock_that_is_not_promised_any_more_is_eased_and_a_new_one_can_break() -> None:
    assert after(50, (a_clock(), 48, None)) == (0, 0, 1)
    assert after(50, (a_clock(), None, 48)) == (0, 1, 0)


def test_the_counts_before_and_after_add_up() -> None:
    given = [OpenPromises(f"C-{n}", (a_clock(),), terms(48), terms(40)) for n in range(3)]
    found = next(each for each in shifts(given, BEGAN + 41 * H) if each.clock is ClockName.RESOLVE)
    assert found.before == {"warning": 3, "jeopardy": 0, "breached": 0}
    assert found.after == {"warning": 0, "jeopardy": 0, "breached": 3}


def test_differences_name_what_changed_alone() -> None:
    old = ServicePolicy().model_dump(mode="json")
    new = ServicePolicy(warn_fraction=0.5, steps=StepLimits(classify_within=timedelta(minutes=20))).model_dump(
        mode="json"
    )
    before, then = differences(old, new)
    assert before == {"steps.classify_within": "PT10M", "warn_fraction": 0.75}
    assert then == {"steps.classify_within": "PT20M", "warn_fraction": 0.5}


def test_differences_tell_absent_from_none() -> None:
    assert differences({"a": None}, {}) == ({"a": None}, {})
    assert differences({"a": {"b": 1}}, {"a": {"b": 1}}) == ({}, {})
