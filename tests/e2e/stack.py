"""A whole local stack for an end-to-end test: ``callout up`` in a folder of its own, with real processes to kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import ports, state
from tests.stack import a_home

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 300.0
"""Seconds; ten times what a quiet machine needs."""


@dataclass(frozen=True)
class RunningStack:
    """A stack in the background, used as a person would: through the command line."""

    home: Path
    environment: dict[str, str]

    def callout(self, *arguments: str) -> Any:
        """What a command answers with ``--json``."""
        done = self._run(*arguments, "--json")
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return json.loads(done.stdout)

    def refused(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the words of a command that cannot be done."""
        done = self._run(*arguments)
        return done.returncode, done.stderr

    def kill(self, name: str) -> int:
        """End one process without a warning; returns its id."""
        part = next(part for part in state.status(self.home).parts if part.name == name)
        assert part.pid is not None
        os.kill(part.pid, signal.SIGKILL)
        return part.pid

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if holds():
                return
            time.sleep(0.3)
        raise AssertionError(f"not within {seconds:.0f} s: {what}")

    def is_up(self, name: str, other_than: int) -> bool:
        """Whether a process runs again under another id."""
        part = next(part for part in state.status(self.home).parts if part.name == name)
        return part.running and part.pid not in {None, other_than}

    def _run(self, *arguments: str, patience: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )


@contextmanager
def a_running_stack(speed: int, *options: str) -> Iterator[RunningStack]:
    """``callout up --detach`` with the sample company, or with other options; stopped at the end."""
    with a_home() as home:
        chosen = {
            f"CALLOUT_{name}_PORT": str(ports.any_free()) for name in ("POSTGRES", "TEMPORAL", "TEMPORAL_UI", "API")
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CALLOUT_")}
        stack = RunningStack(home, {**kept, **chosen, "CALLOUT_HOME": str(home)})
        try:
            started = stack._run("up", "--detach", "--speed", str(speed), *options, patience=STARTS_WITHIN)
            assert started.returncode == 0, started.stderr
            yield stack
        finally:
            stack._run("down")
