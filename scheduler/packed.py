"""The arrays of a problem packed into the few tables that compiled code works on, and one plan.

Nodes and slots are numbered as in ``arrays``; ``tables`` names the columns.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from scheduler.address import table_of_tables
from scheduler.arrays import NODE_COLUMNS, Arrays, Ints, SmallInts
from scheduler.by_hour import table_of
from scheduler.tables import (
    FIT,
    INFO_COLUMNS,
    LABEL_COLUMNS,
    LACKS,
    LATE_AFTER,
    LENT,
    NEEDS,
    NEVER,
    NODE_TABLE_COLUMNS,
    PAIR_COLUMNS,
    PART_FROM,
    PART_TO,
    PROMISED,
    RATES,
    SCRATCH_ROWS,
    UNSERVED,
    WHERE,
    WORK,
)


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
        labels: what is known along each route, see ``labels``.
        scratch: rows for intermediate results.
        visits: how many nodes are visits.
        plain: see ``arrays.Arrays``.
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
    labels: Ints
    scratch: Ints
    visits: int
    plain: bool

    @cached_property
    def address(self) -> int:
        """Where compiled code finds the tables, as long as this object lives."""
        return int(self._entries.ctypes.data)

    @cached_property
    def _entries(self) -> Ints:
        return table_of_tables([getattr(self, field.name) for field in fields(self)])


def tables_of(a: Arrays, width: int) -> Tables:
    """Tables with an empty plan, for routes of up to ``width`` items."""
    n_slots, n_nodes, houses, n_parts = a.slots, len(a.node), len(a.tools_lent), a.van.shape[1]
    node = np.zeros((n_nodes, NODE_TABLE_COLUMNS), np.int64)
    node[:, :NODE_COLUMNS] = a.node
    due = node[:, LATE_AFTER] < NEVER
    node[due, PROMISED] += a.usual[due]
    node[: a.visits, PART_FROM], node[: a.visits, PART_TO] = a.line[:-1], a.line[1:]
    node[: a.visits, NEEDS] = (a.line[1:] > a.line[:-1]) | (a.tools_missing != 0).any(axis=0)
    node[a.visits :, LENT] = a.tools_lent
    node[:, WHERE] = -1
    node[: a.visits, UNSERVED] = a.unserved
    pair = np.zeros((n_slots, n_nodes, PAIR_COLUMNS), np.int64)
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
        info=np.zeros((n_slots, INFO_COLUMNS), np.int64),
        labels=np.zeros((n_slots, width + 1, LABEL_COLUMNS), np.int64),
        scratch=np.zeros((SCRATCH_ROWS, max(width, houses, 5) + 1), np.int64),
        visits=a.visits,
        plain=a.plain,
    )
