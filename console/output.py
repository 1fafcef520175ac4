"""What commands write: tables for people, one JSON document for programs, errors that say what to do."""

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else there.")]

PIPE_WIDTH = 240

COLOURS = {
    "breached": "bold red", "missed": "red", "jeopardy": "bold yellow", "warning": "yellow", "paused": "cyan",
    "kept": "green", "running": "green", "safety": "bold red", "high": "red", "archived": "dim", "cancelled": "dim",
}  # fmt: skip


def out() -> Console:
    """Where answers go."""
    # A file or a pipe has no width; nothing needs to be cut there.
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Where progress and errors go, so that answers can be piped."""
    return Console(file=sys.stderr, highlight=False)


def write_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def plain(value: Any) -> Any:
    """A value as JSON has it; times with their offset, spans in seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "") -> None:
    """A table, or a sentence when there are no rows."""
    found = [[cell(value) for value in row] for row in rows]
    if not found and empty:
        out().print(empty)
        return
    grid = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in columns[:-1]:
        grid.add_column(name, no_wrap=True)
    grid.add_column(columns[-1], overflow="fold")
    for row in found:
        grid.add_row(*row)
    out().print(grid)


def facts(rows: Mapping[str, object]) -> None:
    """Names and values below each other; what is empty is left out."""
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        if value not in (None, "", [], {}):
            grid.add_row(name, cell(value))
    out().print(grid)


def cell(value: object) -> Text:
    """A value in a table. Plain text: what a customer wrote is never markup."""
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, Text):
        return value
    text = str(value)
    return Text(text, style=COLOURS.get(text, ""))


def when(moment: datetime | None, zone: str | None = None) -> str:
    """A moment to the minute, in a zone or in this machine's."""
    if moment is None:
        return "–"
    return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%a %d %b %H:%M")


def clock(moment: datetime, zone: str | None = None) -> str:
    """The time of day."""
    return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%H:%M")


def span(seconds: float) -> str:
    """A duration as people say it."""
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def words(counts: Mapping[str, int]) -> str:
    """``{"open": 2}`` as ``2 open``."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "none"
