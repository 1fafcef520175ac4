"""SLA clocks: what holds for every clock, calendar and history."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.calendars import ALWAYS, add
from domain.clock import Clock, pause, reopen, resume, stop
from domain.sla import (
    LedgerKind,
    SlaState,
    due_at,
    ledger,
    next_moment,
    overdue,
    remaining,
    state,
    used,
    warn_at,
)
from tests.unit.sla_builders import (
    CUSTOMER,
    DAY,
    SITE,
    STEADY,
    TICK,
    H,
    lived_clocks,
    paused_between,
    running_clocks,
    spans,
)

NOTHING = timedelta(0)
RANK = [SlaState.NONE, SlaState.RUNNING, SlaState.WARNING, SlaState.BREACHED]
gaps = st.one_of(st.just(NOTHING), spans(40 * H))
lives = lived_clocks()


@st.composite
def edges(draw: st.DrawFn, count: int) -> tuple[timedelta, ...]:
    """Offsets from a clock's start, rising."""
    return tuple(sorted(draw(gaps) for _ in range(count)))


def due(clock: Clock, now: datetime) -> datetime:
    """The due time of a clock that is not paused."""
    moment = due_at(clock, now)
    assert moment is not None
    return moment


@STEADY
@given(running_clocks(), edges(4))
def test_a_pause_never_brings_a_target_forward(clock: Clock, at: tuple[timedelta, ...]) -> None:
    a, b, c, d = (clock.started_at + offset for offset in at)
    one = paused_between(clock, SITE, a, c)
    two = paused_between(one, CUSTOMER, b, d)
    for question in (due_at, warn_at):
        plain, once, twice = question(clock, d), question(one, d), question(two, d)
        assert plain is not None
        assert once is not None
        assert twice is not None
        assert plain <= once <= twice
    assert used(clock, d) >= used(one, d) >= used(two, d)


@STEADY
@given(running_clocks(), edges(3), gaps)
def test_splitting_a_pause_in_two_changes_nothing(clock: Clock, at: tuple[timedelta, ...], later: timedelta) -> None:
    a, b, c = (clock.started_at + offset for offset in at)
    whole = paused_between(clock, SITE, a, c)
    split = paused_between(paused_between(clock, SITE, a, b), SITE, b, c)
    now = c + later
    for question in (used, remaining, overdue, due_at, warn_at, state, next_moment, ledger):
        assert question(whole, now) == question(split, now)


@STEADY
@given(running_clocks(), edges(4))
def test_overlapping_pauses_count_once(clock: Clock, at: tuple[timedelta, ...]) -> None:
    a, b, c, d = (clock.started_at + offset for offset in at)
    overlapping = paused_between(paused_between(clock, SITE, a, c), CUSTOMER, b, d)
    union = paused_between(clock, SITE, a, d)
    assert used(overlapping, d) == used(union, d)
    assert due(overlapping, d) == due(union, d)
    assert state(overlapping, d) == state(union, d)


@STEADY
@given(running_clocks(), edges(3))
def test_a_pause_hands_what_is_left_to_the_time_after_it(clock: Clock, at: tuple[timedelta, ...]) -> None:
    a, b, now = (clock.started_at + offset for offset in at)
    paused = paused_between(clock, SITE, a, b)
    left = remaining(clock, a)
    expected = add(clock.terms.calendar, b, left) if left else due(clock, now)
    assert due(paused, now) == expected
    assert used(paused, expected) == clock.terms.target


@STEADY
@given(lives, gaps)
def test_the_ledger_has_neither_holes_nor_overlaps_and_adds_up_to_the_time_that_passed(
    life: tuple[Clock, datetime], later: timedelta
) -> None:
    clock, last = life
    now = last + later
    end = clock.stopped_at or now
    entries = ledger(clock, now)
    assert sum((e.end - e.start for e in entries), NOTHING) == end - clock.started_at
    assert all(e.start < e.end for e in entries)
    assert all(one.end == two.start for one, two in pairwise(entries))
    assert all((e.kind is LedgerKind.PAUSED) == bool(e.reasons) for e in entries)
    if entries:
        assert (entries[0].start, entries[-1].end) == (clock.started_at, end)


@STEADY
@given(lives, gaps)
def test_used_time_is_the_running_time_of_the_ledger(life: tuple[Clock, datetime], later: timedelta) -> None:
    clock, last = life
    now = last + later
    running = [e.end - e.start for e in ledger(clock, now) if e.kind is LedgerKind.RUNNING]
    assert used(clock, now) == sum(running, NOTHING)
    assert used(clock, now) + remaining(clock, now) - overdue(clock, now) == clock.terms.target


