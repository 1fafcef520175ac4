"""The insert benchmark, small."""

import pytest

from benchmarks.insert import main, measure


def test_every_question_about_a_small_landscape_is_timed() -> None:
    rows = measure(visits=20, engineers=6, days=2, asked=4, seed=1)
    assert [(name, len(took)) for name, _, took in rows] == [("ten cheapest shifts", 4), ("10 arrival windows", 4)]
    assert all(answered > 0 for _, answered, _ in rows)


def test_a_limit_that_is_not_kept_is_told_to_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--visits", "10", "--engineers", "4", "--days", "1", "--asked", "2"]
    assert main([*small, "--limit", "0"]) == 1
    assert main([*small, "--limit", "1000000"]) == 0
    assert "5 arrival windows" in capsys.readouterr().out
