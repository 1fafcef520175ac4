"""The supervisor: brings the whole stack up, watches over it, and takes it down in the right order."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime import ports, postgres, secrets, state, temporal
from runtime.control import clear_remains, only_one
from runtime.errors import NotStartedError, StackError
from runtime.parts import Child, Part, Step, child_part, wait_ready
from runtime.postgres import EmbeddedPostgres
from runtime.processes import Identity
from runtime.report import Reporter
from runtime.state import PartRecord, RunRecord, StepRecord
from runtime.temporal import NAMESPACE, EmbeddedTemporal

DATABASE = "callout"
API_PORT_SETTING = "CALLOUT_API_PORT"
_USUAL_API_PORT = 8080
_LOOK_SECONDS = 0.2
# With the children's own grace below the 15 s within which everything must be down.
_SERVER_GRACE_SECONDS = 2.0

Environment = Mapping[str, str]


@dataclass(frozen=True)
class ChosenPorts:
    """Ports on 127.0.0.1 that a person insists on; nothing means a free one, kept from then on."""

    postgres: int | None = None
    temporal: int | None = None
    temporal_ui: int | None = None
    api: int | None = None

    @staticmethod
    def from_environment(environment: Environment) -> "ChosenPorts":
        """Reads CALLOUT_POSTGRES_PORT, CALLOUT_TEMPORAL_PORT, CALLOUT_TEMPORAL_UI_PORT and CALLOUT_API_PORT.

        Raises:
            StackError: one of them is no port; the message names it.
        """
        return ChosenPorts(
            postgres=_port(environment, postgres.PORT_SETTING),
            temporal=_port(environment, temporal.PORT_SETTING),
            temporal_ui=_port(environment, temporal.UI_PORT_SETTING),
            api=_port(environment, API_PORT_SETTING),
        )


def _port(environment: Environment, setting: str) -> int | None:
    text = environment.get(setting, "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise StackError(f"{setting} must be a port from 1 to 65535, not {text!r}")
    return int(text)


class _StopRequested(Exception):  # noqa: N818 - a request, not an error
    """Somebody asked the stack to stop while it was starting."""


class Stack:
    """PostgreSQL, Temporal, and the processes that stand on them, of one home folder."""

    def __init__(
        self,
        home: Path,
        reporter: Reporter,
        *,
        children: Callable[[Environment], Sequence[Child]],
        steps: Sequence[Step] = (),
        chosen_ports: ChosenPorts = ChosenPorts(),
        cwd: Path | None = None,
    ) -> None:
        """Describes a stack; starts nothing.

        Args:
            home: the `.callout` folder; made if missing.
            reporter: hears of every step.
            children: given the environment, names the processes to keep running, in the order of their start.
            steps: commands to run between the servers and the children, each to its end.
            chosen_ports: ports that a person insists on.
            cwd: working folder of steps and children; the current one when left out.
        """
        self._home = home.resolve()
        self._reporter = reporter
        self._children = children
        self._steps = steps
        self._chosen_ports = chosen_ports
        self._cwd = cwd or Path.cwd()
        self._stop = threading.Event()
        self._parts: list[Part] = []
        self._done: list[StepRecord] = []
        self._urls: dict[str, str] = {}
        self._error = ""

    def run(self) -> None:
        """Brings everything up and watches over it until SIGINT, SIGTERM or SIGHUP; then takes everything down.

        Raises:
            AlreadyRunningError: a stack runs over the same home.
            StackError: something did not start; whatever had started is down again.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        with only_one(self._home), self._listening():
            clear_remains(self._home)
            self._record("starting")
            try:
                self._bring_up()
                self._watch()
            except _StopRequested:
                pass
            except StackError as error:
                # A server that was told to give up says so; that is what was asked for, no failure.
                if not self._stop.is_set():
                    self._error = str(error)
                    raise
            finally:
                self._bring_down()

    def request_stop(self) -> None:
        """Asks a running `run` to end, from a signal handler or another thread."""
        self._stop.set()

    def _bring_up(self) -> None:
        began = time.monotonic()
        known = secrets.load_or_create(self._home)
        api_port = self._api_port()
        database_url = self._start_postgres()
        temporal_address, temporal_ui = self._start_temporal(f"http://127.0.0.1:{api_port}/api/codec")
        env = {
            **os.environ,
            **known,
            "CALLOUT_HOME": str(self._home),
            "CALLOUT_DATABASE_URL": database_url,
            "CALLOUT_TEMPORAL_ADDRESS": temporal_address,
            "CALLOUT_TEMPORAL_NAMESPACE": NAMESPACE,
            "CALLOUT_TEMPORAL_UI": temporal_ui,
            API_PORT_SETTING: str(api_port),
            "PYTHONUNBUFFERED": "1",
        }
        for step in self._steps:
            self._run_step(step, env)
        for child in self._children(env):
            self._start_child(child, env)
        self._record("running")
        self._reporter.ready(time.monotonic() - began, self._urls)

    def _api_port(self) -> int:
        if self._chosen_ports.api is None:
            return ports.kept(self._home / "api-port", _USUAL_API_PORT)
        ports.require_free(self._chosen_ports.api, API_PORT_SETTING)
        return self._chosen_ports.api

    def _start_postgres(self) -> str:
        with self._step("PostgreSQL") as detail:
            server = EmbeddedPostgres(self._home, port=self._chosen_ports.postgres)
            self._add(
                Part(
                    "PostgreSQL",
                    lambda: _after(server.start(self._stop.is_set), server.postmaster),
                    lambda _: server.stop(_SERVER_GRACE_SECONDS),
                )
            )
            url = server.create_database(DATABASE)
            detail.append(url.rpartition("@")[2])
        return url

    def _start_temporal(self, codec_url: str) -> tuple[str, str]:
        """Its address, and that of its UI; empty without one."""
        with self._step("Temporal") as detail:
            chosen = self._chosen_ports
            server = EmbeddedTemporal(self._home, port=chosen.temporal, ui_port=chosen.temporal_ui, codec_url=codec_url)
            self._add(
                Part(
                    "Temporal",
                    lambda: _after(server.start(self._stop.is_set), server.server),
                    lambda _: server.stop(_SERVER_GRACE_SECONDS),
                )
            )
            detail.append(server.address)
            if server.ui_url is not None:
                self._urls["Temporal UI"] = server.ui_url
        return server.address, server.ui_url or ""

    def _run_step(self, step: Step, env: Environment) -> None:
        log = self._log(step.name)
        with self._step(step.name):
            part = child_part(Child(step.name, step.command, until_done=True), env, log, self._cwd)
            self._add(part)
            try:
                while part.is_running and not self._stop.is_set():
                    time.sleep(0.05)
            finally:
                part.stop()
                self._parts.remove(part)
            if not part.is_done and not self._stop.is_set():
                raise NotStartedError(step.name, "it did not end well", log)

    def _start_child(self, child: Child, env: Environment) -> None:
        log = self._log(child.name)
        with self._step(child.name) as detail:
            part = child_part(child, env, log, self._cwd)
            self._add(part)
            wait_ready(child, part, log, self._stop.is_set)
            if child.url is not None:
                self._urls[child.name] = child.url
                detail.append(child.url)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            for part in self._parts:
                news = part.tend(time.monotonic())
                if news is not None:
                    self._record("running")
                    self._reporter.note(news)

    def _bring_down(self) -> None:
        """The last started goes first, so that nobody loses what it stands on."""
        self._stop.set()
        self._record("stopping")
        began = time.monotonic()
        with self._reporter.working("stopping"):
            for part in reversed(self._parts):
                part.stop()
        self._reporter.done(StepRecord("stopped", time.monotonic() - began))
        if self._error:
            self._record("stopped")
        else:
            state.clear(self._home)

    @contextmanager
    def _step(self, name: str) -> Iterator[list[str]]:
        """Times one step and tells of it; what is put into the list is shown beside it."""
        if self._stop.is_set():
            raise _StopRequested
        began = time.monotonic()
        detail: list[str] = []
        with self._reporter.working(name):
            yield detail
        if self._stop.is_set():
            raise _StopRequested
        self._done.append(StepRecord(name, time.monotonic() - began, " ".join(detail)))
        self._record("starting")
        self._reporter.done(self._done[-1])

    def _add(self, part: Part) -> None:
        """Starts a part; from the first moment it is among those that will be stopped."""
        self._parts.append(part)
        part.start(time.monotonic())
        self._record("starting")

    def _record(self, phase: str) -> None:
        me = Identity.of(os.getpid())
        assert me is not None, "this process lives"  # noqa: S101
        parts = tuple(PartRecord(part.name, part.identity, part.restarts) for part in self._parts)
        record = RunRecord(me, phase, tuple(self._done), parts, dict(self._urls), self._error)
        state.write(self._home, record)

    def _log(self, name: str) -> Path:
        return self._home / "logs" / f"{name.lower().replace(' ', '-')}.log"

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Turns signals into a request to stop, for as long as the stack is there."""
        heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        former = {number: signal.signal(number, lambda *_: self.request_stop()) for number in heard}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def _after(_: str, find: Callable[[], Identity | None]) -> Identity:
    """Returns which process a server is, once it has started."""
    found = find()
    if found is None:
        raise StackError("the server ended right after its start")
    return found
