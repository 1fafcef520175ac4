"""Results as a section of ``docs/benchmarks.md``, with date, commit, machine and command."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import table
from benchmarks.run import Row

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"


def facts(command: str) -> dict[str, str]:
    """When, from which code, where and how."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "machine": machine(),
        "command": command,
    }


def commit() -> str:
    """The commit that is checked out; a plus means that files were changed since."""
    try:
        head = _git("rev-parse", "--short=10", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def machine() -> str:
    """Processor, cores, load before the run is over, and Python."""
    processor = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [line.split(":", 1)[1].strip() for line in described.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    load = os.getloadavg()[0]
    return f"one core of {os.cpu_count()}, {processor}, load {load:.1f}, Python {platform.python_version()}"


def append(set_name: str, seconds: float, rows: Sequence[Row], command: str) -> None:
    """Add a section at the end of the page."""
    known = facts(command)
    section = [
        "",
        f"## {set_name}, {seconds:g} s, {known['date']}",
        "",
        f"Commit {known['commit']}; {known['machine']}. `{known['command']}`",
        "",
        *table.markdown(rows),
    ]
    with PAGE.open("a") as page:
        page.write("\n".join(section) + "\n")
