"""SLA clocks: exact values of used time, due times and states."""

from datetime import datetime, timedelta

import pytest

from domain.clock import (
    ClockError,
    ClockName,
    ClockTerms,
    Pause,
    is_paused,
    pause,
    predict,
    reopen,
    resume,
    retarget,
    start,
    stop,
)
from domain.errors import InvalidInputError
from domain.sla import (
    SlaState,
    due_at,
    next_moment,
    overdue,
    remaining,
    state,
    used,
    warn_at,
    worst_state,
)
from tests.unit.sla_builders import (
    BERLIN,
    CUSTOMER,
    OFFICE,
    PART,
    SITE,
    TICK,
    H,
    M,
    a_clock,
    berlin,
    paused_between,
    terms,
    utc,
)

BEGIN = utc(3, 2, 8)  # Monday, 09:00 in Berlin
DUE = utc(3, 2, 12)
WARN = utc(3, 2, 11)


def test_a_clock_goes_from_running_to_warning_to_breached() -> None:
    clock = a_clock()
    assert state(clock, BEGIN) is SlaState.RUNNING
    assert state(clock, WARN - TICK) is SlaState.RUNNING
    assert state(clock, WARN) is SlaState.WARNING
    assert state(clock, DUE - TICK) is SlaState.WARNING
    assert state(clock, DUE) is SlaState.BREACHED
    assert state(clock, DUE + 1000 * H) is SlaState.BREACHED


def test_used_and_remaining_and_overdue_time_add_up_to_the_target() -> None:
    clock = a_clock()
    assert (used(clock, BEGIN + H), remaining(clock, BEGIN + H), overdue(clock, BEGIN + H)) == (H, 3 * H, 0 * H)
    assert (used(clock, BEGIN + 6 * H), remaining(clock, BEGIN + 6 * H), overdue(clock, BEGIN + 6 * H)) == (
        6 * H,
        0 * H,
        2 * H,
    )


def test_due_and_warning_follow_the_calendar() -> None:
    clock = a_clock(12 * H, OFFICE, berlin(3, 6, 15))  # a Friday
    assert warn_at(clock, berlin(3, 6, 15)) == berlin(3, 9, 16)
    assert due_at(clock, berlin(3, 6, 15)) == berlin(3, 10, 11)


def test_a_case_that_comes_at_night_starts_to_count_in_the_morning() -> None:
    clock = a_clock(1 * H, OFFICE, berlin(3, 3, 2))
    assert used(clock, berlin(3, 3, 9)) == 0 * H
    assert due_at(clock, berlin(3, 3, 2)) == berlin(3, 3, 10)


def test_the_warning_point_is_the_terms_fraction() -> None:
    assert warn_at(a_clock(warn_fraction=0.5), BEGIN) == BEGIN + 2 * H
    assert warn_at(a_clock(warn_fraction=1), BEGIN) == DUE


def test_before_its_start_and_without_a_clock_there_is_no_state() -> None:
    assert state(None, BEGIN) is SlaState.NONE
    assert state(a_clock(), BEGIN - TICK) is SlaState.NONE
    assert used(a_clock(), BEGIN - 5 * H) == 0 * H


def test_stopped_at_the_due_moment_is_kept_and_a_tick_later_missed() -> None:
    assert state(stop(a_clock(), DUE), DUE) is SlaState.KEPT
    assert state(stop(a_clock(), DUE + TICK), DUE + TICK) is SlaState.MISSED
    assert state(stop(a_clock(), DUE), DUE + 99 * H) is SlaState.KEPT


def test_a_stop_in_closed_hours_after_the_target_was_used_up_is_missed() -> None:
    clock = a_clock(8 * H, OFFICE, berlin(3, 6, 9))  # used up on Friday at 17:00
    assert state(clock, berlin(3, 6, 17)) is SlaState.BREACHED
    late = stop(clock, berlin(3, 7, 12))
    assert state(late, berlin(3, 7, 12)) is SlaState.MISSED
    assert overdue(late, berlin(3, 7, 12)) == 0 * H


