"""Processes that outlive the one who started them: told apart by pid and start time, never by name."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from runtime.errors import StackError

_LOG_LIMIT_BYTES = 10_000_000
# psutil derives start times from clock ticks; the last digits differ between readings of one process.
_SAME_START_SECONDS = 0.05


@dataclass(frozen=True)
class Identity:
    """One process for ever: a pid alone may be given to a stranger later.

    Attributes:
        pid: process id.
        started: start time in seconds since the epoch, as psutil reads it.
    """

    pid: int
    started: float

    @staticmethod
    def of(pid: int) -> "Identity | None":
        """Returns the identity of a living process, or nothing when there is none."""
        try:
            return Identity(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None


def find(identity: Identity) -> psutil.Process | None:
    """Returns the living process with this identity; a zombie counts as gone."""
    try:
        process = psutil.Process(identity.pid)
        same = _same(Identity(process.pid, process.create_time()), identity)
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def is_alive(identity: Identity) -> bool:
    """Returns whether exactly this process still runs."""
    return find(identity) is not None


def wait_gone(identity: Identity, seconds: float) -> bool:
    """Waits until the process is gone; returns whether it is. Works for children and for strangers' children."""
    deadline = time.monotonic() + seconds
    while is_alive(identity):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(identity: Identity, first: signal.Signals, grace: float) -> bool:
    """Ends one process: asks with `first`, kills after `grace` seconds.

    Returns:
        Whether it ended by itself within the grace period (also true when it was gone already).
    """
    if not tell(identity, first) or wait_gone(identity, grace):
        return True
    tell(identity, signal.SIGKILL)
    wait_gone(identity, 5)
    return False


def tell(identity: Identity, what: signal.Signals) -> bool:
    """Sends a signal to exactly this process; returns whether there was somebody to tell.

    Raises:
        StackError: the process belongs to another user.
    """
    process = find(identity)
    if process is None:
        return False
    try:
        process.send_signal(what)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied as error:
        raise StackError(f"process {identity.pid} belongs to another user: run this as that user") from error
    return True


def works_in(pid: int, folder: Path, name: str) -> bool:
    """Returns whether this process has this name and works inside `folder`.

    A server that works inside its own data folder is known by that, whoever started it and whatever was recorded.
    """
    try:
        process = psutil.Process(pid)
        return process.name() == name and process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def working_in(folder: Path, name: str) -> list[Identity]:
    """Returns the living processes of this name whose working folder is `folder`."""
    found = (Identity.of(pid) for pid in psutil.pids() if works_in(pid, folder, name))
    return [identity for identity in found if identity is not None]


def left_behind(leader: Identity) -> list[Identity]:
    """Returns the processes in the session that `spawn` opened for `leader`, which may have died meanwhile.

    The kernel gives the number of a session to nobody else while the session has a member.
    """
    now = Identity.of(leader.pid)
    if now is not None and not _same(now, leader):
        return []
    return [
        identity
        for pid in psutil.pids()
        if pid != leader.pid and _session_of(pid) == leader.pid and (identity := Identity.of(pid)) is not None
    ]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _same(one: Identity, other: Identity) -> bool:
    return one.pid == other.pid and abs(one.started - other.started) < _SAME_START_SECONDS


def end_session(leader: Identity, grace: float) -> bool:
    """Ends a process that `spawn` started, and whatever it has left behind.

    Returns:
        Whether it ended by itself within the grace period.
    """
    others = left_behind(leader)
    by_itself = end(leader, signal.SIGTERM, grace)
    for other in {*others, *left_behind(leader)}:
        tell(other, signal.SIGKILL)
    return by_itself


def open_log(path: Path) -> IO[bytes]:
    """Opens a log for appending; one that has grown past 10 MB is kept once as `NAME.log.1`.

    Raises:
        StackError: the log belongs to another user.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
            path.replace(path.with_name(path.name + ".1"))
        return path.open("ab")
    except PermissionError as error:
        raise StackError(f"{path} belongs to another user: run this as that user, or remove it") from error


@dataclass(frozen=True)
class Account:
    """The user and group that a server runs as when we are root and it must not be."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str],
    cwd: Path | str = "/",
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, so that Ctrl-C in the terminal reaches only the supervisor.

    Args:
        command: program and arguments.
        log: file that receives its output.
        env: its whole environment.
        cwd: its working folder.
        account: whom to run as; our own user if left out.

    Returns:
        The process; a thread of its own waits for its end, so that it never stays a zombie.
    """
    with open_log(log) as output:
        process = subprocess.Popen(  # noqa: S603 - our own binaries and commands, no shell
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            **_as_account(account),
        )
    threading.Thread(target=process.wait, name=f"wait-{process.pid}", daemon=True).start()
    return process


def run(
    command: Sequence[str], *, env: Mapping[str, str], account: Account | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Runs a short command to its end and returns what it said; never raises for its exit code."""
    return subprocess.run(  # noqa: S603 - our own binaries, no shell
        list(command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=dict(env),
        cwd="/",
        timeout=timeout,
        check=False,
        **_as_account(account),
    )


def _as_account(account: Account | None) -> dict[str, Any]:
    if account is None or account.uid == os.geteuid():
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
