"""What an engine answers, before it is written down as a plan."""

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.state import State
from scheduler.units import Cost

Stop = Callable[[], bool]
"""Says whether to stop; asked now and then."""


@dataclass(frozen=True)
class Solved:
    """An engine's answer.

    Attributes:
        state: the plan as an exact state.
        bound: no plan costs less, where that is proven.
        stopped: somebody stopped it before its budget.
    """

    state: State
    bound: Cost | None = None
    stopped: bool = False