def test_a_stop_entered_late_counts_from_its_own_time() -> None:
    clock = stop(a_clock(), BEGIN + 3 * H)
    assert used(clock, BEGIN + 90 * H) == 3 * H
    assert state(clock, BEGIN + 2 * H) is SlaState.RUNNING


def test_a_pause_moves_the_due_time_by_its_open_length() -> None:
    clock = paused_between(a_clock(), SITE, BEGIN + H, BEGIN + 3 * H)
    assert due_at(clock, BEGIN + 3 * H) == DUE + 2 * H
    assert warn_at(clock, BEGIN + 3 * H) == WARN + 2 * H
    overnight = paused_between(a_clock(8 * H, OFFICE), CUSTOMER, berlin(3, 2, 16), berlin(3, 3, 10))
    assert due_at(overnight, berlin(3, 3, 10)) == berlin(3, 3, 11)


def test_while_a_pause_is_open_there_is_no_due_time_and_nothing_happens() -> None:
    clock = pause(a_clock(), CUSTOMER, BEGIN + H)
    later = BEGIN + 50 * H
    assert state(clock, later) is SlaState.PAUSED
    assert (used(clock, later), remaining(clock, later)) == (1 * H, 3 * H)
    assert due_at(clock, later) is None
    assert warn_at(clock, later) is None
    assert next_moment(clock, later) is None


def test_the_clock_runs_only_when_no_pause_is_open() -> None:
    clock = pause(a_clock(), CUSTOMER, BEGIN + H)
    clock = pause(clock, SITE, BEGIN + 2 * H)
    clock = resume(clock, CUSTOMER, BEGIN + 3 * H)
    assert state(clock, BEGIN + 3 * H) is SlaState.PAUSED
    clock = resume(clock, SITE, BEGIN + 5 * H)
    assert state(clock, BEGIN + 5 * H) is SlaState.RUNNING
    assert due_at(clock, BEGIN + 5 * H) == DUE + 4 * H


def test_resuming_without_a_reason_ends_every_pause() -> None:
    clock = pause(pause(a_clock(), CUSTOMER, BEGIN + H), PART, BEGIN + 2 * H)
    clock = resume(clock, None, BEGIN + 3 * H)
    assert due_at(clock, BEGIN + 3 * H) == DUE + 2 * H
    assert not is_paused(clock, CUSTOMER)


def test_a_clock_may_pause_again_for_the_same_reason() -> None:
    clock = paused_between(a_clock(), CUSTOMER, BEGIN + H, BEGIN + 2 * H)
    assert not is_paused(clock, CUSTOMER)
    clock = pause(clock, CUSTOMER, BEGIN + 3 * H)
    assert is_paused(clock, CUSTOMER)
    assert not is_paused(clock, SITE)


def test_a_resume_entered_late_gives_back_the_time_since() -> None:
    clock = resume(pause(a_clock(), CUSTOMER, BEGIN + H), CUSTOMER, BEGIN + 2 * H)
    assert state(clock, BEGIN + 6 * H) is SlaState.BREACHED
    assert due_at(clock, BEGIN + 6 * H) == DUE + H


def test_a_pause_entered_late_takes_back_a_breach() -> None:
    clock = pause(a_clock(), CUSTOMER, BEGIN + H)
    assert state(a_clock(), DUE + H) is SlaState.BREACHED
    assert state(clock, DUE + H) is SlaState.PAUSED


def test_a_pause_after_a_breach_does_not_hide_it() -> None:
    clock = pause(a_clock(), CUSTOMER, DUE + H)
    assert state(clock, DUE + 2 * H) is SlaState.BREACHED
    assert due_at(clock, DUE + 2 * H) == DUE
    assert warn_at(clock, DUE + 2 * H) == WARN
    assert overdue(clock, DUE + 2 * H) == 1 * H


def test_a_pause_whose_end_is_known_resumes_by_itself() -> None:
    clock = resume(pause(a_clock(), SITE, BEGIN + H), SITE, BEGIN + 10 * H)
    assert state(clock, BEGIN + 5 * H) is SlaState.PAUSED
    assert next_moment(clock, BEGIN) == BEGIN + H
    assert next_moment(clock, BEGIN + 5 * H) == BEGIN + 10 * H
    assert state(clock, BEGIN + 10 * H) is SlaState.RUNNING


