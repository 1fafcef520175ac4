"""Time for workflows: every "now" and every timer goes through the timebase of the workflow's input."""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

from domain.errors import InvalidInputError
from domain.timebase import Timebase

# A timer that ends a moment early by rounding would make its waiter spin; this is far below any step's length.
ROUNDING = timedelta(milliseconds=1)


class Timekeeper:
    """A workflow's clock and timers in virtual time."""

    def __init__(self, timebase: Timebase) -> None:
        self._timebase = timebase

    def now(self) -> datetime:
        """The virtual time; the same again in a replay."""
        return self._timebase.virtual(workflow.now())

    def acted_at(self, given: datetime | None) -> datetime:
        """When a person acted: the moment given by the phone, but never in the future.

        Raises:
            InvalidInputError: The moment has no time zone.
        """
        if given is not None and given.tzinfo is None:
            raise InvalidInputError("at", "must carry a time zone")
        now = self.now()
        return min(given, now) if given else now

    async def wait(self, condition: Callable[[], bool], until: datetime | None = None) -> bool:
        """Wait for a condition, at most until a virtual moment (None: for ever).

        Returns:
            Whether the condition holds; False when time ran out first.
        """
        if until is None:
            await workflow.wait_condition(condition)
            return True
        delay = self._timebase.real_delay(until - self.now())
        if delay <= timedelta(0):
            return condition()
        try:
            await workflow.wait_condition(condition, timeout=delay + ROUNDING)
        except TimeoutError:
            return condition()
        return True

    async def sleep(self, span: timedelta) -> None:
        """Let a span of virtual time pass."""
        delay = self._timebase.real_delay(span)
        if delay > timedelta(0):
            await workflow.sleep(delay)
