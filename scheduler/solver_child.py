"""The solver's own process: ``python -m scheduler.solver_child PARENT_PID``.

It imports the engines once, says that it is ready, and then solves whatever comes in on standard input, one
problem at a time. It ends when its parent does: the kernel kills it, even in the middle of a solve that holds
the interpreter.
"""

import ctypes
import os
import signal
import sys
from typing import BinaryIO

from scheduler.errors import ProblemError
from scheduler.frames import read_frame, write_frame
from scheduler.requests import Failed, Planned, PlanRequest, Ready
from scheduler.solve import plan

PR_SET_PDEATHSIG = 1
"""``prctl(2)``, Linux: a signal for this process when the thread that started it ends."""


def main(parent: int) -> None:
    """Serve requests until the parent is gone."""
    die_with(parent)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get between the frames
    write_frame(answers, Ready())
    serve(sys.stdin.buffer, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each request until the pipe is closed."""
    while True:
        try:
            request = read_frame(requests)
        except EOFError:
            return
        write_frame(answers, _answer(request))


def _answer(request: PlanRequest) -> Planned | Failed:
    try:
        return Planned(plan(request.problem, request.policy, request.budget, request.engine, request.warm_start))
    except ProblemError as error:
        return Failed(error)
    except Exception as error:
        return Failed(RuntimeError(f"{type(error).__name__}: {error}"))


def die_with(parent: int) -> None:
    """End this process with its parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
