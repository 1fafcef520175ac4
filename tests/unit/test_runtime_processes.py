"""Telling processes apart, and ending exactly the right ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.processes import (
    Identity,
    end,
    end_session,
    find,
    is_alive,
    left_behind,
    open_log,
    spawn,
    wait_gone,
    working_in,
)

_SLEEP = "import time; time.sleep(60)"
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('set', flush=True); {_SLEEP}"
_PARENT = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{_SLEEP}']); print('set', flush=True); {_SLEEP}"
)


@pytest.fixture
def started(tmp_path: Path) -> Iterator["_Starter"]:
    starter = _Starter(tmp_path)
    yield starter
    for identity in starter.all:
        end_session(identity, 0)


class _Starter:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: list[Identity] = []

    def __call__(self, code: str, *, says: str = "") -> Identity:
        log = self.folder / f"{len(self.all)}.log"
        process = spawn([sys.executable, "-c", code], log, env=dict(os.environ), cwd=self.folder)
        identity = Identity.of(process.pid)
        assert identity is not None
        self.all.append(identity)
        while says not in log.read_text():
            time.sleep(0.01)
        return identity


def test_a_stranger_with_the_same_pid_is_not_the_process() -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    assert find(me) is not None
    assert find(Identity(me.pid, me.started - 10)) is None


def test_a_stranger_with_the_same_pid_is_never_ended() -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    assert end(Identity(me.pid, me.started - 10), signal.SIGKILL, 0)
    assert is_alive(me)


def test_a_zombie_counts_as_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", _SLEEP])
    identity = Identity.of(child.pid)
    assert identity is not None
    os.kill(child.pid, signal.SIGKILL)
    assert wait_gone(identity, 5)
    child.wait()


def test_a_process_that_ends_when_asked_is_not_killed(started: _Starter) -> None:
    identity = started(_SLEEP)
    assert end(identity, signal.SIGTERM, 5)
    assert not is_alive(identity)


def test_a_process_that_does_not_listen_is_killed_after_its_grace(started: _Starter) -> None:
    identity = started(_STUBBORN, says="set")
    assert not end(identity, signal.SIGTERM, 0.2)
    assert not is_alive(identity)


def test_what_a_killed_process_leaves_behind_is_found_and_ended(started: _Starter) -> None:
    parent = started(_PARENT, says="set")
    os.kill(parent.pid, signal.SIGKILL)
    assert wait_gone(parent, 5)
    (orphan,) = left_behind(parent)
    end_session(parent, 0)
    assert wait_gone(orphan, 5)


def test_a_server_is_known_by_its_name_and_the_folder_it_works_in(started: _Starter, tmp_path: Path) -> None:
    identity = started(_SLEEP)
    process = find(identity)
    assert process is not None
    assert working_in(tmp_path.resolve(), process.name()) == [identity]
    assert working_in(tmp_path.resolve(), "postgres") == []
    assert working_in(tmp_path.resolve().parent, process.name()) == []


def test_a_log_that_has_grown_past_its_limit_is_kept_once(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "worker.log"
    with open_log(log) as output:
        output.truncate(10_000_001)
    with open_log(log) as output:
        output.write(b"new")
    assert log.read_bytes() == b"new"
    assert log.with_name("worker.log.1").stat().st_size == 10_000_001
