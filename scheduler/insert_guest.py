"""A problem with a seat for one visit more: who asks for an offer is not planned anew with everybody else.

The last visit and the last place of the prepared problem are free. ``Seat.take`` fills them in: a row of times, one of
costs, one of engineers, instead of facts about all pairs of visits and shifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Ints, arrays_of
from scheduler.coupling import Coupling
from scheduler.errors import ProblemError
from scheduler.facts import Facts, engineer_block, fit_costs, pinned_engineer
from scheduler.packed import Tables, tables_of
from scheduler.plan import ReasonCode
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Matrix, Problem, Visit
from scheduler.tables import FIT, IMPOSSIBLE, PLACE, RATES, TRAVEL, WORK
from scheduler.units import Place
from scheduler.validation import validate

Row: TypeAlias = Sequence[int] | NDArray[Any]
"""Whole numbers, one for each place."""

NOBODY = Visit("", 0, 0)


@dataclass(frozen=True)
class Ways:
    """The ways of a place that the problem does not have yet, from and to each of the problem's places in order.

    Attributes:
        travel_to: seconds from each place to the new one; ``travel_from`` from the new one to each place.
        distance_to: metres, likewise.
    """

    travel_to: Row
    travel_from: Row
    distance_to: Row
    distance_from: Row


class Seat:
    """Facts with room for one visit, and the same in tables.

    Args:
        problem: the problem that was planned.
        policy: its policy.

    Attributes:
        facts: of the problem with one visit and one place more, at the ends.
        visit: the index of the visit that is free; ``place`` that of the place.
    """

    def __init__(self, problem: Problem, policy: SchedulingPolicy) -> None:
        self._policy, self.place, self.visit = policy, problem.places, len(problem.visits)
        self._travel, self._distance = (_wider(m) for m in (problem.travel, problem.distance))
        room = replace(
            problem,
            places=problem.places + 1,
            travel=self._travel,
            distance=self._distance,
            visits=(*problem.visits, replace(NOBODY, place=problem.places)),
        )
        self.facts = Facts(room, policy)
        self._coupling = self.facts.coupling
        self._names = tuple(Engineer(engineer.id, ()) for engineer in problem.engineers)

    def tables(self, width: int) -> Tables:
        """Tables of the facts with an empty plan, for routes of up to ``width`` items."""
        return tables_of(arrays_of(self.facts), width)

    def take(self, visit: Visit, ways: Ways | None, tables: Tables) -> Ints:
        """Fill the seat. Answers the visit's windows, rows of first and last start.

        Args:
            visit: anything; if its id is in the problem too, the caller has taken that one out.
            ways: of its place; None if its place is one of the problem's.
            tables: are filled in as well.

        Raises:
            ProblemError: the visit, or the ways, make no sense.
        """
        facts, v = self.facts, self.visit
        if ways is None and not 0 <= visit.place < self.place:
            raise ProblemError("visit.place", f"must be a place from 0 to {self.place - 1}, or come with its ways")
        alone = Facts(self._problem_of(visit), self._policy)
        guest = replace(visit, place=self.place if ways is not None else visit.place)
        if ways is not None:
            self._add_place(ways, tables)
        self._add_visit(guest)
        facts.timings[v] = replace(alone.timings[0], place=guest.place)
        facts.nodes[v] = replace(alone.nodes[0], place=guest.place)
        facts.held[v] = alone.held[0]
        for own, known in zip(alone.learned, facts.learned, strict=True):
            known.pop(v, None)
            if 0 in own:
                timing, node = own[0]
                known[v] = replace(timing, place=guest.place), replace(node, place=guest.place)
        facts.fit[v] = [sum(fit_costs(guest, engineer, self._policy)) for engineer in facts.problem.engineers]
        facts.blocked[v] = [self._block(guest, slot.index) for slot in facts.slots]
        facts.allowed[v] = [s for s, code in enumerate(facts.blocked[v]) if code is None]
        row = tables_of(arrays_of(alone), 1)
        tables.node[v], tables.node[v, PLACE] = row.node[0], guest.place
        for slot in facts.slots:
            free = facts.blocked[v][slot.index] is None
            tables.pair[slot.index, v, FIT] = facts.fit[v][slot.engineer] if free else IMPOSSIBLE
            tables.pair[slot.index, v, WORK] = facts.timing(v, slot.engineer).duration
        return row.window

    def leave(self) -> None:
        """Free the seat: no visit of the problem hangs together with who sat there."""
        self.facts.coupling = self._coupling

    def _problem_of(self, visit: Visit) -> Problem:
        """The visit all by itself, to be looked at like any other."""
        free = replace(visit, place=0, after=(), group=None)
        nowhere = np.zeros((1, 1), np.int32)
        problem = Problem(1, nowhere, nowhere, self._names, (free,))
        validate(problem)
        return problem

    def _add_visit(self, guest: Visit) -> None:
        facts, v = self.facts, self.visit
        others = facts.problem.visits[:v]
        same = next((i for i, other in enumerate(others) if other.id == guest.id), None)
        coupled = bool(guest.after) or guest.group is not None
        if same is not None and (coupled or same in self._coupling.visits):
            raise ProblemError("visit", f"{guest.id} depends on other visits and can only be offered as it was planned")
        facts.problem = replace(facts.problem, travel=self._travel, distance=self._distance, visits=(*others, guest))
        if coupled:
            validate(facts.problem)
            facts.coupling = Coupling(facts.problem)

    def _add_place(self, ways: Ways, tables: Tables) -> None:
        facts, p = self.facts, self.place
        seconds = [_row(ways.travel_to, p, "ways.travel_to"), _row(ways.travel_from, p, "ways.travel_from")]
        metres = [_row(ways.distance_to, p, "ways.distance_to"), _row(ways.distance_from, p, "ways.distance_from")]
        for table, (to, back) in ((self._travel, seconds), (self._distance, metres)):
            table[:p, p], table[p, :p] = to, back
        for row, to in zip(facts.travel, seconds[0].tolist(), strict=False):
            row[p] = to
        facts.travel[p][:p] = seconds[1].tolist()
        tables.legs[TRAVEL] = self._travel
        for slot in {int(tables.slot[s.index, RATES]): s for s in facts.slots}.values():
            costs = [_leg_costs(facts, slot.engineer, s, m) for s, m in zip(seconds, metres, strict=True)]
            self._add_costs(slot.engineer, costs, tables.legs[tables.slot[slot.index, RATES]])

    def _add_costs(self, engineer: int, costs: list[tuple[Ints, Ints]], packed: Any) -> None:
        p, legs = self.place, self.facts.legs(engineer)
        to, back = (travel + distance for travel, distance in costs)
        packed[:p, p], packed[p, :p] = to, back
        for table, column, row in (
            (legs.travel, costs[0][0], costs[1][0]),
            (legs.distance, costs[0][1], costs[1][1]),
            (legs.both, to, back),
        ):
            for known, cost in zip(table, column.tolist(), strict=False):
                known[p] = cost
            table[p][:p] = row.tolist()

    def _block(self, visit: Visit, index: int) -> ReasonCode | None:
        """The rule that keeps a visit from a shift; whether there is time is left to the timing."""
        facts, slot = self.facts, self.facts.slots[index]
        engineer, pinned = facts.problem.engineers[slot.engineer], pinned_engineer(visit)
        if slot.max_visits == 0:
            return ReasonCode.MAX_VISITS
        shift, pin = engineer.shifts[slot.shift_index], visit.pin
        if pinned is not None and pinned != engineer.id:
            return ReasonCode.PIN
        if pinned is not None and pin is not None:
            # It may be late for its own shift, but does not wait for the next one.
            return ReasonCode.WINDOW if pin.window is not None and pin.window.end < shift.start else None
        return engineer_block(visit, engineer, shift.end, self._policy, facts.problem.warehouses)


def _wider(known: Matrix) -> Any:
    out = np.zeros((len(known) + 1, len(known) + 1), np.int32)
    out[:-1, :-1] = known
    return out


def _row(values: Row, places: Place, field: str) -> Ints:
    row = np.asarray(values)
    whole = row.ndim == 1 and (row.dtype.kind in "iu" or row.size == 0)
    if not whole or len(row) != places or (row.size and (row.min() < 0 or row.max() >= 1 << 31)):
        raise ProblemError(field, f"must have {places} whole numbers between 0 and 2**31 - 1")
    return row.astype(np.int64)


def _leg_costs(facts: Facts, engineer: int, seconds: Ints, metres: Ints) -> tuple[Ints, Ints]:
    """Cost of travel and of distance, as ``Facts.legs`` has them."""
    who, policy = facts.problem.engineers[engineer], facts.policy
    travel: Ints = seconds * (who.cost_per_hour * policy.travel_percent) // 360_000
    distance: Ints = metres * (who.cost_per_km * policy.distance_percent) // 100_000
    if travel.size and int((travel + distance).max()) >= 1 << 31:
        raise ProblemError("ways", "must not cost 2**31 or more")
    return travel, distance
