"""What the planner asks of the outside, answered by the solver's processes and by travel times."""

import asyncio
from collections import deque
from collections.abc import Sequence

from activities.planning.grid import Ways
from activities.planning.planner import Travel
from domain.world import Point
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.process import SolverProcess
from travel.points import Point as Site
from travel.times import TravelTimes

MIDDAY = 12


class SolverPool:
    """Some warm solver processes; a solve takes the next free one.

    Args:
        size: Solves at the same time; one per core that the planner may use.
    """

    def __init__(self, size: int = 1) -> None:
        self._all = [SolverProcess() for _ in range(size)]
        self._free: asyncio.Queue[SolverProcess] = asyncio.Queue()
        for process in self._all:
            self._free.put_nowait(process)

    async def start(self) -> None:
        """Warm every process up, so that the first plan of the day does not wait for it."""
        await asyncio.gather(*(process.start() for process in self._all))

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        """The plan; cancelling kills the process that works on it.

        Raises:
            SolverError: The process crashed, overran or cannot be started.
        """
        process = await self._free.get()
        try:
            return await process.solve(problem, budget=budget, engine=engine)
        finally:
            self._free.put_nowait(process)

    async def close(self) -> None:
        """End every process."""
        await asyncio.gather(*(process.close() for process in self._all))


class MatrixTravel:
    """Ways from a source of travel-time matrices.

    Planning takes one hour of the day for the whole horizon: the first engine's travel times do not depend on it.
    """

    def __init__(self, source: TravelTimes) -> None:
        self._source = source

    async def ways(self, points: Sequence[Point]) -> Ways:
        """Travel times and distances between every two of the points, worked out in a thread."""
        sites = [Site(p.latitude, p.longitude) for p in points]
        found = await asyncio.to_thread(self._source.matrix, sites, MIDDAY)
        return Ways(tuple(points), found.seconds, found.metres)


class RememberedTravel:
    """Ways as another source knows them, kept for the territories that were asked about last.

    A territory's places change seldom, its bookings all the time: most questions find all of their ways here.

    Args:
        source: Where ways come from that are not known yet.
        most: How many territories' ways are kept; those of a thousand places take 8 MB.
    """

    def __init__(self, source: Travel, most: int = 6) -> None:
        self._source = source
        self._known: deque[Ways] = deque(maxlen=most)

    async def ways(self, points: Sequence[Point]) -> Ways:
        """Travel times and distances between every two of the points."""
        asked = tuple(points)
        for known in self._known:
            if known.covers(asked):
                self._known.remove(known)
                self._known.append(known)
                return known if asked == known.points else known.among(asked)
        found = await self._source.ways(asked)
        self._known.append(found)
        return found
