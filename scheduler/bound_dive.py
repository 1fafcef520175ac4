"""Diving: good plans out of a relaxation, by fixing its surest routes and pricing again, until all is whole.

Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa 2019, "Primal heuristics for branch and price: the assets of diving methods".
"""

import numpy as np

from scheduler.arrays import Arrays
from scheduler.bound_node import Generation, Node, Rest, Stop
from scheduler.columns import Routes
from scheduler.disjoint import disjoint
from scheduler.master import Master, Relaxed

SURE = 0.9
"""Routes with this value are fixed at once; if there is none, one is drawn."""

SHARPNESS = 8
"""Routes are drawn with the probability of their value to the power of this."""

ROUNDS = 2
"""So often, at most, columns are added after each fixing."""

UNUSED = 1e-6
"""Values below this are none."""


def dive(
    arrays: Arrays, generation: Generation, node: Node, random: np.random.Generator, most: float, over: Stop
) -> Routes | None:
    """A plan made of a node's columns and of new ones, which go to the pool.

    Args:
        arrays: the problem.
        generation: where columns come from.
        node: its relaxation is where the dive begins; it is as it was afterwards.
        random: draws the routes to fix.
        most: once the relaxation costs more, nothing more is fixed.
        over: asked now and then whether to come back at once.

    Returns:
        The plan of the routes that were fixed, with each visit in one of them only; None if there was no time.
    """
    master = generation.opened(node)
    fixed: list[int] = []
    held = len(node.rows)
    rest = Rest(np.ones(arrays.slots, np.bool_), np.ones(arrays.visits, np.bool_))
    try:
        while not over():
            relaxed = _relaxed(generation, node, master, rest, over)
            open_ = relaxed.used.copy()
            open_[fixed] = 0.0
            if relaxed.objective > most or open_.max(initial=0.0) < UNUSED:
                return disjoint(arrays, generation.columns.take(node.rows[fixed]))
            sure = np.flatnonzero(open_ > SURE)
            if not len(sure):
                chance = open_**SHARPNESS
                sure = random.choice(len(chance), 1, p=chance / chance.sum())
            master.limit(sure, 1.0, 1.0)
            fixed.extend(sure.tolist())
            rest = rest.without(generation.columns.take(node.rows[sure]))
    finally:
        generation.forget(node, held)
    return None


def _relaxed(generation: Generation, node: Node, master: Master, rest: Rest, over: Stop) -> Relaxed:
    """The relaxation of what is not fixed, after some rounds of pricing."""
    relaxed = master.solve()
    for _ in range(ROUNDS):
        held = len(node.rows)
        generation.extend(node, generation.wanted_by(node, relaxed, rest, over))
        if len(node.rows) == held:
            break
        relaxed = master.solve()
    return relaxed
