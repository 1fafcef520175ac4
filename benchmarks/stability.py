"""What a calm plan costs: bookings moved against cost, after one disturbance: ``python -m benchmarks.stability``.

Published days are disturbed in four ways (``stability_day``) and planned again with each weight of disruption, from
the published plan, for the same number of steps of the search. Beside the weights: everything held that can be, and
everything but pins forgotten.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import report
from benchmarks.stability_day import published_day, situation
from benchmarks.stability_judge import Asked, Row, judged
from benchmarks.stability_left import Kind, Situation
from benchmarks.stability_table import markdown, tables, text
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.solve import plan
from scheduler.units import Cost

WEIGHTS = "0/0,200/1,500/2,1000/5,2000/10,5000/25,10000/50,20000/100"
SETS = ("72x8x2:scarcity=0:promises=0.6", "144x16x2:scarcity=0:promises=0.6")
HELD, SCRATCH = "all held", "from scratch"
NO_END = 86_400.0
"""Seconds that stop no search before its steps are done."""

FIRST = 4
"""The published plan is searched so many times as long as a replan."""


@dataclass(frozen=True)
class Weight:
    """The weights of disruption."""

    engineer: Cost
    minute: Cost

    def __str__(self) -> str:
        return f"{self.engineer}/{self.minute}"

    @property
    def policy(self) -> SchedulingPolicy:
        """The default policy with these weights."""
        return replace(SchedulingPolicy(), moved_engineer=self.engineer, moved_minute=self.minute)


def measure(name: str, number: int, seed: int, weights: Sequence[Weight], steps: int) -> Iterator[Row]:
    """Every replan of one day, each with so many steps of the search."""
    day = published_day(name, number, Budget(NO_END, FIRST * steps, seed))
    for kind in Kind:
        left = situation(day, kind)
        for way, asked, start in _ways(left, weights):
            made = plan(asked.problem, asked.policy, Budget(NO_END, steps, seed), warm_start=start)
            yield judged(f"{name} {number}", seed, way, left, asked, made)


def _ways(left: Situation, weights: Sequence[Weight]) -> Iterator[tuple[str, Asked, Plan | None]]:
    """The ways to plan again: name, what is asked, and what to begin from."""
    for weight in weights:
        yield str(weight), Asked(left.problem, weight.policy), left.kept
    yield HELD, Asked(left.held, SchedulingPolicy()), left.kept
    yield SCRATCH, Asked(left.free, SchedulingPolicy()), None


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point: 0 if every plan passes the checker, else 1."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if len(options.days) != len(options.sets):
        parser.error("--days needs a first and last day for each of --sets, such as 100-107,100-102")
    rows: list[Row] = []
    for name, number in _days(options):
        for seed in map(int, options.seeds.split(",")):
            rows += measure(name, number, seed, options.weights, options.steps)
            print(f"{name} {number}, seed {seed}: {len(rows)} replans so far", file=sys.stderr, flush=True)
    command = f"python -m benchmarks.stability {shlex.join(sys.argv[1:] if arguments is None else arguments)}".strip()
    known, found = report.facts(command), tables(rows, [str(weight) for weight in options.weights])
    print(f"{known['date']}, commit {known['commit']}, {known['machine']}")
    print("\n".join(text(found)))
    if options.markdown is not None:
        options.markdown.write_text("\n".join(markdown(found)) + "\n")
    if options.json is not None:
        options.json.write_text(json.dumps({"run": known, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    broken = sum(1 for row in rows if row.violations)
    print(f"\n{broken} of {len(rows)} plans break a rule")
    return 1 if broken else 0


def _days(options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    for name, days in zip(options.sets, options.days, strict=True):
        yield from ((name, number) for number in days)


def _names(words: str) -> list[str]:
    return words.split(",")


def _ranges(words: str) -> list[range]:
    ends = [word.partition("-") for word in words.split(",")]
    return [range(int(first), int(last or first) + 1) for first, _, last in ends]


def _weights(words: str) -> list[Weight]:
    return [Weight(*map(int, word.split("/"))) for word in words.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability", description=__doc__)
    parser.add_argument("--sets", type=_names, default=",".join(SETS), help="recipes of landscapes, two days or more")
    parser.add_argument("--days", type=_ranges, default="100-107,100-102", help="first and last day of each set")
    parser.add_argument("--seeds", default="1", help="of the search, for every day")
    parser.add_argument("--steps", type=int, default=3000, help="of the search, for each replan")
    parser.add_argument("--weights", type=_weights, default=_weights(WEIGHTS), help="another engineer/each minute")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file")
    parser.add_argument("--json", type=Path, help="write every replan to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
