"""The tables of ``benchmarks.stability``: over all disturbances, and for each of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from benchmarks.stability_judge import Row
from benchmarks.stability_left import Kind

HEAD = ("weight", "moved", "start moved", "left out", "minutes late", "cost", "price of a booking", "compared")
"""Means per replan; then cost in percent above the first weight's, and what each booking costs that is moved with the
weight before but not with this one. Costs are compared where all weights serve the same visits, equally late."""

Cells = Sequence[str]
Key = tuple[str, int, Kind]


def tables(rows: Sequence[Row], ladder: Sequence[str]) -> dict[str, list[Cells]]:
    """By title, the rows of the table over all disturbances, and of one table for each kind.

    Args:
        rows: every replan.
        ladder: the weights from the least to the greatest; costs are compared with the first one's.
    """
    disturbed = [row for row in rows if row.kind is not Kind.NOTHING]
    kinds = [kind for kind in Kind if any(row.kind is kind for row in rows)]
    out = {"all disturbances": _table(disturbed, ladder)} if disturbed else {}
    return out | {str(kind): _table([row for row in rows if row.kind is kind], ladder) for kind in kinds}


def _table(rows: Sequence[Row], ladder: Sequence[str]) -> list[Cells]:
    ways: dict[str, dict[Key, Row]] = {}
    for row in rows:
        ways.setdefault(row.way, {})[row.day, row.seed, row.kind] = row
    first, less = ways[ladder[0]], {way: ways[below] for below, way in pairwise(ladder)}
    even = [key for key, row in first.items() if all(_is_even(ways[way][key], row) for way in ladder)]
    return [_cells(way, own, first, less.get(way), even) for way, own in ways.items()]


def _is_even(one: Row, other: Row) -> bool:
    return (one.left_out, one.late) == (other.left_out, other.late)


def _cells(
    way: str, own: dict[Key, Row], first: dict[Key, Row], less: dict[Key, Row] | None, even: Sequence[Key]
) -> Cells:
    rows = list(own.values())
    alike = [key for key in even if _is_even(own[key], first[key])]
    base = sum(first[key].cost for key in alike)
    more = sum(own[key].cost for key in alike) - base
    return (
        way,
        f"{fmean(row.moved for row in rows):.2f}",
        f"{fmean(row.shifted for row in rows):.2f}",
        f"{fmean(len(row.left_out) for row in rows):.2f}",
        f"{fmean(row.late for row in rows):.0f}",
        f"{100 * more / base:+.2f} %" if base else "",
        "" if less is None else _price(own, less, alike),
        f"{len(alike)} of {len(rows)}",
    )


def _price(own: dict[Key, Row], less: dict[Key, Row], keys: Sequence[Key]) -> str:
    """What it costs to move one booking less than with the weight before; nothing if none is spared."""
    spared = sum(less[key].moved - own[key].moved for key in keys)
    cost = sum(own[key].cost - less[key].cost for key in keys)
    return f"{cost / spared:,.0f}" if spared > 0 else ""


def text(found: dict[str, list[Cells]]) -> Iterator[str]:
    """The tables for the console."""
    for title, rows in found.items():
        yield f"\n{title}"
        for first, *rest in (HEAD, *rows):
            cells = (f"{cell:>{max(8, len(name)) + 3}}" for name, cell in zip(HEAD[1:], rest, strict=True))
            yield f"{first:<14}{''.join(cells)}"


def markdown(found: dict[str, list[Cells]]) -> Iterator[str]:
    """The tables for the documentation."""
    for title, rows in found.items():
        yield f"\n{title[0].upper()}{title[1:]}:\n"
        for row in (HEAD, ["---"] * len(HEAD), *rows):
            yield f"| {' | '.join(row)} |"
