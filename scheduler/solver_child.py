"""The solver's own process: ``python -m scheduler.solver_child PARENT_PID``.

It imports the engines once, says that it is ready, and then solves whatever comes in on standard input, one
problem at a time. It ends when its parent does: the kernel kills it, even in the middle of a solve that holds
the interpreter.
"""

import os
import signal
import sys
import threading
from typing import BinaryIO

from scheduler.errors import ProblemError
from scheduler.frames import read_frame, write_frame
from scheduler.parent import die_with
from scheduler.requests import STOP_SIGNAL, Failed, Planned, PlanRequest, Ready
from scheduler.solve import plan
from scheduler.warm_up import warm_up


def main(parent: int) -> None:
    """Serve requests until the parent is gone."""
    die_with(parent)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get between the frames
    signal.signal(STOP_SIGNAL, _on_stop)
    warm_up()
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


_stopped = threading.Event()
"""Somebody wants the best plan so far."""


def _on_stop(*_: object) -> None:
    _stopped.set()


def _answer(request: PlanRequest) -> Planned | Failed:
    _stopped.clear()
    try:
        return Planned(
            plan(request.problem, request.policy, request.budget, request.engine, request.warm_start, _stopped.is_set)
        )
    except ProblemError as error:
        return Failed(error)
    except Exception as error:
        return Failed(RuntimeError(f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main(int(sys.argv[1]))
