"""How much one caller may send: a bucket of tokens each, in this process alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from api.accounts import TooManyError

_MOST = 10_000


@dataclass(frozen=True)
class Rate:
    """Requests per second in the long run, and at once."""

    per_second: float
    at_once: int


class Buckets:
    """A bucket per caller; a full one need not be remembered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float, Rate]] = {}

    def take(self, caller: str, rate: Rate, cost: float = 1) -> None:
        """Count one request, or what costs as much as several.

        Raises:
            TooManyError: The bucket is empty; it says when it is not.
        """
        now = self._clock()
        left = self._left_of(caller, rate, now)
        if left < cost:
            raise TooManyError("You send too many requests.", (cost - left) / rate.per_second)
        if len(self._left) >= _MOST:
            self._forget_full(now)
        self._left[caller] = (left - cost, now, rate)

    def _left_of(self, caller: str, rate: Rate, now: float) -> float:
        left, then, _ = self._left.get(caller, (rate.at_once, now, rate))
        return min(rate.at_once, left + (now - then) * rate.per_second)

    def _forget_full(self, now: float) -> None:
        kept = {c: held for c, held in self._left.items() if self._left_of(c, held[2], now) < held[2].at_once}
        # Under an attack from countless addresses none is full: then the oldest go.
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-_MOST // 2 :])
