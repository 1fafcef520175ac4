"""Patches are solved here or in processes of their own, in order, a few at a time."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from scheduler.errors import SolverError
from scheduler.large_patch import Patch, Solution, solve_patch
from scheduler.parent import die_with

Make = Callable[[], Patch]


class Pool:
    """Solves patches with some workers; with one worker, in this process.

    Use it as a context: its processes end with it, and with the process that made it.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._processes: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.workers > 1:
            self._processes = ProcessPoolExecutor(
                self.workers, multiprocessing.get_context("spawn"), initializer=die_with, initargs=(os.getpid(),)
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._processes is not None:
            self._processes.shutdown(wait=True, cancel_futures=True)

    def solve(self, makers: Sequence[Make], stop: Callable[[], bool]) -> Iterator[tuple[int, Solution]]:
        """Solve all, until ``stop`` says yes; each solution with its number, as they come.

        A patch is made when its turn comes, so that few are in memory and each can be told what time is left.

        Raises:
            ProblemError: a patch makes no sense.
            SolverError: a process died.
        """
        if self._processes is None:
            for number, make in enumerate(makers):
                if stop():
                    return
                yield number, solve_patch(make())
            return
        try:
            yield from self._in_processes(self._processes, makers, stop)
        except BrokenProcessPool as error:
            raise SolverError("crashed", str(error)) from error

    def _in_processes(
        self, processes: ProcessPoolExecutor, makers: Sequence[Make], stop: Callable[[], bool]
    ) -> Iterator[tuple[int, Solution]]:
        under_way: dict[Future[Solution], int] = {}
        following = 0
        while following < len(makers) or under_way:
            if stop():
                following = len(makers)
            while following < len(makers) and len(under_way) <= self.workers:
                under_way[processes.submit(solve_patch, makers[following]())] = following
                following += 1
            done, _ = wait(under_way, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda future: under_way[future]):
                yield under_way.pop(future), future.result()
