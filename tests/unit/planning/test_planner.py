"""How long is thought, and what happens to a wrong answer or none."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from activities.planning.grid import Ways
from activities.planning.planner import Planner, budget_for
from domain.draft import PlanDraft
from domain.messages import PlanRequest
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState
from domain.world import Point, World
from models.repositories.drafts import Worked
from scheduler.budget import Budget
from scheduler.errors import SolverError
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solve import plan
from tests.unit.planning.world_builders import TERRITORY, a_booked_visit, a_visit, a_world, at, ways_of

Answer = Callable[[Problem, str], Plan]


def honest(problem: Problem, _: str) -> Plan:
    return plan(problem, engine="first_come")


class Desk:
    """Answers problems in turn, and knows the straight road."""

    def __init__(self, world: World, *answers: Answer) -> None:
        self.world, self.answers = world, list(answers)
        self.engines: list[str] = []

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        self.engines.append(engine)
        return self.answers.pop(0)(problem, engine)

    async def ways(self, points: Sequence[Point]) -> Ways:
        ways = ways_of(self.world)
        assert ways.points == tuple(points)
        return ways

    async def draft(self, hold: bool = False) -> tuple[PlanDraft, Worked]:
        asked = PlanRequest(TERRITORY, 1, at("08:00"), "a test", hold=hold)
        return await Planner(self, self).draft(self.world, PlanningSettings(), asked)


def two_visits() -> World:
    return a_world(a_booked_visit("V1", 10, "10:00", BookingState.PLANNED), a_visit("V2", 20))


def empty(problem: Problem, _: str) -> Plan:
    return replace(honest(problem, _), routes=(), unassigned=())


def crash(problem: Problem, _: str) -> Plan:
    raise SolverError("crashed", "exit code -9")


async def test_an_accepted_plan_is_the_draft() -> None:
    desk = Desk(two_visits(), honest)
    made, worked = await desk.draft()
    assert desk.engines == ["callout"]
    assert ([b.visit for b in made.bookings], made.refused) == (["V2"], ())
    assert worked.versions == {"V1": 1, "V2": 1}
    assert "travel" not in worked.problem
    assert worked.problem["points"] == [[0.0, 0.0], [0.0, 10.0], [0.0, 20.0]]


@pytest.mark.parametrize(("first", "why"), [(empty, "complete: V1"), (crash, "solver: crashed")])
async def test_a_wrong_answer_is_replaced_by_a_simple_plan_that_moves_nothing(first: Answer, why: str) -> None:
    desk = Desk(two_visits(), first, honest)
    made, _ = await desk.draft()
    assert desk.engines == ["callout", "first_come"]
    assert ([b.visit for b in made.bookings], made.kept, made.moved) == (["V2"], 1, 0)
    assert why in made.refused


async def test_two_wrong_answers_change_nothing_at_all() -> None:
    made, worked = await Desk(two_visits(), empty, empty).draft()
    assert (made.bookings, made.taken_off, made.kept) == ((), (), 1)
    assert [out.visit for out in made.left_out] == ["V2"]
    assert worked.solution is None


async def test_when_not_even_the_simple_engine_answers_the_round_fails() -> None:
    with pytest.raises(SolverError, match="crashed"):
        await Desk(two_visits(), crash, crash).draft()


async def test_with_nothing_to_place_nobody_is_asked() -> None:
    desk = Desk(a_world(a_booked_visit("V1", 10, "10:00", BookingState.PLANNED)))
    made, _ = await desk.draft(hold=True)
    assert (desk.engines, made.kept, made.status) == ([], 1, "optimal")


@pytest.mark.parametrize(
    ("movable", "speed", "seconds"),
    [(1, 1, 0.3), (30, 1, 2.0), (60, 1, 4.0), (500, 1, 4.0), (60, 100, 3.0), (60, 720, 300 / 720), (60, 5_000, 0.3)],
)
def test_few_visits_or_a_fast_clock_get_less_time(movable: int, speed: float, seconds: float) -> None:
    assert budget_for(PlanningSettings(budget_seconds=4), movable, speed).seconds == pytest.approx(seconds)
