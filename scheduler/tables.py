"""The arrays packed into the few tables that the compiled search works on.

Nodes and slots are numbered as in ``arrays``. Columns have names, so that compiled code reads ``slot[s, START]``.
"""

from dataclasses import dataclass

import numpy as np

from scheduler import arrays, facts
from scheduler.arrays import (  # the columns of a slot, and the first ones of a node
    BREAK_DURATION,
    BREAK_EARLIEST,
    BREAK_LATEST,
    END,
    END_PLACE,
    ENGINEER,
    FAIRNESS,
    HELD,
    LATE_AFTER,
    LATE_RATE,
    LIMIT,
    MAX_VISITS,
    MAY_BE_LATE,
    MOVED_RATE,
    NODE_COLUMNS,
    OVERTIME_RATE,
    PLACE,
    PUBLISHED,
    RATES,
    SPAN,
    START,
    START_PLACE,
    WINDOW_FROM,
    WINDOW_TO,
    WORKING_RATE,
    Arrays,
    Ints,
    SmallInts,
)
from scheduler.by_hour import table_of

NEVER = int(facts.NEVER)
PROMISED = LATE_AFTER
"""Here this column of a node is the last finish in time, which does not depend on the engineer."""
IMPOSSIBLE = arrays.FORBIDDEN

PART_FROM, PART_TO, NEEDS, LENT, READY, SHIPS, WHERE, UNSERVED, FIXED = range(NODE_COLUMNS, NODE_COLUMNS + 9)
"""More columns of a node: first and last + 1 row of ``parts``; whether something must be fetched, shipped or taken from
the van; tools that a warehouse lends, as bits. The last ones are the search's own: when a visit's shipped parts are
there, whether they are shipped, and its slot or -1; what leaving it out costs; whether it never
leaves its route."""

FIT, WORK, LACKS = 0, 1, 2
"""Columns of ``pair``: cost of the engineer, or IMPOSSIBLE; seconds of work; tools that are missing, as bits."""

SKU, UNITS, SHIPPED = 0, 1, 2
"""Columns of ``parts``: part, units, and when a shipped one is there (-1: cannot be shipped)."""

TRAVEL = 0
"""The first table of ``legs`` is seconds, the others cost by rates."""

LENGTH, VISITS, COST, VERSION, BENT, SOFT, STOPS, NEEDY, BUSY = range(9)
"""Columns of ``info``: items; visits; cost; changes with every change; a late pin is on it; times cost; warehouse
stops; visits that need something; seconds of ways and work."""

TRACE, EARLY, STARTS, PASSED, FOUND = 0, 3, 4, 5, 6
SCRATCH_ROWS = 7
"""Rows of ``scratch``: three of ``clockwork.forward``; its starts; starts that were made late; which warehouses
were passed; what ``best_place`` found."""


@dataclass(frozen=True)
class Tables:
    """The problem and one plan for compiled code.

    Attributes:
        slot, window: as in ``arrays``; RATES counts from 1.
        node: as in ``arrays``, with more columns.
        pair: ``slots x nodes x 3``.
        legs: ``1 + rates x places x places``.
        hours: see ``by_hour``.
        parts: rows of three.
        left: units of each part that no route takes: engineers' vans, then warehouses.
        taken: units that each slot's route takes from the van, then from each warehouse: ``slots x 1 + W x parts``.
        take: the same for one route under trial.
        items: the items of each slot's route; the last row is for trials.
        info: what is known of each route.
        lab: labels along each route, see ``places``.
        scratch: rows for intermediate results.
    """

    slot: Ints
    node: Ints
    window: Ints
    pair: Ints
    legs: SmallInts
    hours: Ints
    parts: Ints
    left: Ints
    taken: Ints
    take: Ints
    items: Ints
    info: Ints
    lab: Ints
    scratch: Ints


def tables_of(a: Arrays, width: int) -> Tables:
    """Tables with an empty plan, for routes of up to ``width`` items."""
    n_slots, n_nodes, houses, n_parts = a.slots, len(a.node), len(a.tools_lent), a.van.shape[1]
    node = np.zeros((n_nodes, FIXED + 1), np.int64)
    node[:, :NODE_COLUMNS] = a.node
    due = node[:, LATE_AFTER] < NEVER
    node[due, PROMISED] += a.usual[due]
    node[: a.visits, PART_FROM], node[: a.visits, PART_TO] = a.line[:-1], a.line[1:]
    node[: a.visits, NEEDS] = (a.line[1:] > a.line[:-1]) | (a.tools_missing != 0).any(axis=0)
    node[a.visits :, LENT] = a.tools_lent
    node[:, WHERE] = -1
    node[: a.visits, UNSERVED] = a.unserved
    pair = np.zeros((n_slots, n_nodes, 3), np.int64)
    pair[:, : a.visits, FIT], pair[:, :, WORK], pair[:, : a.visits, LACKS] = a.fit, a.work, a.tools_missing
    slot = a.slot.copy()
    slot[:, RATES] += 1
    return Tables(
        slot=slot,
        node=node,
        window=a.window,
        pair=pair,
        legs=np.concatenate([a.travel[None], a.legs]),
        hours=table_of(a.percent_by_hour),
        parts=np.stack([a.sku, a.units, a.shipped], axis=1),
        left=np.concatenate([a.van, a.stock]),
        taken=np.zeros((n_slots, 1 + houses, n_parts), np.int64),
        take=np.zeros((1 + houses, n_parts), np.int64),
        items=np.zeros((n_slots + 1, width), np.int64),
        info=np.zeros((n_slots, BUSY + 1), np.int64),
        lab=np.zeros((n_slots, width + 1, 6), np.int64),
        scratch=np.zeros((SCRATCH_ROWS, max(width, houses, 5) + 1), np.int64),
    )
