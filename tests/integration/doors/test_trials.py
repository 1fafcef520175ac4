"""What if, over HTTP: a real planner answers, nothing is recorded, and who asked may stop it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel
from activities.queues import CASES, PLANNER
from domain.people import Role
from scheduler.budget import Budget
from scheduler.errors import SolverError
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solve import plan
from tests.integration.doors.conftest import Doors
from tests.integration.doors.test_drafts import a_day, at, board, booked
from travel.great_circle import GreatCircleTravel
from workflows.trial import TrialWorkflow


class ThisSolver:
    """Solves here with a simple engine; ``endless`` never answers, ``broken`` fails."""

    def __init__(self) -> None:
        self.endless = self.broken = False
        self.cancelled = asyncio.Event()

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        if self.broken:
            raise SolverError("crashed", "the process ended")
        if self.endless:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return await asyncio.to_thread(plan, problem, budget=Budget(seconds=1.0), engine="insertion")


@pytest.fixture
async def solver(doors: Doors, temporal: Client) -> AsyncIterator[ThisSolver]:
    """The planner's side of trials."""
    solver = ThisSolver()
    planning = PlanningActivities(doors.database, solver, MatrixTravel(GreatCircleTravel()))
    workflows = Worker(temporal, task_queue=CASES, workflows=[TrialWorkflow])
    planner = Worker(temporal, task_queue=PLANNER, activities=[planning.try_out])
    async with workflows, planner:
        yield solver


def ill(engineer: str = "E1", start: float = 0, end: float = 24) -> dict[str, Any]:
    return {"engineer_id": engineer, "start": at(start).isoformat(), "end": at(end).isoformat()}


async def ask(doors: Doors, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    answer = await doors.http.post("/api/territories/T1/trials", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until_over(doors: Doors, trial: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            found: dict[str, Any] = (await doors.http.get(f"/api/territories/T1/trials/{trial}")).json()
            if found["state"] != "running":
                return found
            await asyncio.sleep(0.1)


async def test_an_ill_engineers_visits_go_to_a_colleague_in_the_answer_and_stay_in_the_record(
    doors: Doors, solver: ThisSolver
) -> None:
    visits = await a_day(doors)
    before = await booked(doors)
    asked = await ask(doors, absences=[ill()])
    assert (asked["state"], asked["budget_seconds"]) == ("running", 4.0)
    found = await until_over(doors, asked["id"])
    assert (found["state"], found["reason"], found["left_out"]) == ("done", "", [])
    assert {move["visit_id"]: move["engineer"] for move in found["moves"]} == dict.fromkeys(visits, "E2")
    assert await booked(doors) == before
    assert (await board(doors))["draft"] is None

    moves = [{"visit_id": m["visit_id"], "engineer_id": m["engineer"], "arrival": m["arrival"]} for m in found["moves"]]
    consequence = await doors.http.post("/api/territories/T1/preview", json={"moves": moves})
    assert consequence.json()["allowed"], consequence.text


async def test_whom_nobody_can_take_leaves_the_plan_and_the_answer_says_why(doors: Doors, solver: ThisSolver) -> None:
    visits = await a_day(doors)
    asked = await ask(doors, absences=[ill("E1", 0, 200), ill("E2", 0, 200)])
    found = await until_over(doors, asked["id"])
    assert [(move["visit_id"], move["engineer"]) for move in found["moves"]] == [(visit, None) for visit in visits]
    assert [left["visit"] for left in found["left_out"]] == visits
    reasons = [left["reasons"][0] for left in found["left_out"]]
    assert all(reason["sentence"] for reason in reasons)
    assert {reason["code"] for reason in reasons} == {"shift"}


async def test_the_same_question_is_asked_once_and_ends_when_it_is_cancelled(doors: Doors, solver: ThisSolver) -> None:
    await a_day(doors)
    solver.endless = True
    key = {"Idempotency-Key": "q1"}
    asked = await ask(doors, key, overtime_minutes=60)
    assert (await ask(doors, key, overtime_minutes=60))["id"] == asked["id"]
    path = f"/api/territories/T1/trials/{asked['id']}"
    assert (await doors.http.get(path)).json()["state"] == "running"
    assert (await doors.http.delete(path)).status_code == 204
    assert (await until_over(doors, asked["id"]))["state"] == "cancelled"
    assert (await doors.http.delete(path)).status_code == 204
    await asyncio.wait_for(solver.cancelled.wait(), 20)


async def test_a_planner_that_fails_is_told(doors: Doors, solver: ThisSolver) -> None:
    await a_day(doors)
    solver.broken = True
    found = await until_over(doors, (await ask(doors, absences=[ill()]))["id"])
    assert found["state"] == "failed"
    assert found["reason"]
    assert [why["code"] for why in found["because"]] == ["planner_failed"]


async def test_what_makes_no_sense_is_refused_at_once(doors: Doors) -> None:
    await a_day(doors)
    for body, field in (
        ({}, "body"),
        ({"absences": [ill("E9")]}, None),
        ({"absences": [ill(start=9, end=8)]}, "absences.0.end"),
        ({"overtime_minutes": 5}, "overtime_minutes"),
    ):
        answer = await doors.http.post("/api/territories/T1/trials", json=body)
        assert answer.status_code == (404 if field is None else 422), answer.text
        assert field is None or field in answer.text
    assert (await doors.http.get(f"/api/territories/T1/trials/{'0' * 24}")).status_code == 404
    assert (await doors.http.get("/api/territories/T9/trials/" + "0" * 24)).status_code == 404
    async with doors.signed_in(Role.AGENT) as agent:
        assert (await agent.post("/api/territories/T1/trials", json={"absences": [ill()]})).status_code == 403
