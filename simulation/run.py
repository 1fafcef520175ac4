"""A whole run on a stack of its own: bring it up, drive, take it down, write the report."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from domain.errors import CalloutError
from runtime import ports
from runtime.parts import Child, Step
from runtime.report import Reporter
from runtime.stack import API_PORT_SETTING, ChosenPorts, Environment, Stack
from settings import Settings
from simulation.comparison import RunResult, as_document
from simulation.driver import drive
from simulation.live import Display
from simulation.page import as_page
from simulation.spec import RunFolder

ROOT = Path(__file__).parent.parent
READY_SECONDS = 120.0  # a busy machine loads slowly
WORKERS = 2  # a worker is one process and uses one core; each also solves, so that no dispatcher waits for the other


@dataclass(frozen=True)
class Written:
    """Where the report is."""

    page: Path
    document: Path


class SimulationRun(Reporter):
    """One run; ``go`` takes it to its end.

    The stack runs in the main thread, which hears signals; the run is driven beside it and ends the stack when
    it is over. A killed server or worker is started again by the stack, and the run goes on.
    """

    def __init__(self, folder: RunFolder, console: Console) -> None:
        """Prepares; starts nothing."""
        super().__init__(console)
        self._folder = folder
        self._display = Display(console, folder.mapping().time.zone, folder.spec().speed)
        self._environment: dict[str, str] = {}
        self._stopping = threading.Event()
        self._result: RunResult | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._drive, name="simulation")
        self._stack = Stack(
            folder.home,
            self,
            steps=[Step("Schema", _program("-m", "models.migrate"))],
            children=self._children,
            chosen_ports=ChosenPorts(temporal=ports.any_free(), temporal_ui=ports.any_free(), api=ports.any_free()),
            cwd=ROOT,
        )

    def go(self) -> RunResult | None:
        """Run until every case is over, the time is up, or somebody stops it.

        Returns:
            The result; None when it was stopped early and can be gone on with.

        Raises:
            CalloutError: The run cannot be made.
            StackError: The stack does not come up.
        """
        try:
            self._stack.run()
        finally:
            self._stopping.set()
            if self._thread.ident is not None:
                self._thread.join()
            self._display.close()
        if self._error is not None:
            raise self._error
        return self._result

    def ready(self, seconds: float, urls: Mapping[str, str]) -> None:
        """The stack is there: begin to drive."""
        super().ready(seconds, urls)
        self._thread.start()

    def _children(self, environment: Environment) -> Sequence[Child]:
        self._environment = dict(environment)
        url = f"http://127.0.0.1:{environment[API_PORT_SETTING]}"
        quiet = {"CALLOUT_LOG_LEVEL": "WARNING"}
        server = Child(
            "API",
            _program("-m", "console.server"),
            env=quiet,
            ready=f"{url}/health/ready",
            ready_seconds=READY_SECONDS,
            url=f"{url}/api/docs",
        )
        workers = [Child(f"Worker {n}", _program("worker.py"), env=quiet) for n in range(1, WORKERS + 1)]
        return [*workers, server]

    def _drive(self) -> None:
        # A command that starts a workflow on the way leaves a second copy of its failure, which asyncio would print.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        try:
            self._result = asyncio.run(
                drive(self._folder, self._settings(), self._display.watch, self._stopping.is_set)
            )
        except CalloutError as error:
            # A system that is being taken down does not answer; that is no failure of the run.
            self._error = None if self._stopping.is_set() else error
        finally:
            self._stack.request_stop()

    def _settings(self) -> Settings:
        prefix = "CALLOUT_"
        known = {k.removeprefix(prefix).lower(): v for k, v in self._environment.items() if k.startswith(prefix)}
        return Settings(**{name: value for name, value in known.items() if name in Settings.model_fields})  # type: ignore[arg-type]


def write(result: RunResult, folder: Path) -> Written:
    """Write the report: a page for people, a document for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    page, document = folder / "report.html", folder / "result.json"
    page.write_text(as_page(result), encoding="utf-8")
    document.write_text(json.dumps(as_document(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Written(page, document)


def _program(*arguments: str) -> Sequence[str]:
    return [sys.executable, *arguments]
