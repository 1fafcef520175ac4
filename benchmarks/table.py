"""Rows and means, as lines on the screen, as JSON and as a table for the documentation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from benchmarks.engines import OURS
from benchmarks.run import Row

HEAD = (
    f"{'instance':<28}{'engine':<22}{'seed':>5}{'cost':>15}{'to best':>10}{'to bound':>10}"
    f"{'left out':>10}{'seconds':>9}{'on core':>9}"
)


@dataclass(frozen=True)
class Mean:
    """One engine's means over the runs that count: valid, and complete where the set asks for it.

    Attributes:
        runs: how many there were; ``counted`` of them count.
        gap: percent above the best known cost; None where none is known.
        worst: the largest of these gaps; ``better`` counts runs below the best known cost.
        above_bound: percent above the bound that our plan of the same instance proved, where it proved one.
        ours: percent by which our cost is above (below, if negative) this engine's, over common instances.
    """

    engine: str
    runs: int
    counted: int
    cost: float
    gap: float | None
    worst: float | None
    better: int
    above_bound: float | None
    left_out: float
    seconds: float
    on_core: float
    ours: float | None


def counts(row: Row) -> bool:
    """Whether a row is a valid answer that may be compared."""
    return row.answer is not None and row.complete and not row.answer.violations


def bounds(rows: Iterable[Row]) -> dict[str, float]:
    """The best proven bound of each instance."""
    out: dict[str, float] = {}
    for row in rows:
        if row.answer is not None and row.answer.bound is not None:
            out[row.instance] = max(out.get(row.instance, row.answer.bound), row.answer.bound)
    return out


def percent(cost: float, least: float | None) -> float | None:
    """How far a cost is above what it is compared with; None without that, or if it is 0."""
    return None if not least else 100 * (cost / least - 1)


def line(row: Row, bound: float | None) -> str:
    """A row for the screen."""
    head = f"{row.instance:<28}{row.engine:<22}{row.seed:>5}"
    if row.answer is None:
        return f"{head}  failed: {row.error}"
    answer = row.answer
    text = (
        f"{head}{number(answer.cost):>15}{signed(percent(answer.cost, row.best)):>10}"
        f"{signed(percent(answer.cost, bound)):>10}{answer.left_out:>10}{answer.seconds:>9.1f}{answer.on_core:>9.1f}"
    )
    if answer.violations:
        return f"{text}  WRONG, {len(answer.violations)} violations: {answer.violations[0]}"
    return text if row.complete else f"{text}  not all served"


def means(rows: Sequence[Row]) -> list[Mean]:
    """The means of each engine, in the order of the first rows."""
    known = bounds(rows)
    ours = _costs(rows, OURS)
    out = []
    for engine in dict.fromkeys(row.engine for row in rows):
        its = [row for row in rows if row.engine == engine]
        good = [(row, row.answer) for row in its if counts(row) and row.answer is not None]
        gaps = [gap for row, answer in good if (gap := percent(answer.cost, row.best)) is not None]
        above = [gap for row, answer in good if (gap := percent(answer.cost, known.get(row.instance))) is not None]
        theirs = _costs(rows, engine)
        ratios = [
            100 * (ours[name] / cost - 1) for name, cost in theirs.items() if engine != OURS and name in ours and cost
        ]
        out.append(
            Mean(
                engine=engine,
                runs=len(its),
                counted=len(good),
                cost=fmean([answer.cost for _, answer in good] or [0.0]),
                gap=fmean(gaps) if gaps else None,
                worst=max(gaps, default=None),
                better=sum(gap < -1e-6 for gap in gaps),
                above_bound=fmean(above) if above else None,
                left_out=fmean([row.answer.left_out for row in its if row.answer is not None] or [0.0]),
                seconds=fmean([row.answer.seconds for row in its if row.answer is not None] or [0.0]),
                on_core=fmean([row.answer.on_core for row in its if row.answer is not None] or [0.0]),
                ours=fmean(ratios) if ratios else None,
            )
        )
    return out


GROUP = re.compile(r".*_rd_(?P<degree>\d+)|(?P<kind>RC|R|C)(?P<horizon>\d).*")
"""Dynamic days by the percentage of requests that come in; routing instances by kind and horizon, such as RC1."""


def group_of(instance: str) -> str:
    """The group of an instance within its set; empty for sets without groups."""
    found = GROUP.fullmatch(instance)
    if found is None:
        return ""
    return f"{found['degree']} % dynamic" if found["degree"] else f"{found['kind']}{found['horizon']}"


def group_cells(rows: Sequence[Row]) -> list[list[str]]:
    """The means of each group and engine, with a head; nothing if there is only one group."""
    groups = sorted({group_of(row.instance) for row in rows})
    if len(groups) < 2:
        return []
    cells = [["group", "engine", "counted", "mean cost", "to best known", "left out"]]
    for group in groups:
        its = means([row for row in rows if group_of(row.instance) == group])
        cells += [
            [group, m.engine, _counted(m), number(round(m.cost, 1)), signed(m.gap), f"{m.left_out:.2f}"] for m in its
        ]
    return cells


def _counted(mean: Mean) -> str:
    return f"{mean.counted} of {mean.runs}"


def _costs(rows: Iterable[Row], engine: str) -> dict[str, float]:
    """An engine's mean cost of each instance over its seeds."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.engine == engine and counts(row) and row.answer is not None:
            found.setdefault(row.instance, []).append(row.answer.cost)
    return {name: fmean(costs) for name, costs in found.items()}


