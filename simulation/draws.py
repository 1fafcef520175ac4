"""Chance that does not depend on the order of events: every draw has a key, and the same key draws the same.

So two dispatchers who face the same requests meet the same world, and a simulation that was killed goes on as
if nothing had happened.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from random import Random

# A simulated case's id is SOURCE-KEY or SOURCE-DISPATCHER.KEY; what chance sees is the key alone.
TWIN_MARK = "."


@dataclass(frozen=True)
class Draws:
    """A world of chance; ``seed`` tells worlds apart."""

    seed: int

    def of(self, *key: object) -> Random:
        """A stream of its own for this key."""
        text = "\x1f".join([str(self.seed), *map(str, key)])
        return Random(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))

    def chance(self, probability: float, *key: object) -> bool:
        """Whether something happens that happens with this probability."""
        return self.of(*key).random() < probability

    def delay(self, median: timedelta, spread: float, *key: object) -> timedelta:
        """A log-normal time with this median; ``spread`` is the standard deviation of its logarithm."""
        return median * math.exp(self.of(*key).gauss(0, spread))


def world_key(name: str) -> str:
    """What a twin's case, visit or engineer has in common with its twin's: ``SIM-OPT.241450-V1`` → ``241450-V1``."""
    return name.split(TWIN_MARK, 1)[-1]