def test_a_stop_ends_open_pauses_and_drops_the_prediction() -> None:
    clock = predict(pause(a_clock(), CUSTOMER, BEGIN + H), DUE + H)
    clock = stop(clock, BEGIN + 9 * H)
    assert clock.pauses == (Pause(CUSTOMER, BEGIN + H, BEGIN + 9 * H),)
    assert clock.predicted is None
    assert state(clock, BEGIN + 9 * H) is SlaState.KEPT
    assert due_at(clock, BEGIN + 9 * H) == BEGIN + 12 * H


def test_a_stop_entered_late_may_lie_before_an_open_pause() -> None:
    clock = stop(pause(a_clock(), CUSTOMER, BEGIN + 3 * H), BEGIN + 2 * H)
    assert used(clock, BEGIN + 9 * H) == 2 * H
    assert state(clock, BEGIN + 9 * H) is SlaState.KEPT


def test_a_reopened_clock_goes_on_with_what_was_used() -> None:
    clock = reopen(stop(a_clock(), BEGIN + 3 * H), BEGIN + 48 * H)
    assert used(clock, BEGIN + 48 * H) == 3 * H
    assert due_at(clock, BEGIN + 48 * H) == BEGIN + 49 * H
    assert state(clock, BEGIN + 48 * H) is SlaState.WARNING
    assert state(clock, BEGIN + 49 * H) is SlaState.BREACHED
    assert state(stop(clock, BEGIN + 48 * H + 30 * M), BEGIN + 60 * H) is SlaState.KEPT


def test_a_clock_can_be_reopened_again_and_again() -> None:
    clock = reopen(stop(a_clock(), BEGIN + H), BEGIN + 10 * H)
    clock = reopen(stop(clock, BEGIN + 11 * H), BEGIN + 20 * H)
    assert used(clock, BEGIN + 20 * H) == 2 * H
    assert due_at(clock, BEGIN + 20 * H) == BEGIN + 22 * H


def test_a_missed_clock_that_is_reopened_is_breached_at_once() -> None:
    clock = reopen(stop(a_clock(), DUE + H), DUE + 5 * H)
    assert state(clock, DUE + 2 * H) is SlaState.MISSED
    assert state(clock, DUE + 5 * H) is SlaState.BREACHED
    assert due_at(clock, DUE + 5 * H) == DUE
    assert next_moment(clock, DUE + 5 * H) is None


def test_a_plan_that_ends_after_the_due_time_puts_the_promise_in_jeopardy() -> None:
    assert state(predict(a_clock(), DUE), BEGIN) is SlaState.RUNNING
    assert state(predict(a_clock(), DUE + TICK), BEGIN) is SlaState.JEOPARDY


def test_a_breach_and_a_pause_win_over_jeopardy_and_jeopardy_over_a_warning() -> None:
    late = predict(a_clock(), DUE + H)
    assert state(late, WARN) is SlaState.JEOPARDY
    assert state(late, DUE) is SlaState.BREACHED
    assert state(pause(late, CUSTOMER, BEGIN + H), BEGIN + 2 * H) is SlaState.PAUSED
    assert state(predict(late, None), WARN) is SlaState.WARNING


def test_a_prediction_for_a_stopped_clock_changes_nothing() -> None:
    stopped = stop(a_clock(), BEGIN + H)
    assert predict(stopped, DUE + H) == stopped


def test_the_next_moments_are_the_warning_and_then_the_breach() -> None:
    clock = a_clock()
    assert next_moment(clock, BEGIN - H) == BEGIN
    assert next_moment(clock, BEGIN) == WARN
    assert next_moment(clock, WARN) == DUE
    assert next_moment(clock, DUE) is None
    assert next_moment(stop(clock, BEGIN + H), BEGIN + H) is None


def test_other_terms_keep_the_time_already_used() -> None:
    clock = retarget(a_clock(), terms(10 * H))
    assert due_at(clock, BEGIN + 2 * H) == BEGIN + 10 * H
    shorter = retarget(a_clock(), terms(1 * H))
    assert state(shorter, BEGIN + 2 * H) is SlaState.BREACHED


