"""What a stop makes of its case's promises."""

from datetime import datetime

import pytest

from domain.clock import ClockName
from domain.promise import Promise, SlaOfStop, StopPromise, sla_of_stop
from tests.builders import NOW, at


@pytest.mark.parametrize(
    ("finish", "now", "state"),
    [
        (at(3), NOW, StopPromise.KEPT),
        (at(4), NOW, StopPromise.KEPT),
        (at(4.1), NOW, StopPromise.JEOPARDY),
        (at(3), at(3), StopPromise.WARNING),
        (at(5), at(4), StopPromise.BREACHED),
        (None, NOW, StopPromise.KEPT),
    ],
)
def test_the_expected_end_is_held_against_the_promise(
    finish: datetime | None, now: datetime, state: StopPromise
) -> None:
    resolve = Promise(ClockName.RESOLVE, at(4), warn_at=at(3))
    assert sla_of_stop([resolve], now, NOW, finish) == SlaOfStop(state, at(4))


def test_the_worst_promise_counts_and_of_equals_the_first_that_is_due() -> None:
    on_site, resolve = Promise(ClockName.ON_SITE, at(1)), Promise(ClockName.RESOLVE, at(4))
    assert sla_of_stop([on_site, resolve], NOW, at(0.5), at(5)) == SlaOfStop(StopPromise.JEOPARDY, at(4))
    assert sla_of_stop([resolve, on_site], NOW, at(0.5), at(3)) == SlaOfStop(StopPromise.KEPT, at(1))


def test_an_answer_to_the_customer_is_not_the_engineers_promise() -> None:
    assert sla_of_stop([Promise(ClockName.RESPOND, at(-1))], NOW).state is StopPromise.NONE
    assert sla_of_stop([Promise(ClockName.RESOLVE, None)], NOW).state is StopPromise.NONE
    assert sla_of_stop([Promise(ClockName.ON_SITE, at(1), stopped_at=at(2))], at(3)).state is StopPromise.BREACHED
