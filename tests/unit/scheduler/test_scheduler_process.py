"""The solver's own process: warm, cancellable, without orphans."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.budget import Budget
from scheduler.check import check
from scheduler.errors import ProblemError, SolverError
from scheduler.plan import PlanStatus
from scheduler.process import SolverProcess
from scheduler.solve import plan
from tests.unit.scheduler.builders import a_problem, a_visit, an_engineer
from tests.unit.scheduler.random_problems import territory

SMALL = a_problem(an_engineer(), *(a_visit(f"V{i}", place=i + 1, duration=900) for i in range(5)))
LONG = territory(40, 8, 1)


def is_alive(pid: int) -> bool:
    """A zombie counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(pid: int, seconds: float = 1.0) -> bool:
    for _ in range(int(seconds * 100)):
        if not is_alive(pid):
            return True
        await asyncio.sleep(0.01)
    return False


async def test_the_process_gives_the_same_plan_as_a_direct_call_and_stays_warm() -> None:
    budget = Budget(5, 2, 7)
    async with SolverProcess() as solver:
        pid = solver.pid
        first = await solver.solve(SMALL, None, budget)
        again = await solver.solve(SMALL, None, budget, warm_start=first)
        assert solver.pid == pid
    expected = plan(SMALL, None, budget)
    assert replace(first, seconds=0.0) == replace(expected, seconds=0.0)
    assert check(SMALL, again) == ()
    assert pid is not None
    assert await gone(pid)


async def test_the_loop_runs_on_and_progress_is_told_every_second() -> None:
    ticks: list[float] = []
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.05)
            beats += 1

    async with SolverProcess() as solver:
        heart = asyncio.create_task(beat())
        result = await solver.solve(LONG, None, Budget(2.5), on_progress=ticks.append)
        heart.cancel()
    assert len(ticks) >= 2
    assert all(0.9 < tick - i < 1.5 for i, tick in enumerate(ticks))
    assert beats > 25
    assert check(LONG, result) == ()


async def test_a_solve_that_is_asked_to_finish_early_answers_with_the_best_plan_so_far() -> None:
    async with SolverProcess() as solver:
        task = asyncio.create_task(solver.solve(LONG, None, Budget(60), on_progress=lambda _: solver.finish_early()))
        found = await asyncio.wait_for(task, 30)
    assert found.status is PlanStatus.CANCELLED
    assert found.assignments
    assert check(LONG, found) == ()


async def test_cancelling_kills_the_process_at_once_and_the_next_solve_starts_another() -> None:
    solver = SolverProcess()
    await solver.start()
    pid = solver.pid
    assert pid is not None
    task = asyncio.create_task(solver.solve(LONG, None, Budget(60)))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(pid)
    assert check(SMALL, await solver.solve(SMALL, None, Budget(5, 1))) == ()
    assert solver.pid not in (None, pid)
    await solver.close()


async def test_a_solve_that_takes_too_long_is_ended_with_a_typed_error() -> None:
    solver = SolverProcess(grace=-4.5)
    await solver.solve(SMALL, None, Budget(5, 1))
    pid = solver.pid
    assert pid is not None
    with pytest.raises(SolverError) as caught:
        await solver.solve(LONG, None, Budget(5))
    assert caught.value.cause == "overran"
    assert await gone(pid)
    await solver.close()


async def test_only_the_first_solve_of_a_process_has_time_to_compile() -> None:
    solver = SolverProcess(grace=60.0, first_grace=-4.5)
    with pytest.raises(SolverError) as caught:
        await solver.solve(LONG, None, Budget(5))
    assert caught.value.cause == "overran"
    with pytest.raises(SolverError):  # a new process, and its first solve again
        await solver.solve(LONG, None, Budget(5))
    await solver.close()


async def test_a_process_that_is_killed_is_a_typed_error_and_no_hang() -> None:
    solver = SolverProcess()
    await solver.start()
    pid = solver.pid
    assert pid is not None
    task = asyncio.create_task(solver.solve(LONG, None, Budget(30)))
    await asyncio.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(SolverError) as caught:
        await task
    assert (caught.value.cause, caught.value.detail) == ("crashed", "exit code -9")
    await solver.close()


async def test_a_problem_that_makes_no_sense_is_the_same_error_as_in_a_direct_call() -> None:
    async with SolverProcess() as solver:
        pid = solver.pid
        with pytest.raises(ProblemError) as caught:
            await solver.solve(a_problem(a_visit(duration=-1)))
        assert caught.value.field == "visits[V0].duration"
        assert await solver.solve(SMALL, None, Budget(5, 1))
        assert solver.pid == pid


PARENT = """
import asyncio, sys
from scheduler.process import SolverProcess
from scheduler.budget import Budget
from tests.unit.scheduler.random_problems import territory
async def main():
    solver = SolverProcess()
    await solver.start()
    print(solver.pid, flush=True)
    await solver.solve(territory(40, 8, 1), None, Budget(60))
asyncio.run(main())
"""


async def test_the_process_dies_with_its_parent_even_in_the_middle_of_a_solve() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    await asyncio.sleep(0.5)
    assert is_alive(pid)
    parent.kill()
    await parent.wait()
    assert await gone(pid)
