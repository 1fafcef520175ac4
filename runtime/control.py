"""Acting on a stack from outside: only one at a time, stop it, start it in the background, clear up after a crash."""

import fcntl
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from runtime import state
from runtime.errors import AlreadyRunningError, StackError, log_tail
from runtime.postgres import EmbeddedPostgres
from runtime.processes import Identity, end_session, is_alive, spawn, tell, wait_gone
from runtime.report import Reporter
from runtime.state import RunRecord, StackStatus
from runtime.temporal import EmbeddedTemporal

_DOWN_SECONDS = 20.0
_LOCK_SECONDS = 3.0
_DETACHED_START_SECONDS = 300.0
_CHILD_GRACE_SECONDS = 5.0


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Holds the home folder; the kernel lets go of it when the holder dies, however that happens.

    Raises:
        AlreadyRunningError: somebody else holds it.
    """
    try:
        lock = (home / "lock").open("a")
    except PermissionError as error:
        raise StackError(f"{home} belongs to another user: run this as that user") from error
    with lock:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _lock(lock):
            record = state.read(home)
            # A killed supervisor holds on for the moment that the kernel needs to take it apart.
            if (record is not None and is_alive(record.supervisor)) or time.monotonic() > deadline:
                raise AlreadyRunningError(home, record.supervisor.pid if record else None)
            time.sleep(0.05)
        yield


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clear_remains(home: Path) -> None:
    """Ends what a killed supervisor has left running. Call it with the home folder held."""
    record = state.read(home)
    for part in reversed(record.parts if record else ()):
        if part.process is not None and part.name not in ("PostgreSQL", "Temporal"):
            end_session(part.process, _CHILD_GRACE_SECONDS)
    if (home / "temporal").exists():
        EmbeddedTemporal(home).stop()
    if (home / "postgres").exists():
        EmbeddedPostgres(home).stop()
    state.clear(home)


def down(home: Path) -> bool:
    """Stops the stack of this home folder, wherever it was started, and whatever a crashed one left.

    Returns:
        Whether anything was running.

    Raises:
        StackError: it cannot be stopped by this user.
    """
    before = state.status(home)
    if not home.exists():
        return False
    record = state.read(home)
    if record is not None and is_alive(record.supervisor):
        tell(record.supervisor, signal.SIGTERM)
        if not wait_gone(record.supervisor, _DOWN_SECONDS):
            tell(record.supervisor, signal.SIGKILL)
            wait_gone(record.supervisor, _CHILD_GRACE_SECONDS)
    with only_one(home):
        clear_remains(home)
    return before.phase != "stopped"


def start_detached(
    home: Path, command: Sequence[str], reporter: Reporter, *, env: Mapping[str, str], cwd: Path | None = None
) -> StackStatus:
    """Starts a supervisor in the background and follows it until everything is ready.

    Args:
        home: the `.callout` folder.
        command: what runs the stack in the foreground over the same home.
        reporter: hears of every step.
        env: the command's environment.
        cwd: its working folder; the current one when left out.

    Raises:
        AlreadyRunningError: a stack runs over the same home.
        StackError: it did not come up; the message says why.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with only_one(home):
        clear_remains(home)
    log = home / "logs" / "stack.log"
    process = spawn(command, log, env=env, cwd=cwd or Path.cwd())
    supervisor = Identity.of(process.pid)
    if supervisor is None:
        raise StackError(f"the stack ended at once\n{log_tail(log)}(log: {log})")
    began = time.monotonic()
    _follow(home, supervisor, reporter, log)
    status = state.status(home)
    reporter.ready(time.monotonic() - began, status.urls)
    return status


def _follow(home: Path, supervisor: Identity, reporter: Reporter, log: Path) -> None:
    told = 0
    deadline = time.monotonic() + _DETACHED_START_SECONDS
    with reporter.working("starting in the background"):
        while True:
            alive = is_alive(supervisor)
            record = state.read(home)
            for step in record.steps[told:] if record else ():
                reporter.done(step)
                told += 1
            if record is not None and record.phase == "running" and alive:
                return
            if not alive:
                raise StackError(_why(record, log))
            if time.monotonic() > deadline:
                raise StackError(f"not ready after {_DETACHED_START_SECONDS:.0f} s, still starting (log: {log})")
            time.sleep(0.1)


def _why(record: RunRecord | None, log: Path) -> str:
    if record is not None and record.error:
        return record.error
    return f"the stack ended while starting\n{log_tail(log)}(log: {log})"
