"""Routes in the making: exact times, exact stock, and the single steps that keep both."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from scheduler.errors import ProblemError
from scheduler.facts import NEVER, Facts
from scheduler.parts import Ledger, Supply
from scheduler.timing import Bounds, Item, Timed, arrival_after, time_route, warehouse_item
from scheduler.units import Cost, Seconds


@dataclass(frozen=True)
class Insertion:
    """A visit put into a route: the new route, how the visit is supplied, and what it costs more."""

    visit: int
    slot: int
    items: tuple[Item, ...]
    supply: Supply
    timed: Timed
    extra: Cost


class Routes:
    """Routes of all slots with their times and stock, changed by one visit at a time.

    Every route keeps every hard rule at every moment; that groups are whole and nobody waits for a visit that is
    left out is up to ``State``.

    Attributes:
        routes: the items of each slot.
        timed: the times of each slot; None for an unused one.
        slot_of: for each visit, its slot or None.
        supply: for each assigned visit, how it is supplied.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.ledger = Ledger(facts)
        self.routes: list[tuple[Item, ...]] = [() for _ in facts.slots]
        self.timed: list[Timed | None] = [None for _ in facts.slots]
        self.slot_of: list[int | None] = [None for _ in facts.problem.visits]
        self.supply: dict[int, Supply] = {}
        self.ready: dict[int, int] = {}

    def copy(self) -> Self:
        """An independent state with the same routes."""
        twin = type(self).__new__(type(self))
        twin.facts, twin.ledger = self.facts, self.ledger.copy()
        twin.routes, twin.timed = list(self.routes), list(self.timed)
        twin.slot_of = list(self.slot_of)
        twin.supply, twin.ready = dict(self.supply), dict(self.ready)
        return twin

    def restore(self, other: Self) -> None:
        """Become what ``copy`` kept."""
        self.ledger = other.ledger
        self.routes, self.timed, self.slot_of = other.routes, other.timed, other.slot_of
        self.supply, self.ready = other.supply, other.ready

    @property
    def unassigned(self) -> list[int]:
        """The visits that have no slot, the most urgent first."""
        return sorted((v for v, slot in enumerate(self.slot_of) if slot is None), key=self.facts.urgency)

    @property
    def cost(self) -> Cost:
        """Cost of the whole plan, unserved visits included."""
        served = sum(timed.cost for timed in self.timed if timed is not None)
        return served + sum(self.facts.unserved[v] for v, slot in enumerate(self.slot_of) if slot is None)

    def visits_in(self, slot: int) -> list[int]:
        """The visits of a slot, in order."""
        return [item for item in self.routes[slot] if item >= 0]

    def insertions(
        self, v: int, slot: int, positions: Iterable[int] | None = None, within: Bounds | None = None
    ) -> Iterator[Insertion]:
        """Every feasible way to put a visit into a slot's route, or into some positions of it.

        Args:
            v: the visit; one of a group only if the others are in the plan, or ``within`` is given.
            slot: the slot.
            positions: places in the route; all if left out.
            within: the first and last start.
        """
        for _, items, supply in self._candidates(v, slot, positions, within):
            found = self.attempt(v, slot, items, supply, within)
            if found is not None:
                yield found

    def best_insertion(
        self, v: int, slots: Iterable[int] | None = None, within: Bounds | None = None
    ) -> Insertion | None:
        """The cheapest feasible way to put a visit into a route, or None; see ``insertions``.

        Candidates are tried in the order of what the detour alone costs; the search stops when that is more than
        the best whole cost found.
        """
        candidates = [
            (lower, slot, items, supply)
            for slot in (self.facts.allowed[v] if slots is None else slots)
            for lower, items, supply in self._candidates(v, slot, within=within)
        ]
        candidates.sort(key=lambda candidate: candidate[:2])
        best: Insertion | None = None
        for lower, slot, items, supply in candidates:
            if best is not None and lower >= best.extra:
                break
            found = self.attempt(v, slot, items, supply, within)
            if found is not None and (best is None or found.extra < best.extra):
                best = found
        return best

    def apply(self, insertion: Insertion) -> None:
        """Carry an insertion out."""
        v, slot = insertion.visit, insertion.slot
        self.ledger.take(v, self.facts.slots[slot].engineer, insertion.supply)
        self.supply[v] = insertion.supply
        self._set_ready(v, insertion.supply)
        self.slot_of[v] = slot
        self.routes[slot], self.timed[slot] = insertion.items, insertion.timed

    def load(
        self,
        slot: int,
        items: tuple[Item, ...],
        supplies: Mapping[int, Supply],
        starts: Mapping[int, Seconds] | None = None,
    ) -> None:
        """Put a whole route into an unused slot.

        Args:
            slot: the slot.
            items: the route.
            supplies: how each visit of it is supplied.
            starts: of the visits that depend on others, which keep them; needed until all routes are loaded.

        Raises:
            ProblemError: the route cannot be timed.
        """
        for v, supply in supplies.items():
            self.ledger.take(v, self.facts.slots[slot].engineer, supply)
            self.supply[v] = supply
            self._set_ready(v, supply)
            self.slot_of[v] = slot
        coupled = self.facts.coupling.visits
        held = {v: Bounds(start, start, start) for v, start in (starts or {}).items() if v in coupled}
        timed = time_route(self.facts, self.facts.slots[slot], items, self.ready, held)
        if timed is None:
            raise ProblemError("plan", "has a route that does not fit the problem")
        self.routes[slot], self.timed[slot] = items, timed

    def move_stops(self, slot: int) -> None:
        """Move each warehouse stop of a route to where it costs least, before all who need it."""
        for stop in [item for item in self.routes[slot] if item < 0]:
            rest = [item for item in self.routes[slot] if item != stop]
            users = (k for k, v in enumerate(rest) if v >= 0 and warehouse_item(stop) in self.supply[v].warehouses)
            for k in range(min(users, default=len(rest)) + 1):
                items, now = (*rest[:k], stop, *rest[k:]), self.timed[slot]
                timed = time_route(self.facts, self.facts.slots[slot], items, self.ready, self._bounds(slot, items))
                if timed is not None and now is not None and timed.cost < now.cost:
                    self.routes[slot], self.timed[slot] = items, timed

    def take_out(self, v: int) -> bool:
        """Take one visit out of its route; False (and nothing changes) if the rest could not be timed any more."""
        slot = self.slot_of[v]
        if slot is None:
            return False
        items = self.without(v, slot)
        timed = None
        if items:
            timed = time_route(self.facts, self.facts.slots[slot], items, self.ready, self._bounds(slot, items))
        if items and timed is None:
            return False
        self.forget(v)
        self.routes[slot], self.timed[slot] = items, timed
        return True

    def forget(self, v: int) -> None:
        """Give an assigned visit's parts back and unassign it; its route is up to the caller."""
        slot = self.slot_of[v]
        if slot is not None:
            self.ledger.give_back(v, self.facts.slots[slot].engineer, self.supply.pop(v))
            self.ready.pop(v, None)
            self.slot_of[v] = None

    def without(self, v: int, slot: int) -> tuple[Item, ...]:
        """A slot's route without a visit, and without the warehouse stops that only this visit needed."""
        needed = {w for u in self.visits_in(slot) if u != v for w in self.supply[u].warehouses}
        return tuple(item for item in self.routes[slot] if item != v and (item >= 0 or warehouse_item(item) in needed))

    def _set_ready(self, v: int, supply: Supply) -> None:
        if supply.ready:
            self.ready[v] = supply.ready
        else:
            self.ready.pop(v, None)

    def _candidates(
        self, v: int, slot: int, positions: Iterable[int] | None = None, within: Bounds | None = None
    ) -> Iterator[tuple[Cost, tuple[Item, ...], Supply]]:
        """Routes with the visit in each position and supply, with what the longer way costs.

        A route whose travel and work alone do not fit the shift is left out, if travel always takes as long.
        """
        where, route = self.facts.slots[slot], self.routes[slot]
        if len(self.visits_in(slot)) >= where.max_visits or not self._may_join(v, slot, within):
            return
        cost, spare = self.way(slot, route)
        steady = self.facts.hours is None
        fit = self.facts.fit[v][where.engineer] - cost
        places = range(len(route) + 1) if positions is None else tuple(positions)
        for supply in self.ledger.supplies(v, where.engineer):
            if steady and not supply.warehouses and spare < self.facts.timing(v, where.engineer).duration:
                continue
            for items in _arrangements(v, route, supply, places):
                cost, left = self.way(slot, items)
                if left >= 0 or not steady:
                    yield cost + fit, items, supply

    def attempt(
        self, v: int, slot: int, items: tuple[Item, ...], supply: Supply, within: Bounds | None = None
    ) -> Insertion | None:
        """Time a route with one visit more; None if no times keep all hard rules. See ``insertions``."""
        before = self.timed[slot]
        ready = {**self.ready, v: supply.ready} if supply.ready else self.ready
        if not self._may_join(v, slot, within):
            return None
        timed = time_route(self.facts, self.facts.slots[slot], items, ready, self._bounds(slot, items, v, within))
        if timed is None:
            return None
        extra = timed.cost - (0 if before is None else before.cost)
        return Insertion(v, slot, items, supply, timed, extra)

    def _may_join(self, v: int, slot: int, within: Bounds | None) -> bool:
        """Whether what a visit waits for, and unless it is placed with them its group, are in the plan elsewhere."""
        coupling = self.facts.coupling
        if v not in coupling.visits:
            return True
        if any(self.slot_of[u] is None for u in coupling.waited_for(v)):
            return False
        slots = [self.slot_of[u] for u in coupling.partners.get(v, ())]
        engineers = [self.facts.slots[s].engineer for s in slots if s is not None]
        return self.facts.slots[slot].engineer not in engineers and (within is not None or None not in slots)

    def bounds_of(self, v: int, slot: int, items: Collection[Item] = ()) -> Bounds:
        """A visit starts after those it waits for, before those that wait for it, and with its group.

        Returns:
            The first and last start in a slot that the visits allow that are not among its items.
        """
        coupling, first, last, excused = self.facts.coupling, 0, NEVER, NEVER
        engineer = self.facts.slots[slot].engineer
        for u, delay in coupling.before.get(v, ()):
            if self.slot_of[u] is not None and u not in items:
                first = max(first, self.start_of(u) + self._duration(u) + delay)
        for u, delay in coupling.followers.get(v, ()):
            if self.slot_of[u] is not None and u not in items:
                last = min(last, self.start_of(u) - delay - self.facts.timing(v, engineer).duration)
        for u in coupling.partners.get(v, ()):
            if self.slot_of[u] is not None:
                first, last = max(first, self.start_of(u)), min(last, self.start_of(u))
                excused = first if self._comes_late(u) else excused
        return Bounds(first, last, excused)

    def _comes_late(self, v: int) -> bool:
        """Whether an assigned visit is late for its pin and starts as soon as its engineer is there."""
        slot, node = self.slot_of[v], self.facts.nodes[v]
        start = self.start_of(v)
        timed = None if slot is None else self.timed[slot]
        if slot is None or timed is None or not node.may_be_late or start <= node.windows[-1][1]:
            return False
        where, i = self.facts.slots[slot], self.routes[slot].index(v)
        free, place = where.start, where.start_place
        if i:
            before = self.facts.node(self.routes[slot][i - 1], where.engineer)
            free, place = timed.starts[i - 1] + before.duration, before.place
        pause = where.break_ if timed.break_gap == i else None
        arrival = arrival_after(self.facts, pause, free, self.facts.travel[place][node.place])
        return start == max(arrival, self.ready.get(v, 0))

    def start_of(self, v: int) -> Seconds:
        """When an assigned visit starts.

        Raises:
            ProblemError: it is not assigned.
        """
        slot = self.slot_of[v]
        timed = None if slot is None else self.timed[slot]
        if slot is None or timed is None:
            raise ProblemError("visit", f"{self.facts.problem.visits[v].id} is not assigned")
        return timed.starts[self.routes[slot].index(v)]

    def _duration(self, v: int) -> Seconds:
        slot = self.slot_of[v]
        return self.facts.timing(v, 0 if slot is None else self.facts.slots[slot].engineer).duration

    def _bounds(
        self, slot: int, items: Collection[Item], v: int | None = None, within: Bounds | None = None
    ) -> Mapping[int, Bounds]:
        coupling = self.facts.coupling
        if not coupling.visits:
            return {}
        out = {u: self.bounds_of(u, slot, items) for u in items if u in coupling.visits}
        if v is not None and within is not None:
            own = out.get(v, within)
            excused = min(own.excused, within.excused)
            out[v] = Bounds(max(own.first, within.first), min(own.last, within.last), excused)
        return out

    def way(self, slot: int, items: Sequence[Item]) -> tuple[Cost, Seconds]:
        """Cost of travel and distance of a route, and the seconds that travel and work leave of the tour."""
        where = self.facts.slots[slot]
        spare = where.time
        if not items:
            return 0, spare
        nodes, travel = self.facts.nodes_of(where.engineer, items), self.facts.travel
        legs = self.facts.legs(where.engineer).both
        cost, place = 0, where.start_place
        for item in items:
            node = nodes[item]
            cost += legs[place][node.place]
            spare -= travel[place][node.place] + node.duration
            place = node.place
        return cost + legs[place][where.end_place], spare - travel[place][where.end_place]


def _arrangements(
    v: int, route: Sequence[Item], supply: Supply, positions: Iterable[int]
) -> Iterator[tuple[Item, ...]]:
    """The visit at each position; each warehouse it needs is called at before it.

    A warehouse that comes too late in the route is called at earlier instead. A new warehouse stop is tried right
    before the visit and, as parts are mostly fetched in the morning, at the start of the route.
    """
    for position in positions:
        head, tail = tuple(route[:position]), tuple(route[position:])
        new = tuple(warehouse_item(w) for w in supply.warehouses if warehouse_item(w) not in head)
        if new:
            tail = tuple(item for item in tail if item not in new)
        yield (*head, *new, v, *tail)
        if new and head:
            yield (*new, *head, v, *tail)
