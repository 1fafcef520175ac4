"""The names of the columns of the tables that compiled code works on.

Nodes and slots are numbered as in ``arrays``. Columns have names, so that compiled code reads ``slot[s, START]``.
"""

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
    LONGEST,
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
)

NEVER = int(facts.NEVER)
ENDLESS = int(facts.ENDLESS)
PROMISED = LATE_AFTER
"""Here this column of a node is the last finish in time, which does not depend on the engineer."""
IMPOSSIBLE = arrays.FORBIDDEN

PART_FROM, PART_TO, NEEDS, LENT, READY, SHIPS, WHERE, UNSERVED, FIXED = range(NODE_COLUMNS, NODE_COLUMNS + 9)
NODE_TABLE_COLUMNS = NODE_COLUMNS + 9
"""More columns of a node: first and last + 1 row of ``parts``; whether something must be fetched, shipped or taken from
the van; tools that a warehouse lends, as bits. The last ones are the search's own: when a visit's shipped parts are
there, whether they are shipped, and its slot or -1; what leaving it out costs; whether it never
leaves its route."""

FIT, WORK, LACKS = 0, 1, 2
PAIR_COLUMNS = 3
"""Columns of ``pair``: cost of the engineer, or IMPOSSIBLE; seconds of work; tools that are missing, as bits."""

SKU, UNITS, SHIPPED = 0, 1, 2
PART_COLUMNS = 3
"""Columns of ``parts``: part, units, and when a shipped one is there (-1: cannot be shipped)."""

TRAVEL = 0
"""The first table of ``legs`` is seconds, the others cost by rates."""

LENGTH, VISITS, COST, VERSION, BENT, SOFT, STOPS, NEEDY, BUSY, ENDING = range(10)
INFO_COLUMNS = 10
"""Columns of ``info``: items; visits; cost; changes with every change; a late pin is on it; times cost, or its tour is
limited; warehouse stops; visits that need something; seconds of ways and work; what overtime, working time and the
load cost (plain problems only)."""

TRACE, EARLY, STARTS, PASSED, FOUND = 0, 3, 4, 5, 6
SCRATCH_ROWS = 7
"""Rows of ``scratch``: three of ``clockwork.forward``; its starts; starts that were made late; which warehouses
were passed; what ``best_place`` found."""

LABEL_COLUMNS = 6
"""Columns of the labels along a route, see ``labels``."""
