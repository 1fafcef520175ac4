"""The parts of a running stack: each can be started, watched, started again with growing pauses, and stopped."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runtime.errors import NotStartedError, StackError
from runtime.processes import Identity, end_session, is_alive, left_behind, spawn

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
# A part that has run this long is well again; its next failure is a first one.
_SETTLED_SECONDS = 30.0
_ENDED_BY_ITSELF = "ended"


@dataclass(frozen=True)
class Child:
    """A process that the stack keeps running.

    Attributes:
        name: shown to people; also the name of its log.
        command: program and arguments.
        env: additions to the stack's environment.
        ready: a URL that must answer with 2xx, or a function; none means that being alive is enough.
        ready_seconds: how long it may take to become ready.
        url: where a person finds it, if anywhere.
        grace_seconds: how long it may take to end by itself when everything is taken down.
        until_done: whether ending with exit code 0 is right, so that it is not started again.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: str | Callable[[], bool] | None = None
    ready_seconds: float = 30.0
    url: str | None = None
    grace_seconds: float = 2.0
    until_done: bool = False


@dataclass(frozen=True)
class Step:
    """A command that must end well before the children start: migrations, sample data.

    Attributes:
        name: shown to people; also the name of its log.
        command: program and arguments.
    """

    name: str
    command: Sequence[str]


class Part:
    """One server or child under supervision."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Identity],
        stop: Callable[[Identity], None],
        *,
        how_it_ended: Callable[[], str] = lambda: _ENDED_BY_ITSELF,
        is_done: Callable[[], bool] = lambda: False,
    ) -> None:
        """Describes a part; starts nothing.

        Args:
            name: shown to people.
            start: brings it up and says which process it is.
            stop: ends it within its own time.
            how_it_ended: the end in words, asked after it.
            is_done: whether that end was the right one.
        """
        self.name = name
        self.identity: Identity | None = None
        self.restarts = 0
        self._start = start
        self._stop = stop
        self._how_it_ended = how_it_ended
        self._is_done = is_done
        self._failures = 0
        self._due: float | None = None
        self._since = 0.0

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.identity is not None and is_alive(self.identity)

    @property
    def is_done(self) -> bool:
        """Whether it has done what it was there for."""
        return not self.is_running and self._is_done()

    def start(self, now: float) -> None:
        """Brings the part up for the first time."""
        self.identity = self._start()
        self._since = now

    def stop(self) -> None:
        """Ends the part; harmless when it is down."""
        if self.identity is not None:
            self._stop(self.identity)

    def tend(self, now: float) -> str | None:
        """Looks after the part once.

        A part that is gone is started again after a pause, which doubles with every failure up to 15 s.

        Args:
            now: monotonic seconds.

        Returns:
            What a person should hear, if there is news.
        """
        if self.is_running:
            if now - self._since > _SETTLED_SECONDS:
                self._failures = 0
            return None
        if self._is_done():
            return None
        if self._due is None:
            return self._plan_restart(now)
        return None if now < self._due else self._restart(now)

    def _plan_restart(self, now: float) -> str:
        pause = min(_FIRST_PAUSE_SECONDS * 2**self._failures, _LONGEST_PAUSE_SECONDS)
        self._failures += 1
        self._due = now + pause
        return f"{self.name} {self._how_it_ended()}: starting it again in {pause:.1f} s"

    def _restart(self, now: float) -> str:
        self._due = None
        try:
            self.identity = self._start()
        except StackError as error:
            return f"{self.name} did not come back: {str(error).splitlines()[0]}"
        self._since = now
        self.restarts += 1
        return f"{self.name} runs again"


def child_part(child: Child, env: Mapping[str, str], log: Path, cwd: Path) -> Part:
    """Returns the part that runs a child process."""
    processes: list[subprocess.Popen[bytes]] = []
    latest: list[Identity] = []

    def start() -> Identity:
        for former in latest:
            for orphan in left_behind(former):
                end_session(orphan, 0)
        process = spawn(child.command, log, env={**env, **child.env}, cwd=cwd)
        identity = Identity.of(process.pid)
        if identity is None:
            raise NotStartedError(child.name, "it ended at once", log)
        processes[:], latest[:] = [process], [identity]
        return identity

    def how_it_ended() -> str:
        code = processes[0].wait() if processes else 0
        return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"

    def stop(identity: Identity) -> None:
        end_session(identity, child.grace_seconds)

    return Part(
        child.name,
        start,
        stop,
        how_it_ended=how_it_ended,
        is_done=lambda: child.until_done and bool(processes) and processes[0].poll() == 0,
    )


def wait_ready(child: Child, part: Part, log: Path, cancelled: Callable[[], bool]) -> None:
    """Waits until a child that has just started is ready.

    Raises:
        NotStartedError: it ended, or was not ready in time.
    """
    deadline = time.monotonic() + child.ready_seconds
    while not _is_ready(child):
        if not part.is_running and not part.is_done:
            raise NotStartedError(child.name, "it ended while starting", log)
        if cancelled():
            return
        if time.monotonic() > deadline:
            raise NotStartedError(child.name, f"not ready after {child.ready_seconds:.0f} s", log)
        time.sleep(0.1)


def _is_ready(child: Child) -> bool:
    if child.ready is None:
        return True
    if callable(child.ready):
        return child.ready()
    try:
        with urllib.request.urlopen(child.ready, timeout=2) as answer:  # noqa: S310 - a loopback URL of our own
            status: int = answer.status
            return 200 <= status < 300
    except (urllib.error.URLError, OSError):
        return False
