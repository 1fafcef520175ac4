"""Travel times that depend on the hour: piecewise linear, so that who leaves later never arrives earlier.

The model is that of Ichoua, Gendreau and Potvin 2003, "Vehicle dispatching with time-dependent travel times": the
speed, not the travel time, changes from hour to hour, also on the way. In whole numbers: in an hour of ``percent``
each second covers ``UNIT * 100 / percent`` parts, rounded up, of a second of the matrix, which has ``UNIT`` parts.
"""

from bisect import bisect_left, bisect_right
from itertools import accumulate

from scheduler.units import Seconds

UNIT = 100_000
"""Parts of a second of the matrix: percentages are exact to five digits."""

HOUR: Seconds = 3600


class Hours:
    """How far one gets by when, for percentages of the matrix by hour of the day, over and over again.

    Attributes:
        speed: parts covered in each second of an hour.
        covered: parts covered by the start of each hour, and by the end of the day.
    """

    def __init__(self, percent_by_hour: tuple[int, ...]) -> None:
        self.speed = [-(-UNIT * 100 // percent) for percent in percent_by_hour]
        self.covered = [0, *accumulate(speed * HOUR for speed in self.speed)]

    def arrival(self, leaves: Seconds, leg: Seconds) -> Seconds:
        """The first whole second at which a way of ``leg`` seconds of the matrix is behind one who leaves then."""
        return self._when(self._by(leaves) + leg * UNIT)

    def latest(self, arrives: Seconds, leg: Seconds) -> Seconds:
        """The last moment to leave so as to be there at ``arrives``."""
        return self._last(self._by(arrives) - leg * UNIT)

    def interrupted(self, leaves: Seconds, pause: Seconds, resume: Seconds, leg: Seconds) -> Seconds:
        """The arrival if one who is not there by ``pause`` drives on at ``resume``; not before ``resume``."""
        rest = leg * UNIT - (self._by(pause) - self._by(leaves))
        return resume if rest <= 0 else self._when(self._by(resume) + rest)

    def latest_interrupted(self, arrives: Seconds, pause: Seconds, resume: Seconds, leg: Seconds) -> Seconds:
        """The last moment before ``pause`` to leave so as to be there at ``arrives`` all the same."""
        rest = leg * UNIT - (self._by(arrives) - self._by(resume))
        return pause if rest <= 0 else self._last(self._by(pause) - rest)

    def _by(self, moment: Seconds) -> int:
        """Parts covered from the horizon's start to a moment."""
        days, rest = divmod(moment, HOUR * len(self.speed))
        hour, seconds = divmod(rest, HOUR)
        return days * self.covered[-1] + self.covered[hour] + seconds * self.speed[hour]

    def _when(self, parts: int) -> Seconds:
        """The first second by which so many parts are covered."""
        days, rest = divmod(parts, self.covered[-1])
        hour = max(0, bisect_left(self.covered, rest) - 1)
        return days * HOUR * len(self.speed) + hour * HOUR - (self.covered[hour] - rest) // self.speed[hour]

    def _last(self, parts: int) -> Seconds:
        """The last second by which no more parts are covered."""
        days, rest = divmod(parts, self.covered[-1])
        hour = bisect_right(self.covered, rest) - 1
        return days * HOUR * len(self.speed) + hour * HOUR + (rest - self.covered[hour]) // self.speed[hour]
