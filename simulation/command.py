"""``callout simulate``: what may be asked for.

The work is loaded only when it is asked for: every other command starts faster without it.
"""

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import InvalidInputError
from simulation.spec import RunSpec

STOPPED = 130

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
    speed: Speed = 360.0,
    seed: Seed = 1,
    drain: Drain = 6.0,
    out: Out = None,
    resume: Resume = "",
    as_json: Json = False,
) -> None:
    """Replay real requests in fast time, against a dispatcher who sends the nearest free engineer."""
    session = import_module("simulation.session")
    if resume:
        finished = session.resume(resume, out, as_json=as_json)
    else:
        if file is None or first is None:
            raise InvalidInputError("FILE" if file is None else "--from", "is missing: say which requests to replay")
        begin, end = first.date(), (last or first).date()
        spec = RunSpec("", file.name, engineers, begin, end, speed, seed, drain)
        finished = session.begin(file, mapping, spec, out, as_json=as_json)
    if not finished:
        raise typer.Exit(STOPPED)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)
