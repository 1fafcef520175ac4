"""``callout up``, ``down``, ``status``, ``migrate``, ``api``, ``worker``: the processes."""

import os
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from activities import queues
from api.queries import Status
from console import local
from console.output import Json, err, facts, out, table, when, words, write_json
from console.plans import plan_words
from console.system import System, ask, home, tell
from domain.errors import CalloutError, InvalidInputError
from runtime import control, state
from runtime.report import Reporter
from runtime.state import StackStatus

T = TypeVar("T")
SPEED_HELP = "Virtual seconds per second of the sample company; only for an empty database."


def up(
    detach: Annotated[bool, typer.Option("--detach", help="Start in the background and return when ready.")] = False,
    speed: Annotated[float, typer.Option(min=0.01, max=100_000, help=SPEED_HELP)] = local.SPEED,
    empty: Annotated[bool, typer.Option("--empty", help="Without the sample company and its people.")] = False,
) -> None:
    """Start everything: database, Temporal, workers, API, and on an empty database the sample company."""
    folder, reporter = home().resolve(), local.Welcome(err(), home().resolve())
    if detach:
        arguments = ["up", "--speed", str(speed), *(["--empty"] if empty else [])]
        control.start_detached(
            folder,
            local.program("cli.py", *arguments),
            reporter,
            env={**os.environ, "CALLOUT_HOME": str(folder)},
            cwd=local.ROOT,
        )
        return
    local.stack(folder, reporter, speed=speed, sample=not empty).run()


def down() -> None:
    """Stop everything, wherever it was started."""
    with Reporter(err()).working("stopping"):
        was_running = control.down(home())
    err().print("Stopped." if was_running else "Nothing was running.")


def status(as_json: Json = False) -> None:
    """Show what runs, the virtual time, cases by state and promise, and what is unplanned."""
    running = state.status(home())
    company, trouble = _unless_away(lambda: ask(lambda queries: queries.status()))
    workers, silence = (None, trouble) if trouble else _unless_away(lambda: tell(_workers))
    trouble = trouble or silence
    if as_json:
        write_json({"stack": running.as_dict(), "company": company, "workers": workers, "error": trouble or None})
    else:
        _show(running, company, workers, trouble)
    if trouble:
        raise typer.Exit(3)


def migrate() -> None:
    """Bring the database to this version of the schema."""
    local.become("-m", "models.migrate")


def api() -> None:
    """Run the API until told to stop."""
    local.become("-m", "console.server")


def worker(
    queue: Annotated[str, typer.Option("--queues", help="A comma list of " + ", ".join(queues.ALL) + ".")] = ",".join(
        queues.ALL
    ),
) -> None:
    """Run a worker until told to stop."""
    for name in queue.split(","):
        if name not in queues.ALL:
            raise InvalidInputError("--queues", f"{name!r} is no queue; choose from {', '.join(queues.ALL)}")
    local.become(str(local.ROOT / "worker.py"), "--queues", queue)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, down, status, migrate, api, worker):
        app.command(command.__name__)(command)


def _unless_away(question: Callable[[], T]) -> tuple[T | None, str]:
    """The answer, or what does not answer."""
    try:
        return question(), ""
    except CalloutError as error:
        if not error.retryable:
            raise
        return None, error.message


async def _workers(system: System) -> dict[str, int]:
    return await system.commands.workers()


def _show(running: StackStatus, company: Status | None, workers: dict[str, int] | None, trouble: str) -> None:
    parts = [
        (part.name, "running" if part.running else "down", part.pid, part.restarts or None) for part in running.parts
    ]
    out().print(f"The local stack is {running.phase}.")
    if parts:
        table("", ("process", "state", "pid", "restarts"), parts)
    for name, url in running.urls.items():
        out().print(f"  {name:<14} {url}")
    if trouble:
        err().print(trouble, soft_wrap=True, markup=False)
    if company is None:
        return
    found = company.overview
    speed = f", {company.speed:g} times as fast as real time" if company.speed != 1 else ""
    out().print()
    facts(
        {
            "time": f"{when(company.now)} {company.now.astimezone():%Z}{speed}",
            "cases": words(found.cases),
            "promises": words(found.sla),
            "overdue steps": found.overdue,
            "open visits": words(found.open_visits),
            "without a place": words(found.unplanned),
            "engineers": found.engineers,
            "workers": None if workers is None else ", ".join(f"{n} on {queue}" for queue, n in workers.items()),
        }
    )
    table("\nLast plans", ("territory", "plan"), [(p.territory, plan_words(p)) for p in found.last_plans])
