"""A run's folder: what was asked for, the inputs, and whatever the run needs to be gone on with after a crash."""

import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.errors import InvalidInputError, NotFoundError
from intake.mapping import Mapping, load_mapping

_FILE = "run.json"
_REQUESTS = "requests.csv"
_MAPPING = "mapping.toml"


@dataclass(frozen=True)
class RunSpec:
    """What to simulate.

    Attributes:
        run: The run's name, which is its folder's.
        source: The name of the file that the requests come from.
        first, last: Local days, both included.
        drain_days: Virtual days after the last day within which open cases may come to their end.
    """

    run: str
    source: str
    engineers: int
    first: date
    last: date
    speed: float
    seed: int
    drain_days: float

    def __post_init__(self) -> None:
        if not 1 <= self.engineers <= 99:
            raise InvalidInputError("--engineers", "must lie between 1 and 99")
        if not 1 <= self.speed <= 5_000:
            raise InvalidInputError("--speed", "must lie between 1 and 5,000")
        if not 0 <= self.drain_days <= 60:
            raise InvalidInputError("--drain", "must lie between 0 and 60 days")
        if self.last < self.first:
            raise InvalidInputError("--to", f"{self.last} lies before --from {self.first}")
        if self.last - self.first > timedelta(days=366):
            raise InvalidInputError("--to", "lies more than a year after --from")


@dataclass(frozen=True)
class RunFolder:
    """Where a run lives."""

    path: Path

    @property
    def requests(self) -> Path:
        """The run's own copy of the requests."""
        return self.path / _REQUESTS

    @property
    def home(self) -> Path:
        """The run's own stack."""
        return self.path / "stack"

    def mapping(self) -> Mapping:
        """The run's own copy of the mapping."""
        return load_mapping(self.path / _MAPPING)

    def spec(self) -> RunSpec:
        """What was asked for."""
        known: dict[str, Any] = json.loads((self.path / _FILE).read_text(encoding="utf-8"))
        for name in ("first", "last"):
            known[name] = date.fromisoformat(known[name])
        return RunSpec(**known)


def create(runs: Path, spec: RunSpec, requests: Path, mapping: Path) -> RunFolder:
    """Make the folder of a new run, complete or not at all."""
    runs.mkdir(parents=True, exist_ok=True)
    runs.chmod(0o755)
    name = _free_name(runs, spec)
    fresh = runs / f".{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shutil.copyfile(requests, fresh / _REQUESTS)
    shutil.copyfile(mapping, fresh / _MAPPING)
    said = asdict(replace(spec, run=name))
    (fresh / _FILE).write_text(json.dumps(said, default=str, indent=2), encoding="utf-8")
    fresh.rename(runs / name)
    return RunFolder(runs / name)


def find(runs: Path, run: str) -> RunFolder:
    """The folder of a run, by name or path.

    Raises:
        NotFoundError: There is no such run.
    """
    for path in (runs / run, Path(run)):
        if (path / _FILE).exists():
            return RunFolder(path)
    raise NotFoundError("run", run)


def _free_name(runs: Path, spec: RunSpec) -> str:
    base = f"{spec.first:%Y%m%d}-{datetime.now(UTC):%m%d%H%M%S}"
    return next(n for n in (base, *(f"{base}-{k}" for k in range(2, 100))) if not (runs / n).exists())