@STEADY
@given(lives, st.lists(gaps, min_size=2, max_size=6))
def test_used_time_never_shrinks_and_never_outruns_the_real_time(
    life: tuple[Clock, datetime], steps: list[timedelta]
) -> None:
    clock, _ = life
    asked = sorted(clock.started_at + 2 * step for step in steps)
    for one, two in pairwise(asked):
        assert NOTHING <= used(clock, two) - used(clock, one) <= two - one


@STEADY
@given(running_clocks(), st.lists(spans(20 * H), min_size=1, max_size=8))
def test_a_clock_left_alone_never_goes_back(clock: Clock, steps: list[timedelta]) -> None:
    now, seen = clock.started_at, state(clock, clock.started_at)
    for step in steps:
        now += step
        assert RANK.index(state(clock, now)) >= RANK.index(seen)
        seen = state(clock, now)


@STEADY
@given(lives, st.lists(spans(20 * H), min_size=1, max_size=8))
def test_after_the_last_move_a_breach_stays_a_breach(life: tuple[Clock, datetime], steps: list[timedelta]) -> None:
    clock, now = life
    breached = False
    for step in [NOTHING, *steps]:
        now += step
        assert not breached or state(clock, now) is SlaState.BREACHED
        breached = state(clock, now) is SlaState.BREACHED


@STEADY
@given(lives, spans(300 * H))
def test_between_its_next_moments_a_clock_does_not_change(life: tuple[Clock, datetime], reach: timedelta) -> None:
    clock, now = life
    end = now + reach
    while (moment := next_moment(clock, now)) is not None and moment <= end:
        assert moment > now
        assert state(clock, moment - TICK) is state(clock, now)
        now = moment
    assert state(clock, end) is state(clock, now)


@STEADY
@given(lives)
def test_the_due_time_is_the_exact_boundary(life: tuple[Clock, datetime]) -> None:
    clock, now = life
    boundary = due_at(clock, now)
    if clock.stopped_at is not None or boundary is None or boundary <= now:
        return
    assert state(clock, boundary - TICK) is not SlaState.BREACHED
    assert state(clock, boundary) is SlaState.BREACHED
    assert state(stop(clock, boundary), boundary) is SlaState.KEPT
    assert state(stop(clock, boundary + TICK), boundary + TICK) is SlaState.MISSED


@STEADY
@given(running_clocks(), edges(1), spans(40 * H))
def test_the_time_between_stop_and_reopening_does_not_count(
    clock: Clock, at: tuple[timedelta, ...], away: timedelta
) -> None:
    halt = clock.started_at + at[0]
    again = reopen(stop(clock, halt), halt + away)
    paused = paused_between(clock, SITE, halt, halt + away)
    for later in (NOTHING, 3 * H, 2 * DAY):
        assert used(again, halt + away + later) == used(paused, halt + away + later)
        assert due_at(again, halt + away + later) == due_at(paused, halt + away + later)
        assert state(again, halt + away + later) is state(paused, halt + away + later)


@STEADY
@given(running_clocks(), edges(2))
def test_stopping_while_paused_keeps_a_promise_that_was_not_yet_broken(clock: Clock, at: tuple[timedelta, ...]) -> None:
    a, b = (clock.started_at + offset for offset in at)
    broken = state(clock, a) is SlaState.BREACHED and due(clock, a) < b
    stopped = stop(pause(clock, CUSTOMER, a), b)
    assert state(stopped, b) is (SlaState.MISSED if broken else SlaState.KEPT)


@STEADY
@given(lives)
def test_a_clock_survives_json(life: tuple[Clock, datetime]) -> None:
    clock, _ = life
    adapter = TypeAdapter(Clock)
    assert adapter.validate_json(adapter.dump_json(clock)) == clock


@STEADY
@given(lives, gaps)
def test_a_round_the_clock_history_is_plain_arithmetic(life: tuple[Clock, datetime], later: timedelta) -> None:
    lived, last = life
    clock = replace(lived, terms=replace(lived.terms, calendar=ALWAYS))
    end = clock.stopped_at or last + later
    halts = [(p.start, p.end or end) for p in clock.pauses] + [(s.start, s.end) for s in clock.stops]
    cuts = sorted({clock.started_at, end, *(edge for halt in halts for edge in halt)})
    counted = NOTHING
    for a, b in pairwise(cut for cut in cuts if cut <= end):
        if not any(begun <= a and b <= until for begun, until in halts):
            counted += b - a
    assert used(clock, last + later) == counted


@STEADY
@given(running_clocks(), edges(2))
def test_a_pause_that_is_taken_back_at_once_changes_nothing(clock: Clock, at: tuple[timedelta, ...]) -> None:
    a, now = (clock.started_at + offset for offset in at)
    blinked = resume(pause(clock, SITE, a), SITE, a)
    for question in (used, due_at, warn_at, state, ledger):
        assert question(blinked, now) == question(clock, now)
