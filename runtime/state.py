"""What a running stack writes down, so that others can show it, stop it, and clear up after its crash."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from runtime.processes import Identity, is_alive

_FILE_NAME = "run.json"


@dataclass(frozen=True)
class StepRecord:
    """A step of the start that is done.

    Attributes:
        name: shown to people.
        seconds: how long it took.
        detail: an address or a figure worth showing, or nothing.
    """

    name: str
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class PartRecord:
    """One server or child as last seen.

    Attributes:
        name: shown to people.
        process: which process it is; nothing while it is down.
        restarts: how often it had to be started again.
    """

    name: str
    process: Identity | None
    restarts: int = 0


@dataclass(frozen=True)
class RunRecord:
    """The whole stack.

    Attributes:
        supervisor: the process that watches over the parts.
        phase: `starting`, `running` or `stopping`.
        steps: what the start has done so far.
        parts: servers and children, in the order of their start.
        urls: what a person can open, name to URL.
        error: why the start failed, if it did.
    """

    supervisor: Identity
    phase: str = "starting"
    steps: tuple[StepRecord, ...] = ()
    parts: tuple[PartRecord, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class PartStatus:
    """One part as a person asks for it."""

    name: str
    pid: int | None
    running: bool
    restarts: int


@dataclass(frozen=True)
class StackStatus:
    """The answer to "what runs?".

    Attributes:
        phase: `stopped`, `starting`, `running`, `stopping`, or `crashed` when the supervisor is gone but parts live.
        pid: the supervisor, while it lives.
        parts: servers and children.
        urls: what a person can open, while the stack runs.
    """

    phase: str
    pid: int | None = None
    parts: tuple[PartStatus, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Returns plain data for JSON."""
        return asdict(self)


def write(home: Path, record: RunRecord) -> None:
    """Replaces the record in one step."""
    file = home / _FILE_NAME
    fresh = file.with_name(f"{_FILE_NAME}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(record), indent=1))
    fresh.replace(file)


def clear(home: Path) -> None:
    """Forgets a stack that has ended."""
    (home / _FILE_NAME).unlink(missing_ok=True)


def read(home: Path) -> RunRecord | None:
    """Returns the last record, or nothing when there is none or another version wrote it."""
    try:
        raw = json.loads((home / _FILE_NAME).read_text())
        return RunRecord(
            supervisor=Identity(**raw["supervisor"]),
            phase=raw["phase"],
            steps=tuple(StepRecord(**step) for step in raw["steps"]),
            parts=tuple(_part(part) for part in raw["parts"]),
            urls=raw["urls"],
            error=raw["error"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def status(home: Path) -> StackStatus:
    """Returns what runs now, checked against the living processes."""
    record = read(home)
    if record is None:
        return StackStatus("stopped")
    parts = tuple(_status_of(part) for part in record.parts)
    if is_alive(record.supervisor):
        return StackStatus(record.phase, record.supervisor.pid, parts, record.urls)
    if any(part.running for part in parts):
        return StackStatus("crashed", None, parts)
    return StackStatus("stopped")


def _part(raw: Mapping[str, Any]) -> PartRecord:
    process = None if raw["process"] is None else Identity(**raw["process"])
    return PartRecord(raw["name"], process, raw["restarts"])


def _status_of(part: PartRecord) -> PartStatus:
    running = part.process is not None and is_alive(part.process)
    return PartStatus(part.name, part.process.pid if part.process and running else None, running, part.restarts)
