"""The facts as typed arrays, the only thing that compiled code sees.

Nodes are numbered: visits ``0 .. V-1`` as in the problem, then warehouses ``V .. V+W-1``. A *slot* is one usable
shift of one engineer (see ``facts``). Columns of the packed tables have names, so that compiled code reads
``slot[s, START]``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scheduler.facts import NEVER, Facts, pinned_engineer
from scheduler.policy import HardRule
from scheduler.units import Sku

Ints: TypeAlias = NDArray[np.int64]
SmallInts: TypeAlias = NDArray[np.int32]

FORBIDDEN_LEG = 1 << 31
"""Cost of a leg that is too dear for 32 bits."""

PRECIOUS = 1 << 50
"""Cost of leaving out what must stay."""

FORBIDDEN = 1 << 60
"""Cost of what is not allowed; above every cost of a plan."""

START, END, LIMIT, START_PLACE, END_PLACE = 0, 1, 2, 3, 4
BREAK_EARLIEST, BREAK_LATEST, BREAK_DURATION = 5, 6, 7
MAX_VISITS, ENGINEER, RATES, OVERTIME_RATE, WORKING_RATE, FAIRNESS, SPAN, LONGEST = range(8, 16)
SLOT_COLUMNS = 16
"""Columns of ``slot``: seconds; places; seconds (duration 0: no break); a count; the engineer; the first index of
``legs``; cost per hour of overtime and of working time, times 100; the policy's ``fairness_percent``; the length of the
shift; the longest tour (``facts.ENDLESS``: no limit)."""

PLACE, WINDOW_FROM, WINDOW_TO, LATE_AFTER, LATE_RATE, PUBLISHED, MOVED_RATE, HELD, MAY_BE_LATE = range(9)
NODE_COLUMNS = 9
"""Columns of ``node``: place; first and last + 1 row of ``window``; last start in time with the usual duration; cost
per minute late, times 100; published start or -1; cost per minute moved; published start that may still be held, or -1;
0 or 1."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """A problem for compiled code.

    Attributes:
        travel: seconds between places, ``places x places``.
        legs: cost of travel and distance between places for each pair of rates, ``rates x places x places``.
        slot: ``slots x SLOT_COLUMNS``.
        node: ``nodes x NODE_COLUMNS``.
        window: first and last start of each window, in order for each node.
        work: seconds that a node takes in a slot, ``slots x nodes``.
        fit: cost of the engineer for a visit, ``FORBIDDEN`` where the slot is blocked, ``slots x visits``.
        unserved: cost of leaving a visit out.
        line: for each visit the rows of the part tables, ``line[v] .. line[v + 1]``.
        sku, units, shipped: of each row: the part, how many, and when a shipped one is there (-1: cannot be shipped).
        van: units of each part in each engineer's van, ``engineers x parts``.
        stock: units of each part in each warehouse, ``warehouses x parts``.
        tools_missing: tools that a slot's engineer lacks for a visit, as bits, ``slots x visits``.
        tools_lent: tools that a warehouse lends, as bits.
        usual: seconds that a node takes an engineer without a learned duration of his own.
        skus: the parts, in the order of their columns.
        percent_by_hour: of the travel times, by hour of the day; empty if they do not depend on it.
        plain: every visit has one window, and no break, hour, promise, published start or pin makes times cost or bend.
    """

    travel: SmallInts
    legs: SmallInts
    slot: Ints
    node: Ints
    window: Ints
    work: SmallInts
    fit: Ints
    unserved: Ints
    line: Ints
    sku: Ints
    units: Ints
    shipped: Ints
    van: Ints
    stock: Ints
    tools_missing: Ints
    tools_lent: Ints
    usual: Ints
    skus: tuple[Sku, ...]
    percent_by_hour: tuple[int, ...]
    plain: bool

    @property
    def visits(self) -> int:
        """How many visits there are."""
        return len(self.unserved)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.slot)


def arrays_of(facts: Facts) -> Arrays:
    """The arrays of a prepared problem.

    Raises:
        OverflowError: a leg costs 2**31 or more.
    """
    problem, policy = facts.problem, facts.policy
    rates = _rates(facts)
    node, window = _nodes(facts)
    slot = _slots(facts, list(rates))
    needed = sorted({sku for visit in problem.visits for sku in visit.parts}) if policy.on(HardRule.PARTS) else []
    column = {sku: k for k, sku in enumerate(needed)}
    line, sku, units, shipped = _lines(facts, column)
    missing, lent = _tools(facts)
    fit = np.array([[facts.fit[v][s.engineer] for v in range(len(problem.visits))] for s in facts.slots], np.int64)
    fit = fit.reshape(len(facts.slots), len(problem.visits))
    for v, row in enumerate(facts.blocked):
        fit[[s for s, reason in enumerate(row) if reason is not None], v] = FORBIDDEN
    return Arrays(
        travel=problem.travel,
        legs=_legs(facts, rates.values()),
        slot=slot,
        node=node,
        window=window,
        work=_work(facts),
        fit=fit,
        unserved=np.array(facts.unserved, np.int64),
        line=line,
        sku=sku,
        units=units,
        shipped=shipped,
        van=_stock([engineer.van for engineer in problem.engineers], needed),
        stock=_stock([warehouse.stock for warehouse in problem.warehouses], needed),
        tools_missing=missing,
        tools_lent=lent,
        usual=np.array([node.duration for node in _in_order(facts)], np.int64),
        skus=tuple(needed),
        percent_by_hour=problem.travel_percent_by_hour,
        plain=not problem.travel_percent_by_hour and _is_plain(slot, node, len(problem.visits)),
    )


def _in_order(facts: Facts) -> list[Any]:
    """The nodes: visits, then warehouses."""
    warehouses = range(len(facts.problem.warehouses))
    return [facts.nodes[v] for v in range(len(facts.timings))] + [facts.nodes[-1 - w] for w in warehouses]


def _work(facts: Facts) -> SmallInts:
    usual = np.array([node.duration for node in _in_order(facts)], np.int32)
    out = np.tile(usual, (len(facts.slots), 1)).reshape(len(facts.slots), len(usual))
    for s, slot in enumerate(facts.slots):
        for v, (timing, _) in facts.learned[slot.engineer].items():
            out[s, v] = timing.duration
    return out


def _rates(facts: Facts) -> dict[tuple[int, int], int]:
    """For each pair of rates that occurs, an engineer who has it."""
    out: dict[tuple[int, int], int] = {}
    for e, engineer in enumerate(facts.problem.engineers):
        out.setdefault((engineer.cost_per_hour, engineer.cost_per_km), e)
    return out


def _legs(facts: Facts, engineers: Any) -> SmallInts:
    wide = np.array([facts.legs(e).both for e in engineers], np.int64)
    if wide.size and wide.max() >= FORBIDDEN_LEG:
        raise OverflowError("a leg costs too much for 32 bits")
    return wide.reshape(-1, facts.problem.places, facts.problem.places).astype(np.int32)


def _slots(facts: Facts, rates: list[tuple[int, int]]) -> Ints:
    out = np.zeros((len(facts.slots), SLOT_COLUMNS), np.int64)
    for s, slot in enumerate(facts.slots):
        who = facts.problem.engineers[slot.engineer]
        pause = slot.break_
        out[s] = (
            slot.start,
            slot.end,
            slot.limit,
            slot.start_place,
            slot.end_place,
            *((0, 0, 0) if pause is None else (pause.earliest, pause.latest, pause.duration)),
            slot.max_visits,
            slot.engineer,
            rates.index((who.cost_per_hour, who.cost_per_km)),
            who.cost_per_hour * facts.policy.overtime_percent,
            who.cost_per_hour * facts.policy.working_percent,
            facts.policy.fairness_percent,
            max(1, who.shifts[slot.shift_index].end - who.shifts[slot.shift_index].start),
            slot.longest,
        )
    return out


def _nodes(facts: Facts) -> tuple[Ints, Ints]:
    nodes: list[Any] = _in_order(facts)
    windows: list[tuple[int, int]] = []
    table = np.zeros((len(nodes), NODE_COLUMNS), np.int64)
    for n, node in enumerate(nodes):
        first = len(windows)
        windows.extend((max(start, node.earliest), end) for start, end in node.windows if end >= node.earliest)
        late_after, late_rate, published, moved, held = NEVER, 0, -1, 0, -1
        if n < len(facts.timings):
            timing = facts.timings[n]
            late_after, late_rate, moved = timing.late_after, timing.late_rate, timing.moved_rate
            published = -1 if timing.published is None else timing.published
            start = facts.held[n]
            held = -1 if start is None else start
        table[n] = (
            node.place, first, len(windows), late_after, late_rate, published, moved, held, node.may_be_late,
        )  # fmt: skip
    return table, np.array(windows, np.int64).reshape(-1, 2)


def _lines(facts: Facts, column: dict[str, int]) -> tuple[Ints, Ints, Ints, Ints]:
    """Where each visit's parts are in the flat tables, and these."""
    first, rows = [0], []
    for visit in facts.problem.visits:
        if column:
            rows += [(column[sku], units, visit.shipped.get(sku, -1)) for sku, units in visit.parts.items() if units]
        first.append(len(rows))
    table = np.array(rows, np.int64).reshape(-1, 3)
    return np.array(first, np.int64), *(np.ascontiguousarray(table[:, k]) for k in range(3))  # type: ignore[return-value]