MEAN_COLUMNS = (
    "engine", "counted", "mean cost", "to best known", "worst", "below best", "to bound", "left out", "seconds",
    "on core", "Callout against it",
)  # fmt: skip


def mean_cells(mean: Mean) -> list[str]:
    """A mean as cells under ``MEAN_COLUMNS``."""
    return [
        mean.engine,
        _counted(mean),
        _rounded(mean.cost),
        signed(mean.gap),
        signed(mean.worst),
        "" if mean.gap is None else str(mean.better),
        signed(mean.above_bound),
        f"{mean.left_out:.1f}",
        f"{mean.seconds:.1f}",
        f"{mean.on_core:.1f}",
        signed(mean.ours),
    ]


def mean_lines(rows: Sequence[Row]) -> list[str]:
    """The means for the screen, then those of each group."""
    overall = [list(MEAN_COLUMNS), *(mean_cells(mean) for mean in means(rows))]
    groups = group_cells(rows)
    return [*_aligned(overall), *([""] if groups else []), *_aligned(groups)]


def _aligned(cells: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]


def markdown(rows: Sequence[Row]) -> list[str]:
    """Means, means of each group, then every instance: mean cost by engine, and how many are left out."""
    engines = list(dict.fromkeys(row.engine for row in rows))
    best = {row.instance: row.best for row in rows if row.best is not None}
    known = bounds(rows)
    details = [
        [name, _maybe(best.get(name)), _maybe(known.get(name)), *(_result(rows, name, e) for e in engines)]
        for name in dict.fromkeys(row.instance for row in rows)
    ]
    groups = group_cells(rows)
    return [
        *_table(MEAN_COLUMNS, (mean_cells(mean) for mean in means(rows))),
        "",
        *([*_table(groups[0], groups[1:]), ""] if groups else []),
        *_table(("instance", "best known", "proven bound", *engines), details),
    ]


def _result(rows: Sequence[Row], instance: str, engine: str) -> str:
    """An engine's mean cost of an instance, with what it leaves out on average."""
    its = [row for row in rows if (row.instance, row.engine) == (instance, engine)]
    good = [row.answer for row in its if counts(row) and row.answer is not None]
    if not good:
        return "none" if its else ""
    left_out = fmean(answer.left_out for answer in good)
    cost = number(round(fmean(answer.cost for answer in good), 4))
    return f"{cost} ({left_out:g} left out)" if left_out else cost


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *body)]


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as values that ``json.dumps`` accepts."""
    return [asdict(row) for row in rows]


def number(value: float) -> str:
    """A cost with as many decimals as it has, four at most."""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")


def _rounded(value: float) -> str:
    return number(round(value, 1))


def signed(value: float | None) -> str:
    """A percentage with its sign, or nothing."""
    return "" if value is None else f"{value:+.2f} %"


def _maybe(value: float | None) -> str:
    return "" if value is None else number(value)
