"""The tables of ``benchmarks.stability``: over all disturbances, and for each of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from benchmarks.stability_judge import Row
from benchmarks.stability_left import Kind

HEAD = ("weight", "moved", "start moved", "left out", "minutes late", "cost", "price of a booking", "replans")
"""All but the last three columns are means per replan; ``cost`` is percent above the first weight's."""

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
    below = {way: ways[less] for less, way in pairwise(ladder)}
    return [_cells(way, own, ways[ladder[0]], below.get(way, {})) for way, own in ways.items()]


def _cells(way: str, own: dict[Key, Row], first: dict[Key, Row], below: dict[Key, Row]) -> Cells:
    rows = list(own.values())
    more, base = _more_cost(own, first)
    return (
        way,
        f"{fmean(row.moved for row in rows):.2f}",
        f"{fmean(row.shifted for row in rows):.2f}",
        f"{fmean(len(row.left_out) for row in rows):.2f}",
        f"{fmean(row.late for row in rows):.0f}",
        f"{100 * more / base:+.2f} %" if base else "",
        _price(own, below),
        str(len(rows)),
    )


def _more_cost(own: dict[Key, Row], other: dict[Key, Row]) -> tuple[int, int]:
    """How much more the replans cost than others that leave out the same visits, and what these cost."""
    alike = _alike(own, other)
    return sum(own[key].cost - other[key].cost for key in alike), sum(other[key].cost for key in alike)


def _alike(own: dict[Key, Row], other: dict[Key, Row]) -> list[Key]:
    return [key for key, row in own.items() if key in other and row.left_out == other[key].left_out]


def _price(own: dict[Key, Row], below: dict[Key, Row]) -> str:
    """What it costs to move one booking less than with the weight below; nothing if none is spared."""
    alike = _alike(own, below)
    spared = sum(below[key].moved - own[key].moved for key in alike)
    return f"{_more_cost(own, below)[0] / spared:,.0f}" if spared > 0 else ""


def text(found: dict[str, list[Cells]]) -> Iterator[str]:
    """The tables for the console."""
    for title, rows in found.items():
        yield f"\n{title}"
        for first, *rest in (HEAD, *rows):
            cells = (f"{cell:>{len(name) + 3}}" for name, cell in zip(HEAD[1:], rest, strict=True))
            yield f"{first:<14}{''.join(cells)}"


def markdown(found: dict[str, list[Cells]]) -> Iterator[str]:
    """The tables for the documentation."""
    for title, rows in found.items():
        yield f"\n{title[0].upper()}{title[1:]}:\n"
        for row in (HEAD, ["---"] * len(HEAD), *rows):
            yield f"| {' | '.join(row)} |"
