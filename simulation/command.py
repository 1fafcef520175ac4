"""``callout simulate`` and ``callout people``."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.errors import InvalidInputError
from intake.mapping import load_mapping
from simulation import people as sample_people
from simulation.comparison import RunResult, as_document, comparison
from simulation.live import comparison_table
from simulation.replay import read
from simulation.run import SimulationRun, write
from simulation.spec import RunFolder, RunSpec, create, find

SHIPPED = Path(__file__).parent.parent / "intake" / "mappings"
RUNS = Path(".callout") / "simulations"
STOPPED = 130
_OPEN_SHOWN = 20

File = Annotated[Path | None, typer.Argument(help="A CSV file, one service request per line.")]
MappingFile = Annotated[Path, typer.Option("--mapping", help="How columns become requests: a TOML file, or sf311.")]
Engineers = Annotated[int, typer.Option(help="How many engineers each dispatcher has.")]
First = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")]
Speed = Annotated[float, typer.Option(help="Virtual seconds per second.")]
Seed = Annotated[int, typer.Option(help="Which world of chance.")]
Drain = Annotated[float, typer.Option(help="Days after the last one within which open cases may end.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where the report goes; the run's folder by default.")]
Resume = Annotated[str, typer.Option(help="Go on with a run that was stopped or killed: its name.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else there.")]


def simulate(
    file: File = None,
    mapping: MappingFile = Path("sf311"),
    engineers: Engineers = 12,
    first: First = None,
    last: Last = None,
    speed: Speed = 720.0,
    seed: Seed = 1,
    drain: Drain = 6.0,
    out: Out = None,
    resume: Resume = "",
    as_json: Json = False,
) -> None:
    """Replay real requests in fast time, against a dispatcher who sends the nearest free engineer."""
    console = Console(file=sys.stderr, highlight=False)
    if resume:
        folder = find(RUNS, resume)
    else:
        if file is None or first is None:
            raise InvalidInputError("FILE" if file is None else "--from", "is missing: say which requests to replay")
        begin, end = first.date(), (last or first).date()
        folder = _new_run(file, mapping, RunSpec("", file.name, engineers, begin, end, speed, seed, drain))
    _run(folder, out or folder.path, console, as_json=as_json)


def people() -> None:
    """Let the sample company's people work, until told to stop."""
    code = sample_people.main()
    if code:
        raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("simulate")(simulate)
    app.command("people", hidden=True)(people)


def _new_run(file: Path, mapping: Path, spec: RunSpec) -> RunFolder:
    """A folder for a run whose input has proved readable."""
    shipped = SHIPPED / f"{mapping.name}.toml"
    rules = mapping if mapping.exists() or not shipped.exists() else shipped
    read(file, load_mapping(rules), spec.first, spec.last)
    return create(RUNS, spec, file, rules)


def _run(folder: RunFolder, out: Path, console: Console, *, as_json: bool) -> None:
    spec = folder.spec()
    console.print(
        f"Run [bold]{spec.run}[/]: {spec.source} from {spec.first} to {spec.last}, {spec.engineers} engineers for each "
        f"of two dispatchers, {spec.speed:g} times as fast as real time",
        soft_wrap=True,
    )
    result = SimulationRun(folder, console).go()
    if result is None:
        console.print(f"Stopped. Go on with: callout simulate --resume {spec.run}", soft_wrap=True)
        raise typer.Exit(STOPPED)
    written = write(result, out)
    if as_json:
        sys.stdout.write(json.dumps(as_document(result), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(result, Console(file=sys.stdout, highlight=False))
    console.print(f"\nReport: {written.page}\nFigures: {written.document}", soft_wrap=True)


def _show(result: RunResult, console: Console) -> None:
    names = [dispatcher.name for dispatcher in result.dispatchers]
    console.print(comparison_table(comparison(result.dispatchers), names))
    for dispatcher in result.dispatchers:
        still_open = [case for case in dispatcher.cases if not case.state.is_final]
        if still_open:
            console.print(f"\n{dispatcher.name}: {len(still_open)} cases are still open")
        for case in still_open[:_OPEN_SHOWN]:
            due = f" until {case.due:%Y-%m-%d %H:%M} UTC" if case.due else ""
            console.print(
                f"  {case.id}  {case.state}: {case.next_step} by {case.responsible}{due}; {case.reason}",
                markup=False,
                soft_wrap=True,
            )
