"""The supervisor: one stack through its start, the death of each part, its own death, and the ways to stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from runtime import control, ports, state
from runtime.errors import StackError
from runtime.processes import Identity, is_alive, wait_gone
from runtime.report import Reporter
from runtime.state import StackStatus
from tests import stack

_PROGRAM = Path(__file__).with_name("stack_program.py")
_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(_ROOT)}


@pytest.fixture
def home() -> Iterator[Path]:
    with stack.a_home() as folder:
        home = folder / "checkout" / ".callout"
        (home / "temporal").mkdir(parents=True)
        # The usual ports may be wanted by another stack on this machine at the same moment.
        for kept in ("api-port", "temporal/port", "temporal/ui-port"):
            (home / kept).write_text(f"{ports.any_free()}\n")
        yield home
        control.down(home)


def _program(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, str(_PROGRAM), str(home), *arguments]


def _up(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        _program(home, *arguments),
        env=_ENVIRONMENT,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _up_detached(home: Path) -> StackStatus:
    return control.start_detached(home, _program(home), Reporter(Console(quiet=True)), env=_ENVIRONMENT)


def _until(home: Path, holds: Callable[[StackStatus], bool]) -> StackStatus:
    deadline = time.monotonic() + 20
    while not holds(status := state.status(home)):
        assert time.monotonic() < deadline, f"not so within 20 s: {status}"
        time.sleep(0.05)
    return status


def _pids(status: StackStatus) -> dict[str, int]:
    return {part.name: part.pid for part in status.parts if part.pid is not None}


def _identities(status: StackStatus) -> list[Identity]:
    found = (Identity.of(pid) for pid in _pids(status).values())
    return [identity for identity in found if identity is not None]


def _servers(status: StackStatus) -> list[int | None]:
    return [part.pid for part in status.parts[:4]]


async def _database(home: Path, statement: str) -> object:
    url = stack.a_postgres(home).url("callout").replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_ctrl_c_stops_everything_and_the_next_start_finds_everything_again(home: Path) -> None:
    first = _up(home)
    began = _until(home, lambda status: status.phase == "running" or first.poll() is not None)
    assert first.poll() is None, first.communicate()
    assert [part.name for part in began.parts] == ["PostgreSQL", "Temporal", "worker", "API", "sample people"]
    assert sorted(began.urls) == ["API", "Temporal UI"]
    await _database(home, "CREATE TABLE kept AS SELECT 42 AS answer")

    second = _up(home)
    output, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"is already running (process {began.pid})" in output
    assert state.status(home).pid == began.pid
    assert _servers(state.status(home)) == _servers(began)

    processes = _identities(began)
    first.send_signal(signal.SIGINT)
    output, _ = first.communicate(timeout=40)
    assert first.returncode == 0, output
    assert "Callout is ready" in output
    assert state.status(home) == StackStatus("stopped")
    assert not any(is_alive(process) for process in processes)

    again = _up_detached(home)
    assert again.urls == began.urls
    assert await _database(home, "SELECT answer FROM kept") == 42
    assert control.down(home)
    assert not control.down(home)


def test_each_part_that_is_killed_comes_back(home: Path) -> None:
    _up_detached(home)
    before = _pids(_until(home, lambda status: not status.parts[4].running))
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    status = _until(home, lambda status: all(part.restarts == 1 and part.running for part in status.parts[:4]))
    after = _pids(status)
    assert sorted(after) == ["API", "PostgreSQL", "Temporal", "worker"]
    assert set(after.values()).isdisjoint(before.values())
    assert status.parts[4].restarts == 0, "what had done its work is not started again"


def test_a_killed_supervisor_leaves_nothing_that_the_next_start_cannot_clear(home: Path) -> None:
    before = _up_detached(home)
    supervisor = Identity.of(before.pid or 0)
    assert supervisor is not None
    orphans = _identities(before)
    os.kill(supervisor.pid, signal.SIGKILL)
    assert wait_gone(supervisor, 5)
    assert state.status(home).phase == "crashed"

    after = _up_detached(home)
    assert after.urls == before.urls
    assert not any(is_alive(orphan) for orphan in orphans)


def test_a_port_in_use_is_named_and_nothing_stays_running(home: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        output, _ = _up(home, str(port)).communicate(timeout=20)
    assert f"port {port} on 127.0.0.1 is used by another program" in output
    assert "set CALLOUT_API_PORT to a free port" in output
    assert state.status(home) == StackStatus("stopped")


def test_a_child_that_does_not_start_is_explained_and_everything_goes_down(home: Path) -> None:
    command = _program(home, "any", "broken")
    with pytest.raises(StackError, match=r"worker did not start: it ended while starting\n"):
        control.start_detached(home, command, Reporter(Console(quiet=True)), env=_ENVIRONMENT)
    assert state.status(home) == StackStatus("stopped")
