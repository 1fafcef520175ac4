"""The escalation ladder and the remedy."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.clock import pause, stop
from domain.errors import InvalidInputError
from domain.escalation import (
    EscalationStep,
    Ladder,
    Rung,
    escalation_times,
    next_escalation,
    remedy_for,
    rung_at,
)
from tests.unit.sla_builders import CUSTOMER, SITE, STEADY, TICK, H, M, a_clock, berlin, moments, utc

LADDER = Ladder(
    (
        EscalationStep(Rung.OWNER, timedelta(0)),
        EscalationStep(Rung.TEAM_LEAD, 30 * M),
        EscalationStep(Rung.MANAGER, 2 * H),
        EscalationStep(Rung.DIRECTOR, 8 * H),
    )
)
DUE = utc(3, 2, 12)


def test_each_rung_has_its_delay_after_the_one_before() -> None:
    assert escalation_times(LADDER, DUE) == (
        (DUE, Rung.OWNER),
        (DUE + 30 * M, Rung.TEAM_LEAD),
        (DUE + 2 * H + 30 * M, Rung.MANAGER),
        (DUE + 10 * H + 30 * M, Rung.DIRECTOR),
    )


def test_delays_are_real_time_over_a_clock_change() -> None:
    ladder = Ladder((EscalationStep(Rung.OWNER, 2 * H),))
    assert escalation_times(ladder, berlin(3, 29, 1)) == ((berlin(3, 29, 4), Rung.OWNER),)


def test_the_rung_is_the_highest_one_reached() -> None:
    assert rung_at(LADDER, DUE, DUE - TICK) is None
    assert rung_at(LADDER, DUE, DUE) is Rung.OWNER
    assert rung_at(LADDER, DUE, DUE + 30 * M - TICK) is Rung.OWNER
    assert rung_at(LADDER, DUE, DUE + 30 * M) is Rung.TEAM_LEAD
    assert rung_at(LADDER, DUE, DUE + 99 * H) is Rung.DIRECTOR


def test_the_next_escalation_lies_strictly_ahead() -> None:
    assert next_escalation(LADDER, DUE, DUE - H) == (DUE, Rung.OWNER)
    assert next_escalation(LADDER, DUE, DUE) == (DUE + 30 * M, Rung.TEAM_LEAD)
    assert next_escalation(LADDER, DUE, DUE + 10 * H) == (DUE + 10 * H + 30 * M, Rung.DIRECTOR)
    assert next_escalation(LADDER, DUE, DUE + 10 * H + 30 * M) is None


def test_of_rungs_reached_together_the_highest_counts() -> None:
    both = Ladder((EscalationStep(Rung.OWNER, H), EscalationStep(Rung.TEAM_LEAD, timedelta(0))))
    assert next_escalation(both, DUE, DUE) == (DUE + H, Rung.TEAM_LEAD)
    assert rung_at(both, DUE, DUE + H) is Rung.TEAM_LEAD


def test_without_rungs_nobody_is_told() -> None:
    assert escalation_times(Ladder(), DUE) == ()
    assert rung_at(Ladder(), DUE, DUE + H) is None
    assert next_escalation(Ladder(), DUE, DUE) is None


def test_a_negative_delay_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="delay: must not be negative"):
        EscalationStep(Rung.OWNER, -1 * M)


def test_a_remedy_is_owed_from_the_breach_on_and_stays_owed() -> None:
    clock = a_clock(remedy="A voucher.")  # due at 12:00
    assert remedy_for(clock, DUE - TICK) is None
    assert remedy_for(clock, DUE) == "A voucher."
    assert remedy_for(pause(clock, CUSTOMER, DUE + H), DUE + 2 * H) == "A voucher."
    assert remedy_for(stop(clock, DUE + H), DUE + 9 * H) == "A voucher."


def test_no_remedy_is_owed_for_a_kept_promise_or_without_one_in_the_terms() -> None:
    clock = a_clock(remedy="A voucher.")
    assert remedy_for(stop(clock, DUE), DUE + 9 * H) is None
    assert remedy_for(pause(clock, SITE, DUE - H), DUE + 9 * H) is None
    assert remedy_for(a_clock(), DUE + H) is None


steps = st.builds(EscalationStep, st.sampled_from(Rung), st.integers(0, 600).map(lambda m: m * M))
ladders = st.lists(steps, max_size=5).map(lambda found: Ladder(tuple(found)))


@STEADY
@given(ladders, moments())
def test_following_the_next_escalation_reaches_the_top_rung(ladder: Ladder, start: datetime) -> None:
    now, told = start - TICK, None
    while (step := next_escalation(ladder, start, now)) is not None:
        assert step[0] > now
        now, told = step
        assert rung_at(ladder, start, now) is told
    assert told is (ladder.steps[-1].rung if ladder.steps else None)


@STEADY
@given(ladders)
def test_a_ladder_survives_json(ladder: Ladder) -> None:
    adapter = TypeAdapter(Ladder)
    assert adapter.validate_json(adapter.dump_json(ladder)) == ladder
