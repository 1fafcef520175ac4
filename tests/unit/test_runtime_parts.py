"""Restarting what has died: pauses, news, and what counts as done."""

import os

from runtime.errors import StackError
from runtime.parts import Part
from runtime.processes import Identity

_GONE = Identity(pid=os.getpid(), started=0.0)


def _alive() -> Identity:
    found = Identity.of(os.getpid())
    assert found is not None
    return found


class _Starts:
    """A start that answers with one result after the other."""

    def __init__(self, *results: Identity | StackError) -> None:
        self.results = list(results)

    def __call__(self) -> Identity:
        result = self.results.pop(0)
        if isinstance(result, StackError):
            raise result
        return result


def a_part(*results: Identity | StackError, done: bool = False) -> Part:
    return Part("worker", _Starts(*results), lambda _: None, is_done=lambda: done)


def test_a_living_part_is_left_alone() -> None:
    part = a_part(_alive())
    part.start(0.0)
    assert part.tend(1.0) is None
    assert part.restarts == 0


def test_a_dead_part_starts_again_after_its_pause() -> None:
    part = a_part(_GONE, _alive())
    part.start(0.0)
    assert part.tend(1.0) == "worker ended: starting it again in 0.5 s"
    assert part.tend(1.4) is None
    assert part.tend(1.5) == "worker runs again"
    assert part.restarts == 1


def test_pauses_double_up_to_fifteen_seconds() -> None:
    part = a_part(*[_GONE] * 8)
    part.start(0.0)
    news = [part.tend(100.0 * turn) or "" for turn in range(14)]
    pauses = [line.rpartition("in ")[2] for line in news if "starting it again" in line]
    assert pauses == ["0.5 s", "1.0 s", "2.0 s", "4.0 s", "8.0 s", "15.0 s", "15.0 s"]


def test_a_part_that_ran_for_long_begins_with_the_short_pause_again() -> None:
    part = a_part(_GONE, _alive())
    part.start(0.0)
    part.tend(0.0)
    part.tend(10.0)
    part.tend(41.0)
    part.identity = _GONE
    assert part.tend(42.0) == "worker ended: starting it again in 0.5 s"


def test_a_start_that_fails_is_told_in_one_line_and_tried_again() -> None:
    part = a_part(_GONE, StackError("no room\nlong log"), _alive())
    part.start(0.0)
    part.tend(0.0)
    assert part.tend(1.0) == "worker did not come back: no room"
    assert part.tend(1.0) == "worker ended: starting it again in 1.0 s"
    assert part.tend(2.0) == "worker runs again"


def test_a_part_that_has_done_its_work_is_not_started_again() -> None:
    part = a_part(_GONE, done=True)
    part.start(0.0)
    assert part.tend(1.0) is None
    assert part.is_done
