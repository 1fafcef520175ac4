"""A stored plan says why it chose an engineer, and what would give a place to a visit that it left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.planning.engines import MIDDAY
from api.choices import Alternative, Choice, WhatIf, change_with_names, with_names
from api.explaining import explain, what_if
from scheduler.problem import Problem, Window
from tests.unit.scheduler.builders import HOUR, a_problem, a_shift, a_visit, an_engineer, solve
from travel.great_circle import GreatCircleTravel
from travel.points import Point

POINTS = [Point(53.50, 10.0), Point(53.51, 10.0), Point(53.60, 10.0)]


def on_the_map(problem: Problem) -> Problem:
    """The problem with the travel times that its points have."""
    ways = GreatCircleTravel().matrix(POINTS, MIDDAY)
    document = problem.to_json() | {"travel": ways.seconds.tolist(), "distance": ways.metres.tolist()}
    return Problem.from_json(document)


def stored(problem: Problem) -> dict[str, Any]:
    """As the record keeps it: places instead of matrices."""
    document = {name: value for name, value in problem.to_json().items() if name not in {"travel", "distance"}}
    return document | {"points": [[point.lat, point.lon] for point in POINTS]}


def test_the_next_best_engineer_is_named_with_what_it_would_cost() -> None:
    near, far = an_engineer("NEAR"), an_engineer("FAR", a_shift(start_place=2, end_place=2))
    problem = on_the_map(a_problem(near, far, a_visit("V0", 1), places=3))

    found = explain(stored(problem), solve(problem).to_json(), "V0")

    assert found is not None
    assert (found.considered, found.sentence) == (2, "NEAR is the cheapest of 2 able engineers in this plan.")
    (other,) = found.alternatives
    assert other.engineer_id == "FAR"
    assert (found.code, found.engineer_id, other.drawbacks) == ("cheapest", "NEAR", ())
    assert other.extra_cost > 0
    assert other.extra_travel_seconds == 2 * int(problem.travel[2, 1]) - 2 * int(problem.travel[0, 1])


def test_whom_a_plan_had_to_take_is_told_by_a_code() -> None:
    problem = on_the_map(a_problem(an_engineer("NEAR"), a_visit("V0", 1), places=3))
    found = explain(stored(problem), solve(problem).to_json(), "V0")

    assert found is not None
    assert (found.code, found.engineer_id, found.considered) == ("only_able", "NEAR", 1)


def test_names_are_put_to_everybody_who_is_spoken_of() -> None:
    other = Alternative("E2", 5, 60, 0, "E2 would cost +5.")
    found = with_names(Choice("E1 is cheapest.", 2, (other,), "cheapest", "E1"), {"E1": "Li Wei", "E2": "Wang Fang"})
    assert found.people == {"E1": "Li Wei", "E2": "Wang Fang"}
    assert found.alternatives[0].people == {"E2": "Wang Fang"}
    moved = WhatIf("move", "It fits if V1 is moved to E2.", "E1", datetime(2026, 11, 22, tzinfo=UTC), 1, goes_to="E2")
    assert change_with_names(moved, {"E2": "Wang Fang"}).people == {"E2": "Wang Fang"}


def test_a_visit_that_the_plan_did_not_place_has_no_choice() -> None:
    problem = on_the_map(a_problem(an_engineer(), a_visit("V0", 1), places=3))

    assert explain(stored(problem), solve(problem).to_json(), "V9") is None
    assert explain(stored(problem), None, "V0") is None


def test_a_document_that_is_not_understood_any_more_explains_nothing() -> None:
    problem = on_the_map(a_problem(an_engineer(), a_visit("V0", 1), places=3))

    assert explain(stored(problem), {"routes": "none"}, "V0") is None


def test_what_would_give_a_visit_a_place_is_told_with_moments() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    solution = solve(a_problem(an_engineer(), a_visit(windows=(Window(7 * HOUR, 8 * HOUR),)))).to_json()

    assert what_if(solution, noon, "V0") == (
        WhatIf(
            kind="later",
            sentence="It fits if the customer accepts a start 10 min later.",
            engineer_id="E0",
            arrival=noon + timedelta(hours=8, minutes=10),
            amount=600,
            from_moment=noon + timedelta(hours=7),
            until=noon + timedelta(hours=8, minutes=10),
        ),
    )
    assert what_if(solution, noon, "V9") == ()
    assert what_if(None, noon, "V0") == ()
    assert what_if({"routes": "none"}, noon, "V0") == ()