def _stock(holders: Sequence[Any], needed: list[str]) -> Ints:
    rows = [[holder.get(sku, 0) for sku in needed] for holder in holders]
    return np.array(rows, np.int64).reshape(len(holders), len(needed))


def _tools(facts: Facts) -> tuple[Ints, Ints]:
    """Tools as bits. Only tools that some warehouse lends are listed: without any other, a slot is blocked."""
    problem = facts.problem
    lent = sorted({tool for warehouse in problem.warehouses for tool in warehouse.tools})
    bit = {tool: 1 << k for k, tool in enumerate(lent)}
    on = facts.policy.on(HardRule.TOOLS) and bool(lent)
    missing = np.zeros((len(facts.slots), len(problem.visits)), np.int64)
    if on:
        for s, slot in enumerate(facts.slots):
            held = problem.engineers[slot.engineer].tools
            missing[s] = [
                0 if pinned_engineer(visit) is not None else sum(bit.get(tool, 0) for tool in visit.tools - held)
                for visit in problem.visits
            ]
    lends = [sum(bit[tool] for tool in warehouse.tools) for warehouse in problem.warehouses]
    return missing, np.array(lends, np.int64)


def _is_plain(slot: Ints, node: Ints, visits: int) -> bool:
    if np.any(slot[:, BREAK_DURATION] > 0):
        return False
    own = node[:visits]
    one = np.all(node[:, WINDOW_TO] - node[:, WINDOW_FROM] <= 1)
    still = np.all(own[:, LATE_RATE] == 0) and np.all(own[:, PUBLISHED] < 0) and not np.any(own[:, MAY_BE_LATE])
    return bool(one and still)


def frozen(arrays: Arrays, places: Mapping[int, tuple[int, int]], out: Iterable[int]) -> Arrays:
    """The same problem with some visits in their slot and at their start, as (slot, start), and others left out."""
    node, fit, window, unserved = arrays.node.copy(), arrays.fit.copy(), arrays.window, arrays.unserved.copy()
    for v in out:
        fit[:, v] = FORBIDDEN
    for v, (slot, start) in places.items():
        own = fit[slot, v]
        fit[:, v] = FORBIDDEN
        fit[slot, v] = own
        unserved[v] = PRECIOUS  # no plan without it is worth anything
        node[v, WINDOW_FROM], node[v, WINDOW_TO], node[v, MAY_BE_LATE] = len(window), len(window) + 1, 0
        window = np.concatenate([window, [[start, start]]])
    return replace(arrays, node=node, fit=fit, window=window, unserved=unserved)
