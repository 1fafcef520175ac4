"""Means count what is valid and complete, and compare engines instance by instance."""

from pathlib import Path

import pytest

from benchmarks import report, table
from benchmarks.engines import Answer
from benchmarks.run import Order, Row


def a_row(engine: str = "callout", instance: str = "R101", seed: int = 1, **fields) -> Row:
    """A valid answer of 110 where 100 is the best known cost."""
    answer = {"cost": 110.0, "left_out": 0, "bound": None, "seconds": 2.0, "on_core": 1.5, "violations": ()}
    answer |= {name: fields.pop(name) for name in list(fields) if name in answer}
    values = {"best": 100.0, "complete": True, **fields}
    return Row(instance, engine, seed, answer=Answer(**answer), **values)


def test_gaps_are_percent_above_the_best_known_cost() -> None:
    (mean,) = table.means([a_row(), a_row(instance="R102", cost=99.0)])
    assert (mean.runs, mean.counted, mean.better) == (2, 2, 1)
    assert (mean.gap, mean.worst, mean.cost) == pytest.approx((4.5, 10.0, 104.5))


def test_invalid_incomplete_and_failed_runs_do_not_count() -> None:
    failed = Row("R104", "callout", 1, None, None, error="ValueError: no")
    rows = [a_row(), a_row(instance="R102", violations=("late",)), a_row(instance="R103", complete=False), failed]
    (mean,) = table.means(rows)
    assert (mean.runs, mean.counted, mean.gap) == (4, 1, pytest.approx(10.0))
    assert "WRONG, 1 violations: late" in table.line(rows[1], None)
    assert "not all served" in table.line(rows[2], None)
    assert "failed: ValueError: no" in table.line(failed, None)


def test_our_cost_is_compared_over_common_instances_and_all_seeds() -> None:
    rows = [a_row(cost=90.0), a_row(seed=2, cost=94.0), a_row("vroom", cost=100.0), a_row("vroom", "R102", cost=50.0)]
    ours, theirs = table.means(rows)
    assert ours.ours is None
    assert theirs.ours == pytest.approx(-8.0)


def test_every_engine_is_compared_with_the_best_bound_of_the_instance() -> None:
    rows = [a_row(best=None, bound=95.0), a_row(seed=2, best=None, bound=100.0), a_row("vroom", best=None, cost=120.0)]
    assert [mean.above_bound for mean in table.means(rows)] == pytest.approx([10.0, 20.0])
    assert [mean.gap for mean in table.means(rows)] == [None, None]


def test_engines_without_a_seed_run_once(tmp_path: Path) -> None:
    order = Order("solomon", ["R101"], ["pyvrp", "vroom", "scheduler:insertion"], [1, 2], 1.0, 0, tmp_path)
    assert [(job.engine, job.seed) for job in order.jobs()] == [
        ("pyvrp", 1),
        ("pyvrp", 2),
        ("vroom", 1),
        ("scheduler:insertion", 1),
        ("scheduler:insertion", 2),
    ]


def test_a_section_has_date_commit_machine_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n")
    monkeypatch.setattr(report, "PAGE", page)
    report.append("solomon", 30.0, [a_row(), a_row("vroom", cost=121.0)], "python -m benchmarks run --set solomon")
    lines = page.read_text().splitlines()
    assert lines[2].startswith("## solomon, 30 s, 20")
    assert f"Commit {report.commit()}; {report.machine().rsplit(', load', 1)[0]}" in lines[4]
    assert lines[4].endswith("`python -m benchmarks run --set solomon`")
    assert "| callout | 1 of 1 | 110 | +10.00 % | +10.00 % | 0 |  | 0.0 | 2.0 | 1.5 |  |" in lines
    assert "| R101 | 100 |  | 110 | 121 |" in lines


def test_groups_are_degrees_of_dynamic_days_and_kinds_of_routing_instances() -> None:
    names = ["C101.100_25-5-5-5_rd_50", "R2_2_10", "RC101.100_25-5-5-5", "C204", "PR21", "0"]
    assert [table.group_of(name) for name in names] == ["50 % dynamic", "R2", "RC1", "C2", "", ""]


def test_groups_have_means_of_their_own() -> None:
    rows = [a_row(), a_row(instance="C101", cost=90.0), a_row(instance="C102", cost=100.0)]
    assert table.group_cells(rows)[1:] == [
        ["C1", "callout", "2 of 2", "95", "-5.00 %", "0.00"],
        ["R1", "callout", "1 of 1", "110", "+10.00 %", "0.00"],
    ]
    assert table.group_cells(rows[:1]) == []


def test_what_is_left_out_is_told_by_instance() -> None:
    rows = [a_row(left_out=1), a_row(seed=2, left_out=2), a_row("vroom", violations=("late",))]
    assert table.markdown(rows)[-1] == "| R101 | 100 |  | 110 (1.5 left out) | none |"
