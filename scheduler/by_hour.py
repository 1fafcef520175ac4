"""Compiled: travel times that depend on the hour. The same numbers as ``hours``, which tests hold it to.

``hours`` is empty where travel takes as long at every hour; else ``table_of(percent by hour)``: the parts of a second
of the matrix that a second covers, by hour, and then the parts covered from midnight to each hour, one more than hours.
"""

from itertools import accumulate

import numpy as np

from scheduler.address import compiled
from scheduler.arrays import Ints
from scheduler.hours import HOUR, UNIT

PARTS = int(UNIT)
LONG = int(HOUR)


def table_of(percent_by_hour: tuple[int, ...]) -> Ints:
    """Speeds and sums for compiled code; empty for no percentages."""
    speed = [-(-UNIT * 100 // percent) for percent in percent_by_hour]
    return np.array([*speed, 0, *accumulate(each * HOUR for each in speed)] if speed else [], np.int64)


@compiled
def covered(moment, hours):
    """Parts covered from the horizon's start to a moment."""
    n = len(hours) // 2
    days, rest = moment // (LONG * n), moment % (LONG * n)
    hour = rest // LONG
    return days * hours[2 * n] + hours[n + hour] + rest % LONG * hours[hour]


@compiled
def first_by(parts, hours):
    """The first second by which so many parts are covered."""
    n = len(hours) // 2
    days, rest = parts // hours[2 * n], parts % hours[2 * n]
    hour = 0
    while hour + 1 < n and hours[n + hour + 1] < rest:
        hour += 1
    return days * LONG * n + hour * LONG - (hours[n + hour] - rest) // hours[hour]


@compiled
def last_by(parts, hours):
    """The last second by which no more parts are covered."""
    n = len(hours) // 2
    days, rest = parts // hours[2 * n], parts % hours[2 * n]
    hour = 0
    while hour + 1 < n and hours[n + hour + 1] <= rest:
        hour += 1
    return days * LONG * n + hour * LONG + (rest - hours[n + hour]) // hours[hour]


@compiled
def arrive(leaves, leg, hours):
    """When a way of ``leg`` seconds of the matrix is behind one who leaves then."""
    return first_by(covered(leaves, hours) + leg * PARTS, hours) if len(hours) else leaves + leg


@compiled
def latest(arrives, leg, hours):
    """The last moment to leave so as to be there at ``arrives``."""
    return last_by(covered(arrives, hours) - leg * PARTS, hours)


@compiled
def interrupted(leaves, pause, resume, leg, hours):
    """The arrival if one who is not there by ``pause`` drives on at ``resume``; not before ``resume``."""
    rest = leg * PARTS - (covered(pause, hours) - covered(leaves, hours))
    return resume if rest <= 0 else first_by(covered(resume, hours) + rest, hours)


@compiled
def latest_interrupted(arrives, pause, resume, leg, hours):
    """The last moment before ``pause`` to leave so as to be there at ``arrives`` all the same."""
    rest = leg * PARTS - (covered(arrives, hours) - covered(resume, hours))
    return pause if rest <= 0 else last_by(covered(pause, hours) - rest, hours)
