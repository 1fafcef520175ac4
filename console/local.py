"""The local stack: which processes it has, and what a person sees when it is ready."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from activities import queues
from console.system import environment
from models.session import Database
from runtime.parts import Child, Step
from runtime.report import Reporter
from runtime.stack import API_PORT_SETTING, ChosenPorts, Environment, Stack
from samples.load import SPEED, OtherCompanyError, load

__all__ = ["SPEED", "Welcome", "load_sample", "ourselves", "stack"]

ROOT = Path(__file__).parent.parent
PEOPLE = "Sample people"
TRY = ("callout status", "callout case list", "callout plan show")


class Welcome(Reporter):
    """Ends with three commands to try."""

    def ready(self, seconds: float, urls: Mapping[str, str]) -> None:
        """Says that everything runs, where to find it, and what to do next."""
        super().ready(seconds, urls)
        self._print("  Try, in another terminal:")
        for command in TRY:
            self._print(f"    .venv/bin/{command}")
        self._print("")


def ourselves(*arguments: str) -> Sequence[str]:
    """This program with other arguments."""
    return [sys.executable, str(ROOT / "cli.py"), *arguments]


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
    steps = [Step("Schema", ourselves("migrate"))]
    if sample:
        steps.append(Step("Sample company", ourselves("load-sample", "--speed", str(speed))))
    return Stack(
        home,
        reporter,
        steps=steps,
        children=lambda known: _children(known, sample=sample),
        chosen_ports=ChosenPorts.from_environment(os.environ),
        cwd=ROOT,
    )


def _children(known: Environment, *, sample: bool) -> list[Child]:
    """Workers by queue, the API, and the sample company's people."""
    port = known[API_PORT_SETTING]
    url = f"http://127.0.0.1:{port}"
    workers = [Child(f"Worker {queue}", ourselves("worker", "--queues", queue)) for queue in queues.ALL]
    server = Child("API", ourselves("api"), ready=f"{url}/health/ready", url=f"{url}/docs")
    people = [Child(PEOPLE, [sys.executable, "-m", "simulation.people"])] if sample else []
    return [*workers, server, *people]


async def load_sample(url: str, speed: float) -> str:
    """Load the sample company unless the record holds another one; says which it was."""
    database = Database(url, pool_size=1, max_overflow=0)
    try:
        loaded = await load(database, datetime.now(UTC), speed=speed)
    except OtherCompanyError:
        return "The database holds another company; the sample company is left out."
    finally:
        await database.close()
    return f"{loaded.company.name} is {'loaded' if loaded.is_new else 'there already'}."
