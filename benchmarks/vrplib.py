"""Vehicle routing with time windows: Solomon, Gehring and Homberger (200 customers), and site-dependent fleets.

Files in the VRPLIB format. Only distance costs. Solomon and GH: distances cut off to one decimal, all times ten
times as large. Site-dependent: distances and times a thousand times as large, distances rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.day import Day, Task, Vehicle
from scheduler.problem import matrix


@dataclass(frozen=True)
class Tables:
    """A VRPLIB file as it is written: single values by keyword, tables by the name of their section."""

    values: dict[str, str]
    sections: dict[str, list[list[float]]]

    def column(self, section: str) -> list[float]:
        """The second column of a section."""
        return [row[1] for row in self.sections[section]]


def read_tables(text: str) -> Tables:
    """Take a VRPLIB file apart."""
    values: dict[str, str] = {}
    sections: dict[str, list[list[float]]] = {}
    rows: list[list[float]] = []
    for line in map(str.strip, text.splitlines()):
        if not line or line == "EOF":
            continue
        if line[0].isalpha() and ":" not in line:
            rows = sections.setdefault(line, [])
        elif line[0].isalpha():
            key, value = line.split(":", 1)
            values[key.strip()] = value.strip()
        else:
            rows.append([float(word) for word in line.split()])
    return Tables(values, sections)


def read_solomon(path: Path, best: float | None = None) -> Day:
    """A Solomon or GH instance: equal vehicles at one depot; cost in the published unit is a tenth of ours."""
    tables = read_tables(path.read_text())
    at = np.array(tables.sections["NODE_COORD_SECTION"])[:, 1:3]
    windows = [(int(row[1]) * 10, int(row[2]) * 10) for row in tables.sections["TIME_WINDOW_SECTION"]]
    service = int(float(tables.values["SERVICE_TIME"]) * 10)
    demands = tables.column("DEMAND_SECTION")
    capacity = int(tables.values["CAPACITY"])
    tasks = [
        Task(f"C{node}", node, service, *windows[node], demand=int(demands[node])) for node in range(1, len(demands))
    ]
    vehicles = [Vehicle(f"K{k}", 0, *windows[0], capacity=capacity) for k in range(int(tables.values["VEHICLES"]))]
    return _day(path.stem, np.floor(_distances(at) * 10), tasks, vehicles, 10, best)


def read_site_dependent(path: Path, best: float | None = None) -> Day:
    """An SDVRPTW instance: each vehicle has a capacity, a longest duration, and customers it may serve.

    Customers that the same vehicles may serve share a skill, which those vehicles have.
    """
    tables = read_tables(path.read_text())
    at = np.array(tables.sections["NODE_COORD_SECTION"])[:, 1:3]
    windows = [(round(row[1] * 1000), round(row[2] * 1000)) for row in tables.sections["TIME_WINDOW_SECTION"]]
    services, demands = tables.column("SERVICE_TIME_SECTION"), tables.column("DEMAND_SECTION")
    may = [{int(node) - 1 for node in row[1:]} for row in tables.sections["VEHICLES_ALLOWED_CLIENTS_SECTION"]]
    groups = [tuple(k for k, nodes in enumerate(may) if node in nodes) for node in range(len(demands))]
    names = {group: f"site{i}" for i, group in enumerate(sorted(set(groups[1:])))}
    longest = round(float(tables.values["VEHICLES_MAX_DURATION"]) * 1000)
    tasks = [
        Task(
            f"C{node}",
            node,
            round(services[node] * 1000),
            *windows[node],
            skills=frozenset({names[groups[node]]}),
            demand=int(demands[node]),
        )
        for node in range(1, len(demands))
    ]
    vehicles = [
        Vehicle(
            f"K{k}",
            0,
            *windows[0],
            skills=frozenset(name for group, name in names.items() if k in group),
            capacity=int(capacity),
            longest=longest,
        )
        for k, capacity in enumerate(tables.column("CAPACITY_SECTION"))
    ]
    return _day(path.stem, np.rint(_distances(at) * 1000), tasks, vehicles, 1, best)


def _distances(at: NDArray[np.float64]) -> NDArray[np.float64]:
    distances: NDArray[np.float64] = np.sqrt(((at[:, None] - at[None]) ** 2).sum(-1))
    return distances


def _day(
    name: str,
    distances: NDArray[np.float64],
    tasks: Sequence[Task],
    vehicles: Sequence[Vehicle],
    scale: int,
    best: float | None,
) -> Day:
    """The day; leaving a customer out costs more than a tour through all of them could."""
    travel = matrix(distances.astype(np.int64))
    penalty = 2 * int(travel.max(axis=1).sum())
    penalties = dict.fromkeys(range(1, 6), penalty)
    return Day(name, travel, tuple(tasks), tuple(vehicles), penalties, all_needed=True, scale=scale, best=best)
