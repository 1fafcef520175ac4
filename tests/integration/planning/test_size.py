"""A large territory: a new visit among two hundred; how fast is measured by ``python -m benchmarks.replan``."""

import random

import pytest

from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel, SolverPool
from domain.messages import PlanRequest, PublishRequest
from models import tables as t
from models.columns import Row
from models.session import Database
from tests.builders import (
    NOW,
    a_case_row,
    a_customer,
    a_model,
    a_part,
    a_site,
    a_territory,
    a_van,
    a_visit_row,
    a_warehouse,
    an_engineer,
    at,
    save,
    stock,
)
from tests.integration.planning.field import T1, a_shift, every, occupying, run
from travel.great_circle import GreatCircleTravel

SKILLS = ("fridge", "oven", "gas", "washer")
SKUS = tuple(f"P{number}" for number in range(30))
ENGINEERS, VISITS, DAYS = 40, 200, 3


def a_large_territory(rng: random.Random) -> list[Row]:
    rows: list[Row] = [a_territory(), *a_warehouse("W1"), *(a_part(sku) for sku in SKUS), a_model(), a_customer()]
    rows += [stock("W1", sku, 6) for sku in SKUS]
    for number in range(ENGINEERS):
        id_ = f"E{number}"
        home = {"home_latitude": 53.55 + rng.uniform(-0.15, 0.15), "home_longitude": 10 + rng.uniform(-0.25, 0.25)}
        rows += [an_engineer(id_, **home), a_van(id_)]
        for start in (24.0 * day for day in range(DAYS)):
            pause = {"break_earliest": at(start + 3.5), "break_latest": at(start + 5), "break_minutes": 30}
            rows.append(a_shift(id_, start, start + 9, **pause))
        held = rng.sample(SKILLS, 3)
        rows += [t.EngineerSkill(engineer_id=id_, skill=skill, level=rng.randint(1, 3)) for skill in held]
        rows += [stock(f"VAN-{id_}", sku, 2) for sku in rng.sample(SKUS, 8)]
    return rows


def a_request(rng: random.Random, number: int) -> list[Row]:
    day, site = 24 * rng.randrange(DAYS), f"SI-X{number}"
    window = {"start": at(day + rng.uniform(0, 4)).isoformat(), "end": at(day + rng.uniform(5, 9)).isoformat()}
    due = rng.uniform(2, 60)
    place = {"latitude": 53.55 + rng.uniform(-0.15, 0.15), "longitude": 10 + rng.uniform(-0.25, 0.25)}
    asked = a_visit_row(
        f"C-{number}-V1",
        site_id=site,
        parts=[{"sku": rng.choice(SKUS), "quantity": 1}] if rng.random() < 0.3 else [],
        windows=[window] if rng.random() < 0.4 else [],
        duration_seconds=60 * rng.randrange(30, 120),
        skills={rng.choice(SKILLS): rng.randint(1, 2)},
        on_site_due=at(due),
        latest_sla_end=at(due + 24),
    )
    return [a_site(site, **place), a_case_row(f"C-{number}", site_id=site, installed_product_id=None), asked]


@pytest.mark.slow
async def test_a_new_visit_among_two_hundred_is_published_and_nobody_is_lost(database: Database) -> None:
    rng = random.Random(1)
    await save(database, *a_large_territory(rng), *(row for n in range(VISITS) for row in a_request(rng, n)))
    async with database.transaction() as session:
        (await session.get_one(t.Territory, "T1")).policy = {"planning": {"engine": "first_come"}}
    pool = SolverPool()
    planning = PlanningActivities(database, pool, MatrixTravel(GreatCircleTravel()))
    try:
        await pool.start()
        first = await run(planning.optimise, PlanRequest(T1, 1, NOW, "the first plan"))
        await run(planning.publish, PublishRequest(T1, first.plan_id, NOW))
        async with database.transaction() as session:
            (await session.get_one(t.Territory, "T1")).policy = None
        await save(database, *a_request(rng, VISITS))

        made = await run(planning.optimise, PlanRequest(T1, 2, at(0.01), "a visit was asked for"))
        outcome = await run(planning.publish, PublishRequest(T1, made.plan_id, at(0.01)))
    finally:
        await pool.close()
    assert f"C-{VISITS}-V1" in {change.visit_id for change in outcome.changes if change.booking}
    assert outcome.left_alone == ()
    assert len(await occupying(database)) + outcome.unassigned == made.open_visits == VISITS + 1
    assert {plan.engine for plan in await every(database, t.Plan)} == {"first_come", "callout"}
