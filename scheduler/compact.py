"""Leave late: the same end of a route with later starts, where time away from home is paid for."""

from collections.abc import Sequence

from scheduler.coupling import Wait
from scheduler.facts import NEVER, Facts, Node, Slot
from scheduler.problem import Break
from scheduler.units import Seconds

NO_BREAK = -1

Times = tuple[list[Seconds], int, Seconds]
"""Starts, the item before which the break is taken (or ``NO_BREAK``), and the end."""


def departure(facts: Facts, slot: Slot, leg: Seconds, first: Seconds, gap: int) -> Seconds:
    """When the engineer leaves, as late as possible: nobody waits at a closed door who could still be at home.

    Args:
        facts: the prepared problem.
        slot: the shift that is driven.
        leg: travel to the first stop.
        first: when the first stop starts.
        gap: the item before which the break is taken.
    """
    return _latest_free(facts, slot.break_ if gap == 0 else None, leg, first)


def compact(
    facts: Facts, slot: Slot, nodes: Sequence[Node], times: Times, limits: Sequence[Seconds], waits: Sequence[Wait]
) -> Times:
    """The latest starts with the same end, and the break between the same stops.

    This is the shortest route in time for the order where each stop has a single window (Savelsbergh 1992, "The
    vehicle routing problem with time windows: minimizing route duration"). Where travel depends on the hour, it is the
    latest departure still. A break before the first stop falls away if the engineer can leave after its window, unless
    a visit is late for its pin because of it.

    Args:
        facts: the prepared problem.
        slot: the shift that is driven.
        nodes: the stops.
        times: feasible times with the earliest end.
        limits: no stop starts after its limit, unless it does so already.
        waits: delays to be kept between stops.
    """
    starts, gap, end = times
    late = list(starts)
    place, bound = slot.end_place, end
    for i in range(len(nodes) - 1, -1, -1):
        node = nodes[i]
        pause = slot.break_ if gap == i + 1 else None
        free = _latest_free(facts, pause, facts.travel[node.place][place], bound)
        awaited = min((late[j] - delay for j, k, delay in waits if k == i), default=NEVER)
        last = min(free, awaited) - node.duration
        late[i] = _latest_start(node, starts[i], min(last, node.latest, max(starts[i], limits[i])))
        place, bound = node.place, late[i]
    first_leg = facts.travel[slot.start_place][place]
    punctual = all(map(_in_window, nodes, late))
    if gap == 0 and slot.break_ is not None and punctual:
        gap = NO_BREAK if _latest_free(facts, None, first_leg, bound) > slot.break_.latest else gap
    return late, gap, end


def _latest_free(facts: Facts, pause: Break | None, leg: Seconds, bound: Seconds) -> Seconds:
    """The latest moment to set out, so that the next stop can start at ``bound``, with a break before it or without."""
    straight = bound - leg if facts.hours is None else facts.hours.latest(bound, leg)
    if pause is None:
        return straight
    before = min(pause.latest, straight - pause.duration)
    if facts.hours is None or before >= pause.earliest:
        return before
    return facts.hours.latest_interrupted(bound, pause.earliest, pause.earliest + pause.duration, leg)


def _in_window(node: Node, start: Seconds) -> bool:
    return any(first <= start <= last for first, last in node.windows)


def _latest_start(node: Node, start: Seconds, bound: Seconds) -> Seconds:
    """The latest allowed start up to ``bound``; a pinned visit that is late already is not made later."""
    if not _in_window(node, start):
        return start
    return max(min(last, bound) for first, last in node.windows if first <= bound)
