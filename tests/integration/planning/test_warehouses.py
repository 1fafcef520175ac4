"""What an administrator changes of a warehouse is what the next plan goes by."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from activities.planning.activities import PlanningActivities
from api.admin_warehouses import Stretch, WarehouseDesk, WarehouseDraft, WarehouseLine
from domain.ids import CommandId
from domain.people import Actor, Role
from domain.policy import PlanningSettings
from domain.vocabulary import PartSource
from models import tables as t
from models.reach import EVERYTHING
from models.repositories import parts
from models.repositories.administration import By
from models.repositories.planning import load_world
from models.session import Database
from scheduler.warm_up import warm_up
from tests.builders import NOW, at, save, stock
from tests.integration.planning.field import T1, a_field, ask, every, occupying, plan_and_publish

ADMIN = Actor(Role.ADMIN, "admin-1")


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Loading compiled code takes longer than the solver may think about these small days."""
    warm_up()


async def change(database: Database, key: str, **changes: object) -> WarehouseLine:
    """Save W1 as a screen does."""
    desk = WarehouseDesk(database)
    (shown,) = await desk.warehouses(EVERYTHING)
    fields = {name: getattr(shown, name) for name in WarehouseDraft.__dataclass_fields__}
    draft = replace(WarehouseDraft(**fields), **changes)
    return await desk.change("W1", draft, shown.etag, By(ADMIN, CommandId(key), NOW))


async def test_the_next_plan_calls_at_a_warehouse_when_it_is_open(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 2))
    needs = [{"sku": "P1", "quantity": 1}]
    first = await ask(database, 1, parts=needs)
    await plan_and_publish(planning)
    assert (await occupying(database))[first].arrival < at(2)

    # 13:00 in Berlin is four hours after the tests' present.
    await change(database, "later", opening_hours=(Stretch(NOW.weekday(), time(13), time(16)),))
    second = await ask(database, 2, parts=needs)
    await plan_and_publish(planning, 2)
    booking = (await occupying(database))[second]
    assert booking.arrival >= at(4) + timedelta(minutes=10)
    held = {row.booking_id: (row.source, row.location_id) for row in await every(database, t.Reservation)}
    assert held[booking.id] == (PartSource.WAREHOUSE, "W1")


async def test_no_plan_and_no_move_by_hand_knows_a_retired_warehouse(database: Database) -> None:
    await a_field(database)
    for key, active in (("first", True), ("second", False), ("third", True)):
        await change(database, key, active=active)
        async with database.reading() as session:
            world = await load_world(session, T1, NOW, PlanningSettings())
            assert [house.id for house in world.warehouses] == (["W1"] if active else [])
            assert await parts.warehouses_of(session, T1) == (["W1"] if active else [])
