"""Visits that depend on each other: groups that start together, and visits that wait for others."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from scheduler.problem import Problem
from scheduler.units import Seconds

Wait = tuple[int, int, Seconds]
"""The item at the first position of a route waits for the end of the one at the second, and so long after it."""


def coupled(problem: Problem) -> frozenset[int]:
    """The visits (by index) that are in a group, wait for another one, or are waited for."""
    return Coupling(problem).visits


class Coupling:
    """Groups and orders of a problem, by the visits' indices.

    Attributes:
        partners: for each visit of a group, the others of the group.
        before: for each visit, those it waits for, with the delay.
        followers: for each visit, those that wait for it, with the delay.
        visits: all visits in a group or an order.
    """

    def __init__(self, problem: Problem) -> None:
        index = {visit.id: v for v, visit in enumerate(problem.visits)}
        groups: dict[str, list[int]] = {}
        self.partners: dict[int, tuple[int, ...]] = {}
        self.before: dict[int, tuple[tuple[int, Seconds], ...]] = {}
        self.followers: dict[int, tuple[tuple[int, Seconds], ...]] = {}
        for v, visit in enumerate(problem.visits):
            if visit.group is not None:
                groups.setdefault(visit.group, []).append(v)
            if visit.after:
                self.before[v] = tuple((index[after.visit], after.delay) for after in visit.after)
            for u, delay in self.before.get(v, ()):
                self.followers[u] = (*self.followers.get(u, ()), (v, delay))
        for members in groups.values():
            self.partners |= {v: tuple(u for u in members if u != v) for v in members}
        self.visits = frozenset(self.partners.keys() | self.before.keys() | self.followers.keys())

    def group(self, v: int) -> tuple[int, ...]:
        """A visit and those that start with it."""
        return (v, *self.partners.get(v, ()))

    def waited_for(self, v: int) -> frozenset[int]:
        """The visits that must be in a plan before a visit and its group can be."""
        return frozenset(u for member in self.group(v) for u, _ in self.before.get(member, ()))

    def dependents(self, v: int) -> list[int]:
        """A visit, its group, and all that wait for them, directly or not; none before those it waits for."""
        found: dict[int, None] = {}
        front = [v]
        while front:
            for member in self.group(front.pop()):
                if member not in found:
                    found[member] = None
                    front += [u for u, _ in self.followers.get(member, ())]
        return list(self.in_order(found))

    @cached_property
    def units(self) -> list[list[int]]:
        """The visits that hang together, each unit in an order in which it can be planned."""
        seen: set[int] = set()
        out: list[list[int]] = []
        for v in sorted(self.visits):
            if v not in seen:
                unit = self._connected(v)
                seen |= unit
                out.append(list(self.in_order(sorted(unit))))
        return out

    def _connected(self, v: int) -> set[int]:
        unit, front = {v}, [v]
        while front:
            u = front.pop()
            near = {*self.partners.get(u, ()), *(w for w, _ in (*self.before.get(u, ()), *self.followers.get(u, ())))}
            front += near - unit
            unit |= near
        return unit

    def in_order(self, visits: Iterable[int]) -> Iterator[int]:
        """The same visits in the same order, but none before those of them that it waits for."""
        wanted = list(visits)
        left = set(wanted)

        def emit(v: int) -> Iterator[int]:
            if v in left:
                left.discard(v)
                for u in sorted(self.waited_for(v)):
                    yield from emit(u)
                yield v

        for v in wanted:
            yield from emit(v)

    def waits(self, items: Sequence[int]) -> list[Wait] | None:
        """The delays to be kept within a route; None if its order is wrong."""
        position = {item: i for i, item in enumerate(items)}
        out: list[Wait] = []
        for i, item in enumerate(items):
            for u, delay in self.before.get(item, ()):
                if u in position and position[u] > i:
                    return None
                if u in position and delay:
                    out.append((i, position[u], delay))
        return out
