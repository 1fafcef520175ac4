"""The result of a run: the figures of all dispatchers side by side, as rows for a table and as JSON."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from domain.clock import ClockName
from simulation.days import Day
from simulation.metrics import Figures, Kept
from simulation.records import CaseRecord

Value = Callable[[Figures], float | None]
Show = Callable[[Figures], str]


@dataclass(frozen=True)
class DispatcherResult:
    """Everything the report says about one dispatcher."""

    key: str
    name: str
    figures: Figures
    days: tuple[Day, ...]
    cases: tuple[CaseRecord, ...]


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        first_day, last_day: Local days of the first and the last request.
        ended_at: Virtual time at which the run was ended.
    """

    run: str
    source: str
    time_zone: str
    first_day: date
    last_day: date
    seed: int
    speed: float
    engineers: int
    ended_at: datetime
    dispatchers: tuple[DispatcherResult, ...]


@dataclass(frozen=True)
class FigureRow:
    """One line of the comparison. ``better`` is the index of the better dispatcher, None when equal or no matter."""

    name: str
    cells: tuple[str, ...]
    better: int | None


def comparison(results: Sequence[DispatcherResult]) -> list[FigureRow]:
    """The figures side by side, in the order in which a manager asks for them."""
    every = [r.figures for r in results]

    def row(
        name: str, value: Callable[[Figures], float | None], show: Callable[[Figures], str], sign: int
    ) -> FigureRow:
        cells = tuple(show(f) for f in every)
        return FigureRow(name, cells, _better([value(f) for f in every], sign) if len(set(cells)) > 1 else None)

    def hours(name: str, value: Value, sign: int = -1) -> FigureRow:
        return row(name, value, lambda f: _number(value(f), " h"), sign)

    def count(name: str, value: Callable[[Figures], int], sign: int = 0) -> FigureRow:
        return row(name, value, lambda f: str(value(f)), sign)

    def promise(name: str, clock: ClockName) -> FigureRow:
        return row(name, lambda f: f.promises[clock].share, lambda f: _share(f.promises[clock]), 1)

    return [
        row("Promises kept", lambda f: f.kept.share, lambda f: _share(f.kept), 1),
        promise("… respond", ClockName.RESPOND),
        promise("… dispatch", ClockName.DISPATCH),
        promise("… on site", ClockName.ON_SITE),
        promise("… resolve", ClockName.RESOLVE),
        row("First-time fix", lambda f: f.first_time_fix_share, _fixes, 1),
        hours("Mean time to resolve", lambda f: f.hours_to_resolve),
        hours("Travel", lambda f: f.travel_hours),
        hours("Overtime", lambda f: f.overtime_hours),
        hours("Idle", lambda f: f.idle_hours, 0),
        hours("Work on site", lambda f: f.work_hours, 0),
        count("Visits", lambda f: f.visits),
        count("Plans published", lambda f: f.replans),
        count("Bookings moved", lambda f: f.bookings_moved, -1),
        row("Satisfaction (1 to 5)", lambda f: f.satisfaction, lambda f: _number(f.satisfaction), 1),
        count("Cases", lambda f: f.cases),
        count("… archived", lambda f: f.archived),
        count("… cancelled", lambda f: f.cancelled),
        count("… still open", lambda f: f.open, -1),
    ]


def _better(values: Sequence[float | None], sign: int) -> int | None:
    known = [v for v in values if v is not None]
    if not sign or len(known) != len(values) or len(values) < 2 or max(known) == min(known):
        return None
    best = max(known) if sign > 0 else min(known)
    return values.index(best)


def _share(kept: Kept) -> str:
    open_part = f", {kept.open} open" if kept.open else ""
    return "–" if kept.share is None else f"{kept.share:.1%} ({kept.kept}/{kept.decided}{open_part})"


def _fixes(figures: Figures) -> str:
    share = figures.first_time_fix_share
    return "–" if share is None else f"{share:.1%} ({figures.first_time_fixes}/{figures.visited})"


def _number(value: float | None, unit: str = "") -> str:
    return "–" if value is None else f"{value:.1f}{unit}"


def as_document(result: RunResult) -> dict[str, Any]:
    """The whole result as plain JSON values."""
    return {
        "run": result.run,
        "source": result.source,
        "first_day": result.first_day.isoformat(),
        "last_day": result.last_day.isoformat(),
        "seed": result.seed,
        "speed": result.speed,
        "engineers": result.engineers,
        "ended_at": result.ended_at.isoformat(),
        "dispatchers": {
            r.key: {
                "name": r.name,
                **asdict(r.figures),
                "promises": {name.value: asdict(kept) for name, kept in r.figures.promises.items()},
                "promises_kept": asdict(r.figures.kept),
                "open_cases": [_open_case(case) for case in r.cases if not case.state.is_final],
            }
            for r in result.dispatchers
        },
    }


def _open_case(case: CaseRecord) -> dict[str, str | None]:
    return {
        "case": case.id,
        "state": case.state.value,
        "next_step": case.next_step,
        "responsible": case.responsible,
        "due": case.due.isoformat() if case.due else None,
        "reason": case.reason,
    }
