"""The live display of a run: virtual time, cases, promises and plans of both dispatchers."""

import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live
from rich.table import Table

from simulation.comparison import FigureRow
from simulation.driver import Moment
from simulation.population import DISPATCHERS
from simulation.reading import Tally

_LINE_SECONDS = 15.0
MINUTE = timedelta(minutes=1)


class Display:
    """Shows a run while it runs: a table on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console, time_zone: str, speed: float) -> None:
        """Prepares the display; ``watch`` shows it."""
        self._console = console
        self._zone = ZoneInfo(time_zone)
        self._speed = speed
        self._live: Live | None = None
        self._began = time.monotonic()
        self._last_line = 0.0

    def watch(self, moment: Moment) -> None:
        """Show how far the run is."""
        if self._console.is_terminal:
            if self._live is None:
                self._live = Live(console=self._console, auto_refresh=False, transient=True)
                self._live.start()
            self._live.update(self._table(moment), refresh=True)
        elif time.monotonic() - self._last_line > _LINE_SECONDS:
            self._last_line = time.monotonic()
            self._console.print(self._line(moment), soft_wrap=True)

    def close(self) -> None:
        """Take the display away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _heading(self, moment: Moment) -> str:
        seconds = time.monotonic() - self._began
        clock = f"{moment.now.astimezone(self._zone):%a %d %b %Y %H:%M}"
        return f"{clock}  {self._speed:g} times as fast, {seconds // 60:.0f}:{seconds % 60:02.0f} min"

    def _table(self, moment: Moment) -> Table:
        table = Table(title=self._heading(moment), title_justify="left", box=None, header_style="bold", pad_edge=False)
        table.add_column("")
        for dispatcher in DISPATCHERS:
            table.add_column(dispatcher.name, justify="right")
        for name, value in _ROWS:
            table.add_row(name, *(value(moment.tallies[d.key]) for d in DISPATCHERS))
        table.add_row("requests", f"{moment.called} of {moment.requests}", "")
        table.add_row("the machine lags by", f"{moment.lag / MINUTE:.0f} min", "")
        return table

    def _line(self, moment: Moment) -> str:
        parts = [
            f"{d.name}: " + ", ".join(f"{name} {value(moment.tallies[d.key])}" for name, value in _ROWS)
            for d in DISPATCHERS
        ]
        counts = [f"{count} acts {answer}" for answer, count in moment.acts.items() if count]
        counts += [f"{count} {kind}" for kind, count in moment.refusals.items()]
        done = ", ".join([*counts, f"lag {moment.lag / MINUTE:.0f} min"])
        return (
            f"{self._heading(moment)}  {moment.called}/{moment.requests} requests  "
            + "  |  ".join(parts)
            + f"  ({done})"
        )


def _count(tally: Tally, *states: str) -> str:
    return str(sum(number for state, number in tally.cases.items() if state in states))


_ROWS: tuple[tuple[str, Callable[[Tally], str]], ...] = (
    ("at the desk", lambda t: _count(t, "registering", "classifying", "diagnosing", "deciding", "quoting")),
    ("with an engineer", lambda t: _count(t, "visiting", "handed_over")),
    ("to be confirmed or called back", lambda t: _count(t, "confirming", "calling_back")),
    ("archived", lambda t: _count(t, "archived", "cancelled")),
    ("promises kept", lambda t: str(t.kept)),
    ("promises broken", lambda t: str(t.broken)),
    ("visits done", lambda t: str(t.visits_done)),
    ("plans", lambda t: str(t.plans)),
)


def comparison_table(rows: list[FigureRow], names: list[str]) -> Table:
    """The figures side by side; the better one is bold and marked."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        cells = [f"[bold]{c} ◂[/]" if row.better == i else f"{c}  " for i, c in enumerate(row.cells)]
        table.add_row(row.name, *cells)
    return table
