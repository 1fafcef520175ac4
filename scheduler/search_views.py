"""Compiled: the search's own tables, seen from their address ``u`` (see ``address``; ``search.Search`` makes them)."""

from numba import types

from scheduler.address import view
from scheduler.tables import INFO_COLUMNS, LABEL_COLUMNS, NODE_TABLE_COLUMNS

NOW, BEST, STAMP, POOLED, GLANCE, UNTIL_BLINK = range(6)
SCORE_COLUMNS = 6
"""Columns of ``score``: cost of the current and of the best plan; the last version given; routes in the pool; how often
a place was looked for; how many routes are looked at before one is passed over."""

SCARCE, SIBLINGS = 0, 1
"""Columns of ``kind``: a part may run out; an engineer has several slots and parts."""

VERSION_THERE, COST_THERE, HOW_THERE = range(3)
KNOWN = 3
CACHED_COLUMNS = 2 * KNOWN
"""Columns of ``cached``, twice: for which version of a slot's route a visit's best place is known, what it costs there,
and how it goes there (see ``ruin._how``). One half is for the route before this step, which often comes back."""

ABSENT, OLD, REST, WAS_READY, WAS_SHIPPED = range(5)
BY_VISIT_ROWS = 5
"""Rows of ``by_visit``: lists of visits that may come in, of those that were left out before this step, and after it;
by visit, when its shipped parts were there and whether they were shipped before this step."""

TOUCHED, MARKED, SEEN = range(3)
BY_SLOT_ROWS = 3
"""Rows of ``by_slot``: the list of slots changed in this step; by slot, whether it is among them, and for which glance
an empty slot of this kind was seen."""

(
    _NEAR, _NEAR_HOME, _ALLOWED, _ALLOWED_AT, _TWIN, _KIND, _CACHED, _SCORE, _BY_VISIT, _BY_SLOT, _ORDER,
    _BEST_ITEMS, _BEST_INFO, _BEST_NODE, _BEST_TAKEN, _KEPT_ITEMS, _KEPT_INFO, _KEPT_LABELS, _KEPT_TAKEN,
    _RANDOM_OF, _KEYS, _COSTS, _ROUTES, _SLOTS,
) = range(24)  # fmt: skip

near = view(_NEAR, None, None, None)
near_home = view(_NEAR_HOME, None)
allowed = view(_ALLOWED, None)
allowed_at = view(_ALLOWED_AT, None)
twin = view(_TWIN, None)
kind = view(_KIND, None)
cached = view(_CACHED, None, None, CACHED_COLUMNS)
score = view(_SCORE, None)
by_visit = view(_BY_VISIT, None, None)
by_slot = view(_BY_SLOT, None, None)
order = view(_ORDER, None, dtype=types.float64)
best_items = view(_BEST_ITEMS, None, None)
best_info = view(_BEST_INFO, None, INFO_COLUMNS)
best_node = view(_BEST_NODE, None, NODE_TABLE_COLUMNS)
best_taken = view(_BEST_TAKEN, None, None, None)
kept_items = view(_KEPT_ITEMS, None, None)
kept_info = view(_KEPT_INFO, None, INFO_COLUMNS)
kept_labels = view(_KEPT_LABELS, None, None, LABEL_COLUMNS)
kept_taken = view(_KEPT_TAKEN, None, None, None)
random_of = view(_RANDOM_OF, None, None)
keys = view(_KEYS, None)
costs = view(_COSTS, None)
routes = view(_ROUTES, None, None, dtype=types.int32)
slots = view(_SLOTS, None, dtype=types.int32)
