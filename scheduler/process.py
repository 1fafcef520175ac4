"""Solve in a process of its own, so that heartbeats and cancellation go on while OR-Tools holds the interpreter.

The process is started once, imports the engines, and stays for later solves. It is spawned, never forked; a
cancelled or stuck solve is killed, and the next one starts a new process.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from scheduler.budget import Budget
from scheduler.engines import DEFAULT_ENGINE
from scheduler.errors import SolverError
from scheduler.frames import read_frame, write_frame
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.requests import STOP_SIGNAL, Failed, Planned, PlanRequest, Ready

Progress = Callable[[float], None]
"""Called about once a second with the seconds since the solve began."""

START_SECONDS = 600.0
"""A process that is not ready by then never will be. The first one on a machine compiles the search."""


class SolverProcess:
    """One warm solver process. Solves wait for each other; use several for solving in parallel.

    Use it within one event loop, and ``close`` it (or ``async with``).
    """

    def __init__(self, grace: float = 10.0, first_grace: float = 60.0) -> None:
        """Prepare; nothing is started yet.

        Args:
            grace: seconds that a solve may take beyond its budget before it is killed.
            first_grace: the same for the first solve of a process, which may still have to compile a rule or an
                objective that the warm-up did not need.
        """
        self._grace, self._first_grace = grace, first_grace
        self._has_answered = False
        self._child: subprocess.Popen[bytes] | None = None
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="solver-pipe")
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process id, or None while there is no process."""
        return None if self._child is None else self._child.pid

    async def start(self) -> None:
        """Start the process and wait until it is warm, so that the first solve does not pay for it.

        Raises:
            SolverError: it does not start.
        """
        async with self._turn:
            await self._warm_child(None)

    async def solve(
        self,
        problem: Problem,
        policy: SchedulingPolicy | None = None,
        budget: Budget | None = None,
        engine: str = DEFAULT_ENGINE,
        warm_start: Plan | None = None,
        on_progress: Progress | None = None,
    ) -> Plan:
        """``plan`` in the solver process; cancelling this kills the process at once.

        Raises:
            ProblemError: the problem makes no sense.
            SolverError: the process crashed, failed, or took longer than budget and grace.
        """
        limits = budget or Budget()
        request = PlanRequest(problem, policy or SchedulingPolicy(), limits, engine, warm_start)
        async with self._turn:
            child = await self._warm_child(on_progress)
            limit = limits.seconds + (self._grace if self._has_answered else self._first_grace)
            answer = await self._call(child, limit, on_progress, lambda: _ask(child, request))
            self._has_answered = True
        match answer:
            case Planned(plan=plan):
                return plan
            case Failed(error=RuntimeError() as error):
                raise SolverError("failed", str(error))
            case Failed(error=error):
                raise error
            case _:
                raise SolverError("failed", "an unknown answer")

    def finish_early(self) -> None:
        """Ask the solve that is under way for the best plan so far; it answers within a moment.

        Only the ``callout`` engine listens; nothing happens while no solve is under way.
        """
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(STOP_SIGNAL)

    async def close(self) -> None:
        """End the process; a later solve would start a new one."""
        self._kill()
        self._threads.shutdown(wait=True)
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="solver-pipe")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _warm_child(self, on_progress: Progress | None) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._kill()
        self._has_answered = False
        # Started by the loop's thread, not by a helper's: the process dies with the thread that started it.
        child = self._child = _spawn()
        answer = await self._call(child, START_SECONDS, on_progress, lambda: read_frame(_pipe(child.stdout)))
        if not isinstance(answer, Ready):
            self._kill()
            raise SolverError("crashed", "it does not start")
        return child

    async def _call(
        self, child: subprocess.Popen[bytes], limit: float, on_progress: Progress | None, work: Callable[[], Any]
    ) -> Any:
        """Run a blocking exchange in the helper thread; whatever goes wrong, the child does not survive it."""
        exchange = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            await _wait(exchange, limit, on_progress)
            return exchange.result()
        except (EOFError, OSError) as error:
            self._kill()
            raise SolverError("crashed", f"exit code {child.returncode}") from error
        except BaseException:
            self._kill()
            with contextlib.suppress(EOFError, OSError, asyncio.CancelledError):
                await exchange
            raise

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()


async def _wait(exchange: asyncio.Future[Any], limit: float, on_progress: Progress | None) -> None:
    began = time.monotonic()
    while not (await asyncio.wait({exchange}, timeout=min(1.0, limit)))[0]:
        elapsed = time.monotonic() - began
        if on_progress is not None:
            on_progress(elapsed)
        if elapsed >= limit:
            raise SolverError("overran", f"no answer after {elapsed:.0f} s")


def _spawn() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "scheduler.solver_child", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )


def _ask(child: subprocess.Popen[bytes], request: PlanRequest) -> Any:
    write_frame(_pipe(child.stdin), request)
    return read_frame(_pipe(child.stdout))


def _pipe(pipe: Any) -> Any:
    if pipe is None:
        raise OSError("the process has no pipes")
    return pipe
