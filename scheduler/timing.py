"""When a route's stops start: the times that keep windows, opening hours, break and shift at the least cost.

A route is a list of items: a visit's number, or ``-1 - w`` for a stop at warehouse ``w``. Cheap enough to be
called for every candidate insertion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from scheduler.compact import NO_BREAK, Times, compact, departure
from scheduler.coupling import Wait
from scheduler.facts import ENDLESS, NEVER, Facts, Node, Slot
from scheduler.problem import Break
from scheduler.units import Cost, Seconds

__all__ = ["NO_BREAK", "Bounds", "Item", "Timed", "arrival_after", "time_route", "warehouse_item"]

Item = int

TURNS = 20
"""So often a tour that is too long is timed anew with the next departure that may do."""

STRIDE: Seconds = 300
"""From then on each departure is at least so much later."""


class Bounds(NamedTuple):
    """What other routes allow a visit: the first and the last start, and one at which it may be late for its pin."""

    first: Seconds = 0
    last: Seconds = NEVER
    excused: Seconds = NEVER


def warehouse_item(w: int) -> Item:
    """The item of a stop at warehouse ``w``; its own inverse."""
    return -1 - w


@dataclass(frozen=True)
class Timed:
    """A route with its times.

    Attributes:
        starts: when each item starts (the engineer may be there earlier).
        break_gap: the break is taken before this item (``len(starts)``: before coming home), or ``NO_BREAK``.
        departure: when the engineer leaves.
        end: when the engineer is home, or the break after coming home is over.
        cost: travel, distance, overtime, working time, lateness, disruption, the fit of the engineer, and the load.
    """

    starts: tuple[Seconds, ...]
    break_gap: int
    departure: Seconds
    end: Seconds
    cost: Cost


def time_route(
    facts: Facts,
    slot: Slot,
    items: Sequence[Item],
    ready: Mapping[int, Seconds],
    bounds: Mapping[int, Bounds] | None = None,
) -> Timed | None:
    """The cheapest of two timings: everything as early as possible, or published starts held.

    Where working time is paid for, each of the two is also tried with the latest departure. Where a tour may not be
    longer than so long, "as early as possible" is as early as that allows.

    Args:
        facts: the prepared problem.
        slot: the shift that is driven.
        items: the route.
        ready: for visits that wait for a shipped part, when it is there.
        bounds: for visits that depend on other routes, the first and last start that these allow.

    Returns:
        The times, or None if no times keep all hard rules.
    """
    waits = facts.coupling.waits(items) if facts.coupling.before else []
    if waits is None:
        return None
    nodes = _route_nodes(facts, slot, items, ready, bounds)
    first = _earliest(facts, slot, nodes, waits)
    if first is None:
        return None
    best = _cheapest(facts, slot, items, nodes, first, waits)
    held = _held(facts, items, nodes)
    second = None if held is None else _earliest(facts, slot, held, waits)
    if held is not None and second is not None:
        best = min(best, _cheapest(facts, slot, items, held, second, waits), key=lambda timed: timed.cost)
    return best


def departures(
    facts: Facts, slot: Slot, items: Sequence[Item], ready: Mapping[int, Seconds], bounds: Mapping[int, Bounds]
) -> tuple[Seconds, Seconds] | None:
    """The first and the last departure of tours with the earliest possible end; None if no times keep all hard rules.

    Args:
        facts, slot, items, ready, bounds: see ``time_route``. A shift with a longest tour.
    """
    waits = facts.coupling.waits(items) if facts.coupling.before else []
    nodes = _route_nodes(facts, slot, items, ready, bounds)
    times = None if waits is None else _earliest(facts, slot, nodes, waits)
    if waits is None or times is None:
        return None
    starts, gap, end = compact(facts, slot, nodes, times, [NEVER] * len(items), waits)
    last = departure(facts, slot, facts.travel[slot.start_place][nodes[0].place], starts[0], gap)
    return max(slot.start, end - slot.longest), last


def _bounded(node: Node, bounds: Bounds) -> Node:
    return replace(node, not_before=bounds.first, latest=bounds.last, excused=bounds.excused)


def _cheapest(
    facts: Facts, slot: Slot, items: Sequence[Item], nodes: list[Node], times: Times, waits: Sequence[Wait]
) -> Timed:
    """The times as they are, or compact: as far as it goes, or as far as no visit becomes late or moves for it."""
    early = _priced(facts, slot, items, times)
    if not facts.policy.working_percent:
        return early
    free = compact(facts, slot, nodes, times, [NEVER] * len(items), waits)
    soft = compact(facts, slot, nodes, times, [facts.soft_limit(item, slot.engineer) for item in items], waits)
    return min(early, *(_priced(facts, slot, items, late) for late in (free, soft)), key=lambda timed: timed.cost)


def _earliest(facts: Facts, slot: Slot, nodes: list[Node], waits: Sequence[Wait]) -> Times | None:
    """The times with the earliest end for which the tour is not too long; all else is as early as that allows.

    Nobody is home before who leaves at once, and who may be out for so long leaves no longer than that before coming
    home: so it is timed anew with that departure, until it does. Nothing possible is missed in the first turns.
    """
    begin, turn = slot.start, 0
    while True:
        times = _forward(facts, slot, nodes, waits, begin)
        if times is None or slot.longest == ENDLESS or not nodes:
            return times
        starts, gap, end = times
        if end - departure(facts, slot, facts.travel[slot.start_place][nodes[0].place], starts[0], gap) <= slot.longest:
            return times
        turn += 1
        stride = STRIDE if turn >= TURNS else 0
        begin = _later(facts, slot, nodes, begin, gap, max(end - slot.longest, begin + stride))


def _later(facts: Facts, slot: Slot, nodes: list[Node], begin: Seconds, gap: int, least: Seconds) -> Seconds:
    """The next departure to try, not before ``least``; a break falls away for who leaves after its window."""
    pause = slot.break_
    if pause is None or begin > pause.latest:
        return least
    if least > pause.latest:
        return pause.latest + 1
    if gap == NO_BREAK or facts.hours is not None:
        return least
    places = [slot.start_place, *(node.place for node in nodes), slot.end_place]
    busy = sum(facts.travel[a][b] for a, b in pairwise(places)) + sum(node.duration for node in nodes)
    return pause.latest + 1 if busy + pause.duration > slot.longest else least


def _route_nodes(
    facts: Facts,
    slot: Slot,
    items: Sequence[Item],
    ready: Mapping[int, Seconds],
    bounds: Mapping[int, Bounds] | None,
) -> list[Node]:
    known = facts.nodes_of(slot.engineer, items)
    nodes = [replace(known[item], earliest=ready[item]) if item in ready else known[item] for item in items]
    if not bounds:
        return nodes
    return [_bounded(node, bounds[i]) if i in bounds else node for i, node in zip(items, nodes, strict=True)]


def _held(facts: Facts, items: Sequence[Item], nodes: list[Node]) -> list[Node] | None:
    """The same nodes, not before their published starts; None if nothing was published."""
    out = list(nodes)
    for i, item in enumerate(items):
        published = facts.held[item]
        if published is not None and published > out[i].earliest:
            out[i] = replace(out[i], earliest=published)
    return None if out == nodes else out


def _fit(node: Node, arrival: Seconds, pinned_until: Seconds, release: Seconds, at_once: bool) -> Seconds:
    """The first allowed start at or after the arrival and the release by another visit, or NEVER.

    A visit pinned to an engineer may be late if only visits pinned to no later times come before it, and the engineer
    left and comes at once or waits for one of the group who does.
    """
    moment = max(node.earliest, arrival, node.not_before, release)
    for first, last in node.windows:
        if last >= moment:
            start = max(first, moment)
            return start if start <= node.latest else NEVER
    if not node.may_be_late or node.windows[0][0] < pinned_until:
        return NEVER
    unavoidable = moment == node.excused or (at_once and moment == max(node.earliest, arrival))
    return moment if unavoidable and moment <= node.latest else NEVER


def arrival_after(facts: Facts, pause: Break | None, free: Seconds, leg: Seconds) -> Seconds:
    """When somebody who is free then arrives, with a break on the way or without."""
    return facts.arrival(free, leg) if pause is None else _after_break(facts, pause, free, leg)


def _after_break(facts: Facts, pause: Break, free: Seconds, leg: Seconds) -> Seconds:
    """The arrival when the break is taken between ``free`` and the next start, or NEVER if it is too late for it.

    It is taken as soon as it may be, on the way if need be.
    """
    begin = max(free, pause.earliest)
    if begin > pause.latest:
        return NEVER
    if facts.hours is not None:
        return facts.hours.interrupted(free, begin, begin + pause.duration, leg)
    return pause.duration + max(begin, free + leg)


def _forward(facts: Facts, slot: Slot, nodes: list[Node], waits: Sequence[Wait], begin: Seconds) -> Times | None:
    """Earliest starts for who leaves at ``begin`` or later, where the break falls, and the end.

    Two labels are carried along the route: the earliest moment with the break still ahead, and with the break
    behind. Each is as early as can be, so the earliest end is exact.
    """
    pause, at_once = slot.break_, begin == slot.start
    if pause is not None and begin > pause.latest:
        pause = None
    ahead, behind = begin, NEVER if pause is not None else begin
    place, pinned_until = slot.start_place, 0
    trace: list[tuple[Seconds, Seconds, bool]] = []
    release_ahead = release_behind = 0
    hours = facts.hours
    for node in nodes:
        leg = facts.travel[place][node.place]
        if waits:
            release_ahead, release_behind = _releases(nodes, trace, waits)
        start_behind = NEVER
        if behind < NEVER:
            arrival = behind + leg if hours is None else hours.arrival(behind, leg)
            start_behind = _fit(node, arrival, pinned_until, release_behind, at_once)
        start_ahead, taken_here = NEVER, False
        if pause is not None and ahead < NEVER:
            arrival = ahead + leg if hours is None else hours.arrival(ahead, leg)
            start_ahead = _fit(node, arrival, pinned_until, release_ahead, at_once)
            arrival = _after_break(facts, pause, ahead, leg)
            start_now = _fit(node, arrival, pinned_until, release_ahead, at_once) if arrival < NEVER else NEVER
            # Of two breaks that cost no time here the later one delays nobody before.
            if start_now < NEVER and start_now <= start_behind:
                start_behind, taken_here = start_now, True
        trace.append((start_ahead, start_behind, taken_here))
        ahead = start_ahead + node.duration
        if pause is not None and ahead > pause.latest:
            ahead = NEVER
        behind = min(NEVER, start_behind + node.duration)
        if ahead >= NEVER and behind >= NEVER:
            return None
        place = node.place
        if node.is_visit:
            pinned_until = max(pinned_until, node.windows[0][0]) if node.may_be_late else NEVER
    return _finish(facts, slot, pause, trace, (ahead, behind), facts.travel[place][slot.end_place])


def _releases(
    nodes: list[Node], trace: list[tuple[Seconds, Seconds, bool]], waits: Sequence[Wait]
) -> tuple[Seconds, Seconds]:
    """When the next item may start after those it waits for, with the break still ahead and behind."""
    ahead = behind = 0
    for i, k, delay in waits:
        if i == len(trace):
            taken_since = any(taken for _, _, taken in trace[k + 1 :])
            ahead = max(ahead, trace[k][0] + nodes[k].duration + delay)
            behind = max(behind, trace[k][0 if taken_since else 1] + nodes[k].duration + delay)
    return ahead, behind


def _finish(
    facts: Facts,
    slot: Slot,
    pause: Break | None,
    trace: list[tuple[Seconds, Seconds, bool]],
    free: tuple[Seconds, Seconds],
    leg: Seconds,
) -> Times | None:
    """Choose how the route ends, and walk the labels back."""
    ahead, behind = free
    home = behind if behind >= NEVER else facts.arrival(behind, leg)
    if pause is None:
        return None if home > slot.limit else ([t[1] for t in trace], NO_BREAK, home)
    straight = ahead if ahead >= NEVER else facts.arrival(ahead, leg)
    if straight <= min(pause.latest, slot.limit):
        return [t[0] for t in trace], NO_BREAK, straight
    last = _after_break(facts, pause, ahead, leg) if ahead < NEVER else NEVER
    end = min(last, home)
    if end > slot.limit:
        return None
    if last <= home:
        return [t[0] for t in trace], len(trace), last
    starts, gap, taken = [], NO_BREAK, True
    for i in range(len(trace) - 1, -1, -1):
        starts.append(trace[i][1] if taken else trace[i][0])
        if taken and trace[i][2]:
            gap, taken = i, False
    return starts[::-1], gap, end


def _priced(facts: Facts, slot: Slot, items: Sequence[Item], times: Times) -> Timed:
    starts, gap, end = times
    legs = facts.legs(slot.engineer).both
    cost, place = facts.overtime_cost(slot, end), slot.start_place
    for item, start in zip(items, starts, strict=True):
        if item >= 0:
            timing = facts.timing(item, slot.engineer)
            late, moved = timing.soft_cost(start)
            cost += legs[place][timing.place] + late + moved + facts.fit[item][slot.engineer]
            place = timing.place
        else:
            to = facts.problem.warehouses[warehouse_item(item)].place
            cost += legs[place][to]
            place = to
    if not items:
        return Timed((), gap, slot.start, end, cost)
    leaves = departure(facts, slot, facts.travel[slot.start_place][facts.nodes[items[0]].place], starts[0], gap)
    cost += legs[place][slot.end_place] + facts.working_cost(slot, leaves, end) + facts.load_cost(slot, items)
    return Timed(tuple(starts), gap, leaves, end, cost)
