"""``callout import``: service requests from files."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.commands import Commands
from api.queries import Queries
from console.output import Json, err, facts, out, table, write_json
from console.system import record, settings, system
from console.target import prepare
from domain.errors import UnavailableError
from intake.importing import ImportAs, ImportProgress, import_requests
from intake.mapping import Mapping, load_mapping
from intake.rejects import default_path, rejects_file
from intake.requests import Reject, read_requests
from intake.rows import count_rows
from models.session import Database
from settings import Settings

app = typer.Typer(help="Bring data in.", no_args_is_help=True)
SHIPPED = Path(__file__).parent.parent / "intake" / "mappings"


@app.command("requests")
def requests(
    file: Annotated[Path, typer.Argument(help="A CSV file, one service request per line.")],
    mapping: Annotated[Path, typer.Option(help="How its columns become requests: a TOML file, or sf311.")],
    what: Annotated[
        ImportAs,
        typer.Option(
            "--as",
            help="by-state: closed rows become archived history, the others open cases; "
            "open: every row an open case; history: closed rows only.",
        ),
    ] = ImportAs.BY_STATE,
    rejects: Annotated[
        Path | None, typer.Option(help="Where bad rows are listed; FILE.rejects.csv by default.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read the file and list the bad rows.")] = False,
    as_json: Json = False,
) -> None:
    """Import service requests. Good rows go in, bad rows are listed by line; a second run adds nothing."""
    rules = load_mapping(_mapping_file(mapping))
    total = count_rows(file, rules)
    listed = rejects or default_path(file)
    job = _Job(file, rules, what, listed, total)
    progress = ImportProgress()
    try:
        if check:
            _check(job, progress)
        else:
            asyncio.run(_import(job, progress, settings()))
    except UnavailableError as error:
        raise UnavailableError(f"{error.message} {_how_far(progress)}") from error
    if as_json:
        write_json({**vars(progress), "file": str(file), "total": total, "rejects": str(listed)})
    else:
        _report(job, progress)
    if progress.stopped:
        raise typer.Exit(130)


@dataclass(frozen=True)
class _Job:
    """One import."""

    file: Path
    mapping: Mapping
    what: ImportAs
    rejects: Path
    total: int


async def _import(job: _Job, progress: ImportProgress, given: Settings) -> None:
    if job.what is ImportAs.HISTORY:
        async with record(given) as (database, queries):
            await _run(job, progress, database, queries, None)
        return
    async with system(given) as found:
        await _run(job, progress, found.database, found.queries, found.commands)


async def _run(
    job: _Job, progress: ImportProgress, database: Database, queries: Queries, commands: Commands | None
) -> None:
    now = await queries.now()
    target = await prepare(database, queries, commands, job.mapping, now)
    rows = read_requests(job.file, job.mapping, now)
    with rejects_file(job.rejects) as rejects, _stoppable() as stop, _bar(job.total) as report:
        await import_requests(rows, target, rejects, progress, job.what, stop, report)


def _check(job: _Job, progress: ImportProgress) -> None:
    with rejects_file(job.rejects) as rejects:
        for row in read_requests(job.file, job.mapping):
            progress.rows += 1
            progress.line = row.line
            if isinstance(row, Reject):
                rejects.add(row)
                progress.reject(row)


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks the import to stop at the next safe point; a second one ends it at once."""
    asked = False

    def ask() -> None:
        nonlocal asked
        asked = True
        loop.remove_signal_handler(signal.SIGINT)
        err().print("Stopping after what has begun … (Ctrl-C again to end at once)")

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # signals reach the main thread alone
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        loop.remove_signal_handler(signal.SIGINT)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[ImportProgress], None]]:
    columns = (
        TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f} rows/s"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err(), transient=True, disable=not err().is_terminal) as bar:
        task = bar.add_task("", total=total, speed=0.0)

        def report(progress: ImportProgress) -> None:
            bar.update(task, completed=progress.rows)

        yield report


def _report(job: _Job, progress: ImportProgress) -> None:
    if progress.stopped:
        out().print(f"[yellow]Stopped.[/] {_how_far(progress)}")
    facts(
        {
            "rows": f"{progress.rows} of {job.total}",
            "opened": progress.opened or None,
            "archived": progress.archived or None,
            "already there": progress.already_there or None,
            "left out": progress.left_out or None,
            "rejected": f"{progress.rejected}, listed in {job.rejects}" if progress.rejected else None,
        }
    )
    reasons = sorted(progress.reasons.items(), key=lambda item: -item[1])
    if reasons:
        table("", ("rows", "rejected because"), [(count, reason) for reason, count in reasons])


def _how_far(progress: ImportProgress) -> str:
    taken = progress.opened + progress.archived
    return f"Everything up to line {progress.line} is done, {taken} cases are new; run it again to go on."


def _mapping_file(given: Path) -> Path:
    """A mapping file; a bare name may be one that comes with the program."""
    shipped = SHIPPED / f"{given.name}.toml"
    return shipped if not given.exists() and given.name == str(given) and shipped.exists() else given
