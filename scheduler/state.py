"""A plan in the making: routes in which groups are whole and nobody waits for a visit that is left out."""

from collections.abc import Collection, Iterable

from scheduler.facts import NEVER
from scheduler.groups import insert_group
from scheduler.routes import Insertion, Routes
from scheduler.timing import Bounds
from scheduler.units import Seconds

__all__ = ["Insertion", "State"]


class State(Routes):
    """Routes of all slots. Every hard rule holds at every moment, those between visits too.

    Attributes:
        routes: the items of each slot.
        timed: the times of each slot; None for an unused one.
        slot_of: for each visit, its slot or None.
        supply: for each assigned visit, how it is supplied.
    """

    def insert(self, v: int, slots: Collection[int] | None = None) -> bool:
        """Put a visit that is left out where it is cheapest, after those it waits for and together with its group.

        Args:
            v: the visit.
            slots: only these shifts are tried; all if left out. A visit that depends on others may go anywhere.

        Returns:
            Whether it is in the plan.
        """
        coupling = self.facts.coupling
        if self.slot_of[v] is not None:
            return True
        if v in coupling.visits:
            if not all(self.insert(u) for u in sorted(coupling.waited_for(v))):
                return False
            return self._insert_coupled(v)
        allowed = self.facts.allowed[v]
        best = self.best_insertion(v, allowed if slots is None else [s for s in allowed if s in slots])
        if best is not None:
            self.apply(best)
        return best is not None

    def _insert_coupled(self, v: int) -> bool:
        """Early enough for what waits for it to be in time, or else at all possible, or else anywhere."""
        coupling, allowed = self.facts.coupling, self.facts.allowed
        lasts = [self._last_useful(v, in_time=True), self._last_useful(v, in_time=False), NEVER]
        for last in dict.fromkeys(lasts):
            if v in coupling.partners:
                if insert_group(self, {u: allowed[u] for u in coupling.group(v)}, last):
                    return True
            else:
                best = self.best_insertion(v, within=Bounds(0, last))
                if best is not None:
                    self.apply(best)
                    return True
        return False

    def _last_useful(self, v: int, in_time: bool) -> Seconds:
        """The last start of a visit (and its group) after which what waits for it would be late, or impossible."""
        out = NEVER
        for member in self.facts.coupling.group(v):
            own = self.facts.problem.visits[member]
            least = min((own.duration, *own.durations.values()))
            for u, delay in self.facts.coupling.followers.get(member, ()):
                timings = [self.facts.timings[w] for w in self.facts.coupling.group(u)]
                last = min((t.windows[-1].end if t.windows else 0) for t in timings)
                if in_time:
                    last = min(last, *(t.late_after for t in timings if t.late_rate), NEVER)
                out = min(out, min(last, self._last_useful(u, in_time)) - delay - least)
        return out

    def insert_all(self, visits: Iterable[int], slots: frozenset[int] | None = None) -> None:
        """Put each visit where it is cheapest, in the given order; what fits nowhere stays out.

        Args:
            visits: in the order of their turn.
            slots: see ``insert``.
        """
        for v in visits:
            self.insert(v, slots)

    def remove(self, v: int) -> bool:
        """Take a visit out, with its group and all that wait for them.

        Returns:
            False (and nothing changes) if it was not in, or what is left could not be timed any more.
        """
        if v not in self.facts.coupling.visits:
            return self.take_out(v)
        if self.slot_of[v] is None:
            return False
        before = self.copy()
        for u in reversed(self.facts.coupling.dependents(v)):
            if self.slot_of[u] is not None and not self.take_out(u):
                self.restore(before)
                return False
        return True

    def clear(self, slots: Iterable[int]) -> bool:
        """Take all visits out of some slots, except those that depend on others.

        Returns:
            False if some could not be taken out because what is left could not be timed any more.
        """
        coupled, done = self.facts.coupling.visits, True
        for slot in slots:
            visits = self.visits_in(slot)
            if coupled.isdisjoint(visits):
                for v in visits:
                    self.forget(v)
                self.routes[slot], self.timed[slot] = (), None
            else:
                done = all(self.take_out(v) for v in visits if v not in coupled) and done
        return done