def test_a_stopped_clock_is_judged_by_the_terms_under_which_it_was_stopped() -> None:
    clock = retarget(stop(a_clock(), BEGIN + 3 * H), terms(1 * H))
    assert state(clock, BEGIN + 3 * H) is SlaState.KEPT


def test_the_worst_state_stands_for_the_case() -> None:
    kept, missed = stop(a_clock(), BEGIN), stop(a_clock(), DUE + H)
    assert worst_state([], DUE) is SlaState.NONE
    assert worst_state([kept, missed], DUE + H) is SlaState.MISSED
    assert worst_state([missed, a_clock(99 * H)], DUE + H) is SlaState.RUNNING
    assert worst_state([a_clock(99 * H), a_clock(), kept], DUE + H) is SlaState.BREACHED


def test_moments_of_any_zone_mean_the_same() -> None:
    begin = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)  # half an hour before the clock jumps
    clock = a_clock(1 * H, at=begin)
    assert due_at(clock, begin) == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)
    assert state(clock, datetime(2026, 3, 29, 3, 29, tzinfo=BERLIN)) is SlaState.WARNING
    assert clock == a_clock(1 * H, at=utc(3, 29, 0, 30))


RUNNING, STOPPED = a_clock(), stop(a_clock(), BEGIN + 2 * H)
REOPENED = reopen(STOPPED, BEGIN + 5 * H)
PAUSED = pause(a_clock(), CUSTOMER, BEGIN + H)


@pytest.mark.parametrize(
    ("move", "problem"),
    [
        (lambda: pause(STOPPED, SITE, BEGIN + 3 * H), "cannot pause: it is stopped"),
        (lambda: pause(RUNNING, SITE, BEGIN - TICK), "cannot pause: it had not started then"),
        (lambda: pause(PAUSED, CUSTOMER, BEGIN + 2 * H), "already paused for waiting_for_customer"),
        (lambda: resume(RUNNING, None, BEGIN + H), "cannot resume: it is not paused"),
        (lambda: resume(PAUSED, SITE, BEGIN + H), "cannot resume: it is not paused for site_closed"),
        (lambda: resume(PAUSED, CUSTOMER, BEGIN + H - TICK), "cannot resume: the pause began later"),
        (lambda: stop(STOPPED, BEGIN + 3 * H), "cannot stop: it is already stopped"),
        (lambda: stop(RUNNING, BEGIN - TICK), "cannot stop: it did not run then"),
        (lambda: stop(REOPENED, BEGIN + 5 * H - TICK), "cannot stop: it did not run then"),
        (lambda: reopen(RUNNING, BEGIN + H), "cannot reopen: it is not stopped"),
        (lambda: reopen(STOPPED, BEGIN + 2 * H - TICK), "cannot reopen: it was stopped later"),
        (
            lambda: retarget(RUNNING, ClockTerms(ClockName.RESPOND, H, OFFICE)),
            "cannot change its terms: these are the terms of respond",
        ),
    ],
)
def test_a_move_that_does_not_fit_is_refused_with_the_reason(move: object, problem: str) -> None:
    assert callable(move)
    with pytest.raises(ClockError, match=problem) as caught:
        move()
    assert (caught.value.http_status, caught.value.retryable) == (409, False)
    assert caught.value.facts["clock"] == "resolve"


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: terms(timedelta(0)), "target: must be positive"),
        (lambda: terms(warn_fraction=0), "warn_fraction: must be above 0 and at most 1"),
        (lambda: terms(warn_fraction=1.01), "warn_fraction: must be above 0 and at most 1"),
        (lambda: start(terms(), BEGIN.replace(tzinfo=None)), "moment: must carry a time zone"),
        (lambda: Pause(SITE, BEGIN, BEGIN - TICK), "end: must not be before start"),
    ],
)
def test_terms_and_records_that_make_no_sense_are_refused(make: object, problem: str) -> None:
    assert callable(make)
    with pytest.raises(InvalidInputError, match=problem):
        make()
