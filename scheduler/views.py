"""Compiled: the tables of a problem and a plan, seen from their address ``t`` (see ``address`` and ``packed``).

``items(t)`` is the table of items, ``node(t)`` that of nodes, and so on; ``packed.Tables`` says what each one holds.
"""

from numba import types

from scheduler.address import number, view
from scheduler.arrays import SLOT_COLUMNS
from scheduler.tables import INFO_COLUMNS, LABEL_COLUMNS, NODE_TABLE_COLUMNS, PAIR_COLUMNS, PART_COLUMNS

(
    _SLOT, _NODE, _WINDOW, _PAIR, _LEGS, _HOURS, _PARTS, _LEFT, _TAKEN, _TAKE, _ITEMS, _INFO, _LABELS, _SCRATCH,
    _VISITS, _PLAIN,
) = range(16)  # fmt: skip
"""The order of the fields of ``packed.Tables``."""

slot = view(_SLOT, None, SLOT_COLUMNS)
node = view(_NODE, None, NODE_TABLE_COLUMNS)
window = view(_WINDOW, None, 2)
pair = view(_PAIR, None, None, PAIR_COLUMNS)
legs = view(_LEGS, None, None, None, dtype=types.int32)
hours = view(_HOURS, None)
parts = view(_PARTS, None, PART_COLUMNS)
left = view(_LEFT, None, None)
taken = view(_TAKEN, None, None, None)
take = view(_TAKE, None, None)
items = view(_ITEMS, None, None)
info = view(_INFO, None, INFO_COLUMNS)
labels = view(_LABELS, None, None, LABEL_COLUMNS)
scratch = view(_SCRATCH, None, None)
visits = number(_VISITS)
"""How many nodes are visits."""
plain = number(_PLAIN)
"""Whether the problem is plain, see ``arrays.Arrays``."""
