"""Virtual time: every workflow timer and every "now" goes through a timebase.

``virtual = epoch + (real - started) * speed``. In production speed is 1 and epoch equals started, so both
clocks are the same. A simulation or a demonstration runs a whole operation faster than the wall clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import InvalidInputError


@dataclass(frozen=True)
class Timebase:
    """A linear map from real to virtual time.

    Attributes:
        epoch: The virtual moment that corresponds to ``started``; aware.
        started: The real moment at which virtual time was ``epoch``; aware.
        speed: Virtual seconds per real second, 0.01 to 100,000; 1 in production.
    """

    epoch: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    started: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not 0.01 <= self.speed <= 100_000:
            raise InvalidInputError("speed", "must lie between 0.01 and 100,000")
        for name in ("epoch", "started"):
            if getattr(self, name).tzinfo is None:
                raise InvalidInputError(name, "must carry a time zone")

    def virtual(self, real: datetime) -> datetime:
        """The virtual time at a real moment."""
        return self.epoch + (real - self.started) * self.speed

    def real(self, virtual: datetime) -> datetime:
        """The real moment at which virtual time is ``virtual``."""
        return self.started + (virtual - self.epoch) / self.speed

    def real_delay(self, virtual: timedelta) -> timedelta:
        """How long a virtual span lasts in real time."""
        return virtual / self.speed


REAL_TIME = Timebase()
