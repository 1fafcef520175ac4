"""Every engine that exists solves small instances; the judges and the scheduler's checker find nothing wrong."""

import json
from pathlib import Path

import pytest

from benchmarks import engines
from benchmarks.__main__ import main
from benchmarks.case import WholeCase, routes_of
from benchmarks.day import Day
from benchmarks.engines import UnknownEngineError
from benchmarks.peers import PEERS, MissingPeerError
from benchmarks.run import Job, last_core, run
from benchmarks.sets import DATA
from benchmarks.territory import territory_day
from benchmarks.trsp import SCALE, Trsp, read_trsp
from benchmarks.vrplib import read_site_dependent, read_solomon
from scheduler.check import check
from scheduler.solve import ENGINES, Budget, plan
from tests.unit.benchmarks.texts import PRAXEDO, SITE_DEPENDENT, SOLOMON, TRSP

SECONDS = 0.3


def _solomon(folder: Path) -> Day:
    return read_solomon(_written(folder, SOLOMON))


def _site_dependent(folder: Path) -> Day:
    return read_site_dependent(_written(folder, SITE_DEPENDENT))


def _trsp(folder: Path) -> Trsp:
    return read_trsp(_written(folder, TRSP))


def _praxedo(folder: Path) -> Trsp:
    return read_trsp(_written(folder, PRAXEDO))


def _territory(_folder: Path) -> Day:
    return territory_day(12, 4, 3)


def _written(folder: Path, text: str) -> Path:
    path = folder / "TINY.txt"
    path.write_text(text)
    return path


CASES = (_solomon, _site_dependent, _trsp, _praxedo, _territory)


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize("make", CASES)
def test_a_plan_is_valid_and_costs_what_the_judge_says(engine: str, make, tmp_path: Path) -> None:
    case: WholeCase = make(tmp_path)
    problem, policy = case.problem()
    made = plan(problem, policy, Budget(SECONDS, seed=1), engine)
    assert check(problem, made, policy) == ()
    verdict = case.judge(routes_of(made))
    assert verdict.violations == ()
    assert set(verdict.left_out) == {item.visit_id for item in made.unassigned}
    penalties = 0 if not case.all_needed else sum(policy.unserved[3] for _ in verdict.left_out)
    # Travel is rounded up to ten thousandths where the instance has fractions: at most one unit for each leg.
    legs = sum(len(route.stops) + 1 for route in made.routes) if case.scale == SCALE else 0
    assert 0 <= made.cost - penalties - verdict.cost * case.scale <= legs


@pytest.mark.parametrize(
    ("make", "best"), [(_solomon, 22.8), (_site_dependent, 22_828), (_trsp, 50.0), (_praxedo, 65.7167)]
)
def test_tiny_instances_are_solved_to_their_best(make, best: float, tmp_path: Path) -> None:
    answer = engines.solve("scheduler:insertion", make(tmp_path), SECONDS, 1)
    assert (answer.violations, answer.left_out) == ((), 0)
    assert answer.cost == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("peer", sorted(PEERS))
@pytest.mark.parametrize("make", [_solomon, _site_dependent, _territory])
def test_a_peer_gives_a_valid_answer(peer: str, make, tmp_path: Path) -> None:
    case: Day = make(tmp_path)
    try:
        answer = engines.solve(peer, case, SECONDS, 1)
    except MissingPeerError as missing:
        pytest.skip(str(missing))
    assert answer.violations == ()
    if case.all_needed:
        assert (answer.cost, answer.left_out) == ({10: 22.8, 1: 22_828}[case.scale], 0)


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("benchmarks.peers.importlib.import_module", nothing)
    with pytest.raises(MissingPeerError, match=r"pyvrp is not installed; install requirements/bench\.lock"):
        engines.solve("pyvrp", _solomon(tmp_path), SECONDS, 1)


def test_engines_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngineError, match="no engine nobody"):
        engines.require("nobody", _solomon(tmp_path))
    with pytest.raises(UnknownEngineError, match="vroom does not know tools"):
        engines.require("vroom", _trsp(tmp_path))
    with pytest.raises(UnknownEngineError, match="dynamic"):
        engines.require("greedy", _solomon(tmp_path))


def test_the_peers_depend_on_what_they_know(tmp_path: Path) -> None:
    assert engines.defaults(_solomon(tmp_path)) == ["callout", "vroom", "pyvrp", "routing"]
    assert engines.defaults(_territory(tmp_path)) == ["callout", "vroom", "vroom-free", "pyvrp", "routing"]
    assert engines.defaults(_trsp(tmp_path)) == ["callout"]


def test_a_landscape_is_planned_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    made = ["--set", "landscape-20x3x2:scarcity=1", "--only", "1"]
    assert main(["run", *made, "--budget", "0.3", "--engines", "scheduler:insertion"]) == 0
    assert main(["run", "--set", "landscape-20x3x2:colour=1", "--budget", "1"]) == 2
    assert "a recipe has no colour" in capsys.readouterr().err


def test_the_command_solves_prints_and_writes_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.json"
    command = ["run", "--set", "territory-12x4", "--only", "3", "--budget", "0.3", "--json", str(rows)]
    assert main([*command, "--engines", "scheduler:insertion,scheduler:first_come"]) == 0
    told = json.loads(rows.read_text())
    assert [(row["instance"], row["engine"], row["error"]) for row in told["rows"]] == [
        ("3", "scheduler:insertion", ""),
        ("3", "scheduler:first_come", ""),
    ]
    assert all(row["answer"]["violations"] == [] for row in told["rows"])
    assert "scheduler:insertion   1 of 1" in capsys.readouterr().out
    assert main([*command, "--engines", "nobody"]) == 2


def test_a_process_that_fails_or_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("territory-12x4", "3", "nobody", 0.1, 1, last_core(), DATA)
    assert run(job).error.startswith("UnknownEngineError: there is no engine nobody")
    monkeypatch.setattr("benchmarks.run.GRACE", -0.2)
    assert run(job).error == "no answer in time"
