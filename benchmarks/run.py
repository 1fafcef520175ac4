"""One solve after the other, each in a process of its own that is pinned to one core."""

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from benchmarks import engines, sets
from benchmarks.engines import Answer

GRACE = 300.0
"""Seconds for starting, compiling and warming up, and beyond the budget, before a process is given up."""

LAST_WORDS = 10.0
"""Seconds for a process to end by itself after its answer."""


@dataclass(frozen=True)
class Job:
    """One solve of one instance by one engine."""

    set_name: str
    instance: str
    engine: str
    seconds: float
    seed: int
    core: int
    data: Path


@dataclass(frozen=True)
class Row:
    """What came of a job.

    Attributes:
        best: the best known cost, or None.
        answer: None if the engine failed; ``error`` says how.
        complete: nothing is left out, or the set allows it.
    """

    instance: str
    engine: str
    seed: int
    best: float | None
    answer: Answer | None
    complete: bool = False
    error: str = ""


@dataclass(frozen=True)
class Order:
    """What to run: every engine on every instance with every seed; engines without a seed run once."""

    set_name: str
    instances: Sequence[str]
    engines: Sequence[str]
    seeds: Sequence[int]
    seconds: float
    core: int
    data: Path

    def jobs(self) -> Iterator[Job]:
        """The jobs, all engines on one instance before the next instance."""
        for instance in self.instances:
            for engine in self.engines:
                for seed in self.seeds if engines.is_seeded(engine) else self.seeds[:1]:
                    yield Job(self.set_name, instance, engine, self.seconds, seed, self.core, self.data)


def last_core() -> int:
    """The core that is used unless the command names one."""
    return max(os.sched_getaffinity(0))


def run(job: Job) -> Row:
    """Solve in a new process, and wait for it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_solve_and_tell, args=(job, theirs))
    child.start()
    theirs.close()
    try:
        if ours.poll(job.seconds * 2 + GRACE):
            row = ours.recv()
            child.join(LAST_WORDS)
        else:
            row = _failed(job, "no answer in time")
    except EOFError:
        row = _failed(job, "the process died")
    finally:
        _end(child)
    assert isinstance(row, Row)
    return row


def _end(child: SpawnProcess) -> None:
    """End a child and whatever it started; there may be no group yet, or none any more."""
    if child.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()


def _solve_and_tell(job: Job, pipe: Connection) -> None:
    """What the child does, leading a group with the engine's own processes; whatever goes wrong is told too."""
    os.setsid()
    os.sched_setaffinity(0, {job.core})
    try:
        pipe.send(solve_here(job))
    except Exception as error:
        traceback.print_exc()
        pipe.send(_failed(job, f"{type(error).__name__}: {error}"))


def solve_here(job: Job) -> Row:
    """Load, warm up and solve in this process."""
    case = sets.load(job.set_name, job.instance, job.data)
    engines.require(job.engine, case)
    engines.warm_up(job.engine, case)
    answer = engines.solve(job.engine, case, job.seconds, job.seed)
    complete = not (case.all_needed and answer.left_out)
    return Row(job.instance, job.engine, job.seed, case.best, answer, complete)


def _failed(job: Job, error: str) -> Row:
    return Row(job.instance, job.engine, job.seed, None, None, error=error)
