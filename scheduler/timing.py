"""When a route's stops start: the times that keep windows, opening hours, break and shift at the least cost.

A route is a list of items: a visit's number, or ``-1 - w`` for a stop at warehouse ``w``. Cheap enough to be
called for every candidate insertion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.compact import NO_BREAK, Times, compact, departure
from scheduler.facts import NEVER, Facts, Node, Slot
from scheduler.problem import Break
from scheduler.units import Cost, Seconds

__all__ = ["NO_BREAK", "Item", "Timed", "time_route", "warehouse_item"]

Item = int


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
        cost: travel, distance, overtime, working time, lateness, disruption, and the fit of the engineer.
    """

    starts: tuple[Seconds, ...]
    break_gap: int
    departure: Seconds
    end: Seconds
    cost: Cost


def time_route(facts: Facts, slot: Slot, items: Sequence[Item], ready: Mapping[int, Seconds]) -> Timed | None:
    """The cheapest of two timings: everything as early as possible, or published starts held.

    Where working time is paid for, each of the two is also tried with the latest departure.

    Args:
        facts: the prepared problem.
        slot: the shift that is driven.
        items: the route.
        ready: for visits that wait for a shipped part, when it is there.

    Returns:
        The times, or None if no times keep all hard rules.
    """
    nodes = _route_nodes(facts, slot, items, ready)
    first = _forward(facts, slot, nodes)
    if first is None:
        return None
    best = _cheapest(facts, slot, items, nodes, first)
    held = _held(facts, items, nodes)
    second = None if held is None else _forward(facts, slot, held)
    if held is not None and second is not None:
        best = min(best, _cheapest(facts, slot, items, held, second), key=lambda timed: timed.cost)
    return best


def _cheapest(facts: Facts, slot: Slot, items: Sequence[Item], nodes: list[Node], times: Times) -> Timed:
    """The times as they are, or compact: as far as it goes, or as far as no visit becomes late or moves for it."""
    early = _priced(facts, slot, items, times)
    if not facts.policy.working_percent:
        return early
    free = compact(facts, slot, nodes, times, [NEVER] * len(items))
    soft = compact(facts, slot, nodes, times, [facts.soft_limit(item, slot.engineer) for item in items])
    return min(early, *(_priced(facts, slot, items, late) for late in (free, soft)), key=lambda timed: timed.cost)


def _route_nodes(facts: Facts, slot: Slot, items: Sequence[Item], ready: Mapping[int, Seconds]) -> list[Node]:
    known = facts.nodes_of(slot.engineer, items)
    return [replace(known[item], earliest=ready[item]) if item in ready else known[item] for item in items]


def _held(facts: Facts, items: Sequence[Item], nodes: list[Node]) -> list[Node] | None:
    """The same nodes, not before their published starts; None if nothing was published."""
    out = list(nodes)
    for i, item in enumerate(items):
        published = facts.held[item]
        if published is not None and published > out[i].earliest:
            out[i] = replace(out[i], earliest=published)
    return None if out == nodes else out


def _fit(node: Node, arrival: Seconds, pinned_until: Seconds) -> Seconds:
    """The first allowed start at or after the arrival, or NEVER.

    A visit pinned to an engineer may be late if only visits pinned to no later times come before it.
    """
    moment = max(node.earliest, arrival)
    for first, last in node.windows:
        if last >= moment:
            return max(first, moment)
    return moment if node.may_be_late and node.windows[0][0] >= pinned_until else NEVER


def _after_break(pause: Break, free: Seconds, arrival: Seconds) -> Seconds:
    """The arrival when the break is taken between ``free`` and the next start, or NEVER if it is too late for it."""
    begin = max(free, pause.earliest)
    if begin > pause.latest:
        return NEVER
    return pause.duration + max(begin, arrival)


def _forward(facts: Facts, slot: Slot, nodes: list[Node]) -> Times | None:
    """Earliest starts, where the break falls, and the end.

    Two labels are carried along the route: the earliest moment with the break still ahead, and with the break
    behind. Each is as early as can be, so the earliest end is exact.
    """
    pause = slot.break_
    ahead, behind = slot.start, NEVER if pause is not None else slot.start
    place, pinned_until = slot.start_place, 0
    trace: list[tuple[Seconds, Seconds, bool]] = []
    for node in nodes:
        leg = facts.travel[place][node.place]
        start_behind = _fit(node, behind + leg, pinned_until) if behind < NEVER else NEVER
        start_ahead, taken_here = NEVER, False
        if pause is not None and ahead < NEVER:
            start_ahead = _fit(node, ahead + leg, pinned_until)
            arrival = _after_break(pause, ahead, ahead + leg)
            start_now = _fit(node, arrival, pinned_until) if arrival < NEVER else NEVER
            if start_now < start_behind:
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
    return _finish(slot, trace, ahead, behind, facts.travel[place][slot.end_place])


def _finish(
    slot: Slot, trace: list[tuple[Seconds, Seconds, bool]], ahead: Seconds, behind: Seconds, leg: Seconds
) -> Times | None:
    """Choose how the route ends, and walk the labels back."""
    pause = slot.break_
    if pause is None:
        return None if behind + leg > slot.limit else ([t[1] for t in trace], NO_BREAK, behind + leg)
    if ahead + leg <= min(pause.latest, slot.limit):
        return [t[0] for t in trace], NO_BREAK, ahead + leg
    last = _after_break(pause, ahead, ahead + leg) if ahead < NEVER else NEVER
    end = min(last, behind + leg)
    if end > slot.limit:
        return None
    if last <= behind + leg:
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
    leaves = departure(slot, facts.travel[slot.start_place][facts.nodes[items[0]].place], starts[0], gap)
    cost += legs[place][slot.end_place] + facts.working_cost(slot, leaves, end)
    return Timed(tuple(starts), gap, leaves, end, cost)
