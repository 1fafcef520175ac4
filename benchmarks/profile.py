"""Where the compiled search spends its time: ``python -m benchmarks.profile --set trsp --only R101.100_25-5-5-5``.

Needs ``perf`` (Debian's linux-perf), and compiles everything anew, as the names of functions are known only then.
"""

import argparse
import os
import re
import shutil
import subprocess  # nosec
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from benchmarks import sets
from benchmarks.case import WholeCase
from benchmarks.dynamic import DynamicDay
from scheduler import ruin
from scheduler.arrays import arrays_of
from scheduler.facts import Facts
from scheduler.search import Search

NAME = re.compile(r"scheduler\d+([a-z_]+?)\d+(_?[a-z_]+)B\d+v")
"""Module and function in the name of compiled code."""

LONGEST_FUNCTION = 60_000
"""Bytes that are counted to the last function."""


def profile(name: str, instance: str, data: Path, steps: int) -> None:
    """Print what share of a search's samples falls into which function."""
    case = sets.load(name, sets.instances(name, data, [instance])[0], data)
    if isinstance(case, DynamicDay):
        sys.exit(f"{name} is planned piece by piece; take a set that is solved in one go")
    problem, policy = cast("WholeCase", case).problem()
    search = Search(arrays_of(Facts(problem, policy)), 1)
    warm = 20
    for turn in range(warm):
        search.step(500, search.way_per_visit() * 0.01 ** (turn / warm))
    _write_map(ruin.search)
    heat = 0.1 * search.way_per_visit()
    with tempfile.TemporaryDirectory() as folder:
        samples = str(Path(folder) / "samples")
        command = ["perf", "record", "-o", samples, "-e", "cpu-clock", "-F", "2000", "-p", str(os.getpid())]
        watching = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        began = time.process_time()
        search.step(steps, heat)
        print(f"{name} {instance}: {steps / (time.process_time() - began):,.0f} steps/s")
        watching.send_signal(2)
        watching.wait()
        report = ["perf", "report", "-i", samples, "--stdio", "--sort", "symbol"]
        text = subprocess.run(report, check=True, capture_output=True, text=True).stdout
    for share, _, function in re.findall(r"^\s+([\d.]+)%\s+(\[.\])\s+(\S+)", text, re.MULTILINE):
        if float(share) >= 0.5:
            print(f"{share:>6} %  {function}")


def _write_map(function: Any) -> None:
    """Tell perf where the compiled functions are."""
    library = function.overloads[function.signatures[0]].library
    engine = library._codegen._engine._ee  # noqa: SLF001 - nothing public tells an address
    names = set(re.findall(r"\.type\s+(\S+),@function", library.get_asm_str()))
    found = sorted((address, name) for name in names if (address := engine.get_function_address(name)))
    ends = [address for address, _ in found[1:]] + [found[-1][0] + LONGEST_FUNCTION]
    with Path(f"/tmp/perf-{os.getpid()}.map").open("w") as lines:
        for (address, name), end in zip(found, ends, strict=True):
            known = NAME.search(name)
            short = ".".join(known.groups()) if known else name[-40:]
            lines.write(f"{address:x} {min(end - address, LONGEST_FUNCTION):x} {short}\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", required=True)
    parser.add_argument("--only", required=True, help="one instance")
    parser.add_argument("--data", type=Path, default=sets.DATA)
    parser.add_argument("--steps", type=int, default=150_000)
    parser.add_argument("--compiled", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if shutil.which("perf") is None:
        sys.exit("perf is not there: install linux-perf")
    if options.compiled:
        profile(options.set, options.only, options.data, options.steps)
        return
    with tempfile.TemporaryDirectory() as fresh:
        again = [sys.executable, "-m", "benchmarks.profile", *sys.argv[1:], "--compiled"]
        subprocess.run(again, check=True, env={**os.environ, "NUMBA_CACHE_DIR": fresh})


if __name__ == "__main__":
    main()
