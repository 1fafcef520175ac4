"""The local stack: which processes it has, and what a person sees when it is ready."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from console.system import environment
from runtime import secrets
from runtime.parts import Child, Step
from runtime.report import Reporter
from runtime.stack import API_PORT_SETTING, ChosenPorts, Environment, Stack

ROOT = Path(__file__).parent.parent
CONSOLE = ROOT / "web" / "dist"
"""The built console; a checkout without it serves the API alone."""
PEOPLE = "Sample people"
SPEED = 60.0
"""Of the sample company: a working day passes in ten minutes."""
READY_SECONDS = 90.0
"""A machine that does other things, too, may need so long to load the API."""
WHO = "dispatcher-1@example.com, agent-1@example.com"
TRY = ("callout status", "callout case list", "callout plan show")


class Welcome(Reporter):
    """Ends with how to sign in, and three commands to try.

    Args:
        home: Where the passwords of the sample company's people are kept.
    """

    def __init__(self, console: Console, home: Path) -> None:
        super().__init__(console)
        self._passwords = home / secrets.SIGN_IN_FILE_NAME

    def ready(self, seconds: float, urls: Mapping[str, str]) -> None:
        """Says that everything runs, where to find it, and what to do next."""
        super().ready(seconds, urls)
        if self._passwords.exists():
            self._print(f"  Sign in as {WHO}, …; addresses and passwords: {escape(str(self._passwords))}\n")
        self._print("  Try, in another terminal:")
        for command in TRY:
            self._print(f"    .venv/bin/{command}")
        self._print("")


def program(*arguments: str) -> Sequence[str]:
    """Another program of this project."""
    return [sys.executable, *arguments]


def become(*arguments: str) -> NoReturn:
    """Go on as another program of this project, with the settings that this one found."""
    known = environment()
    paths = [str(ROOT), *filter(None, [known.get("PYTHONPATH")])]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *arguments], {**known, "PYTHONPATH": os.pathsep.join(paths)})  # noqa: S606


def stack(home: Path, reporter: Reporter, *, speed: float, sample: bool) -> Stack:
    """The stack of a home folder.

    Args:
        speed: Of the sample company, for the first time.
        sample: Whether to load it, and to have its people work.
    """
    # Both in one process: starting another one takes longer than what it would do.
    prepare = Step("Schema and sample", program("-m", "console.sample", str(speed)))
    steps = [prepare if sample else Step("Schema", program("-m", "models.migrate"))]
    return Stack(
        home,
        reporter,
        steps=steps,
        children=lambda known: _children(known, sample=sample),
        chosen_ports=ChosenPorts.from_environment(os.environ),
        cwd=ROOT,
    )


def _children(known: Environment, *, sample: bool) -> list[Child]:
    """The worker, the API, and the sample company's people.

    One worker serves every queue here: solves run in processes of their own anyway.
    """
    url = f"http://127.0.0.1:{known[API_PORT_SETTING]}"
    server = Child(
        "API",
        program("-m", "console.server"),
        ready=f"{url}/health/ready",
        ready_seconds=READY_SECONDS,
        url=f"{url}/" if CONSOLE.exists() else f"{url}/api/docs",
    )
    people = [Child(PEOPLE, program("-m", "simulation.people"))] if sample else []
    return [Child("Worker", program("worker.py")), server, *people]
