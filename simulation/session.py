"""One ``callout simulate``: prepare the run, take it to its end, say what came of it."""

import json
import os
import sys
from pathlib import Path

from rich.console import Console

from intake.mapping import load_mapping
from simulation.comparison import RunResult, as_document, comparison
from simulation.live import comparison_table
from simulation.replay import read
from simulation.run import SimulationRun, write
from simulation.spec import RunFolder, RunSpec, create, find

SHIPPED = Path(__file__).parent.parent / "intake" / "mappings"
_OPEN_SHOWN = 20


def begin(file: Path, mapping: Path, spec: RunSpec, out: Path | None, *, as_json: bool) -> bool:
    """A new run, whose input must prove readable first. Returns whether it came to its end."""
    shipped = SHIPPED / f"{mapping.name}.toml"
    rules = mapping if mapping.exists() or not shipped.exists() else shipped
    read(file, load_mapping(rules), spec.first, spec.last)
    return _go(create(_runs(), spec, file, rules), out, as_json=as_json)


def resume(run: str, out: Path | None, *, as_json: bool) -> bool:
    """Go on with a run that was stopped or killed. Returns whether it came to its end."""
    return _go(find(_runs(), run), out, as_json=as_json)


def _runs() -> Path:
    return Path(os.environ.get("CALLOUT_HOME") or ".callout") / "simulations"


def _go(folder: RunFolder, out: Path | None, *, as_json: bool) -> bool:
    console = Console(file=sys.stderr, highlight=False)
    spec = folder.spec()
    console.print(
        f"Run [bold]{spec.run}[/]: {spec.source} from {spec.first} to {spec.last}, {spec.engineers} engineers for each "
        f"of two dispatchers, {spec.speed:g} times as fast as real time",
        soft_wrap=True,
    )
    result = SimulationRun(folder, console).go()
    if result is None:
        console.print(f"Stopped. Go on with: callout simulate --resume {spec.run}", soft_wrap=True)
        return False
    written = write(result, out or folder.path)
    if as_json:
        sys.stdout.write(json.dumps(as_document(result), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(result, Console(file=sys.stdout, highlight=False))
    console.print(f"\nReport: {written.page}\nFigures: {written.document}", soft_wrap=True)
    return True


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
