"""``python -m benchmarks run``: plan quality on public and generated instances, beside the peers."""

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import engines, report, scale, sets, table
from benchmarks.run import Order, Row, last_core, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point: 0 if every run gave a valid answer, 1 if not, 2 if the command makes no sense."""
    options = _parser().parse_args(arguments)
    if options.command == "scale":
        return scale.run(options)
    try:
        chosen = sets.instances(options.set, options.data, options.only)
        first = sets.load(options.set, chosen[0], options.data)
        wanted = options.engines or engines.defaults(first)
        for name in wanted:
            engines.require(name, first)
    except (sets.UnknownSetError, engines.UnknownEngineError) as error:
        print(error, file=sys.stderr)
        return 2
    order = Order(options.set, chosen, wanted, options.seeds, options.budget, options.core, options.data)
    rows = _run_all(order)
    print()
    print("\n".join(table.mean_lines(rows)))
    command = f"python -m benchmarks {shlex.join(sys.argv[1:] if arguments is None else arguments)}"
    if options.json is not None:
        facts = report.facts(command)
        options.json.write_text(json.dumps({"run": facts, "rows": table.as_json(rows)}, indent=1) + "\n")
    if options.write:
        report.append(options.set, options.budget, rows, command)
    return 0 if all(row.answer is not None and not row.answer.violations for row in rows) else 1


def _run_all(order: Order) -> list[Row]:
    rows: list[Row] = []
    print(table.HEAD)
    for job in order.jobs():
        rows.append(run(job))
        print(table.line(rows[-1], table.bounds(rows).get(job.instance)), flush=True)
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    one = commands.add_parser("run", help="solve the instances of a set with each engine, one core, equal budgets")
    one.add_argument("--set", required=True, help=f"one of {', '.join(sets.NAMES)}, {sets.GENERATED}")
    one.add_argument("--budget", type=_seconds, required=True, help="seconds for each solve, model building included")
    one.add_argument("--seeds", type=_numbers, default=[1], help="engine seeds, such as 1,2,3 (default: 1)")
    one.add_argument("--only", type=_words, default=[], help="some instances, such as R101,C204; days for territories")
    one.add_argument("--engines", type=_words, default=[], help=f"some of {', '.join(engines.names())}")
    one.add_argument("--data", type=Path, default=sets.DATA, help="folder of the public instances")
    one.add_argument("--core", type=int, default=last_core(), help="the core every solve is pinned to")
    one.add_argument("--json", type=Path, help="write every row to this file")
    one.add_argument("--write", action="store_true", help=f"append the tables to {report.PAGE.name}")
    scale.add_arguments(
        commands.add_parser("scale", help="plan landscapes of growing size in parts, and show the curve")
    )
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise ValueError(text)
    return seconds


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]


if __name__ == "__main__":
    sys.exit(main())
