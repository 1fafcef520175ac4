"""The benchmark sets by name, and how their instances are read."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks.case import Case
from benchmarks.dynamic import read_dynamic
from benchmarks.landscape import LandscapeCase, landscape
from benchmarks.recipe import recipe_of
from benchmarks.territory import territory_day
from benchmarks.trsp import read_trsp
from benchmarks.vrplib import read_site_dependent, read_solomon

DATA = Path(__file__).resolve().parents[2] / "shared" / "bench"
"""Where the public instances are looked for, unless the command says otherwise."""

TERRITORY = re.compile(r"territory-(\d+)x(\d+)")
LANDSCAPE = "landscape-"
DAYS = ("0", "1", "2", "3", "4")
"""The days of a generated set; any other number names a day too."""

GENERATED = "territory-NxM and landscape-NxMxD (visits, engineers, days)"


class UnknownSetError(ValueError):
    """There is no such set, instance or folder."""


@dataclass(frozen=True)
class FileSet:
    """A set of files with a table of best known values.

    Attributes:
        ending: what follows an instance's name in its file's name.
    """

    folder: str
    table: str
    ending: str
    read: Callable[[Path, float | None], Case]


FILE_SETS = {
    "solomon": FileSet("vrptw_dimacs/Solomon", "vrptw_dimacs/bks.csv", ".vrp", read_solomon),
    "gh200": FileSet("vrptw_dimacs/GH200", "vrptw_dimacs/bks.csv", ".vrp", read_solomon),
    "trsp": FileSet("trsp_pillac/crew25", "trsp_pillac/bks.csv", ".txt", read_trsp),
    "trsp-dynamic": FileSet("trsp_pillac/crew25/dyn", "trsp_pillac/bks.csv", ".txt", read_dynamic),
    "praxedo": FileSet("trsp_pillac/praxedo", "trsp_pillac/praxedo/bks.csv", ".txt", read_trsp),
    "sdvrptw": FileSet("sdvrptw", "sdvrptw/bks.csv", ".vrp", read_site_dependent),
}
NAMES = ("territory-100x20", "territory-200x40", "territory-400x80", *FILE_SETS)


def instances(name: str, data: Path = DATA, only: Sequence[str] = ()) -> list[str]:
    """The instances of a set, or those of them that ``only`` names.

    A name may be cut short at a dot, and may hold ``*`` for anything.

    Raises:
        UnknownSetError: no such set or instance, or the files are not there.
    """
    if TERRITORY.fullmatch(name) or name.startswith(LANDSCAPE):
        wrong = [day for day in only if not day.isdecimal()]
        if wrong:
            raise UnknownSetError(f"a generated day is a number, not {wrong[0]}")
        return list(only or DAYS)
    known = sorted(_files(name, data))
    missing = [name for name in only if not any(_means(name, full) for full in known)]
    if missing:
        raise UnknownSetError(f"no instance {missing[0]}; there are {', '.join(known)}")
    return [full for full in known if not only or any(_means(name, full) for name in only)]


def _means(short: str, full: str) -> bool:
    return fnmatchcase(full, short) or fnmatchcase(full.split(".", maxsplit=1)[0], short)


def load(name: str, instance: str, data: Path = DATA) -> Case:
    """Read or make one instance.

    Raises:
        UnknownSetError: no such set or instance.
    """
    size = TERRITORY.fullmatch(name)
    if size:
        return territory_day(int(size[1]), int(size[2]), int(instance))
    if name.startswith(LANDSCAPE):
        return _landscape(name, int(instance))
    path = _files(name, data).get(instance)
    if path is None:
        raise UnknownSetError(f"{name} has no instance {instance}")
    return FILE_SETS[name].read(path, best_known(data / FILE_SETS[name].table).get(instance))


def _landscape(name: str, seed: int) -> LandscapeCase:
    try:
        return LandscapeCase(str(seed), landscape(recipe_of(name.removeprefix(LANDSCAPE), seed)))
    except ValueError as error:
        raise UnknownSetError(f"{name} is no landscape, such as landscape-400x40x3:scarcity=1: {error}") from error


def best_known(table: Path) -> dict[str, float]:
    """Best known cost by instance."""
    with table.open() as rows:
        return {row["instance"]: float(row["bks"]) for row in csv.DictReader(rows)}


def _files(name: str, data: Path) -> dict[str, Path]:
    if name not in FILE_SETS:
        raise UnknownSetError(f"there is no set {name}; there are {', '.join(NAMES)}, {GENERATED}")
    files = FILE_SETS[name]
    found = {path.name.removesuffix(files.ending): path for path in (data / files.folder).glob(f"*{files.ending}")}
    if not found:
        raise UnknownSetError(f"no instances in {data / files.folder}; say where they are with --data")
    return found
